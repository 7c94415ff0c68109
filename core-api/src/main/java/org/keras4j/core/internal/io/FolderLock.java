package org.keras4j.core.internal.io;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Held by the one thread, of all processes, that makes a file or folder. A lock is a file beside it, {@code .NAME.lock}, which
 * goes when it is given back; the system takes back that of a process that died.
 */
public final class FolderLock implements AutoCloseable {
  // the system's locks are a process's: within it, threads have to be told apart
  private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock thread;
  private final Path file;
  private final RandomAccessFile open;

  private FolderLock(ReentrantLock thread, Path file, RandomAccessFile open) {
    this.thread = thread;
    this.file = file;
    this.open = open;
  }

  /** Waits for the lock of a file or folder. */
  public static FolderLock of(Path target) throws IOException {
    Path file =
        target.toAbsolutePath().normalize().resolveSibling("." + target.getFileName() + ".lock");
    ReentrantLock thread = THREADS.computeIfAbsent(file, f -> new ReentrantLock());
    thread.lock();
    try {
      while (true) {
        RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
        if (isHeld(open, file)) {
          return new FolderLock(thread, file, open);
        }
        open.close();
      }
    } catch (IOException | RuntimeException e) {
      thread.unlock();
      throw e;
    }
  }

  /** Whether the file that is locked is still the one of that name: the one who had it before may have removed it. */
  private static boolean isHeld(RandomAccessFile open, Path file) throws IOException {
    try {
      open.getChannel().lock();
    } catch (java.nio.channels.ClosedByInterruptException
        | java.nio.channels.FileLockInterruptionException e) {
      throw e;
    } catch (IOException e) {
      return true; // a file system without locks
    }
    byte[] mark = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    open.seek(0);
    open.write(mark);
    try {
      return java.util.Arrays.equals(mark, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // a system that keeps open files: it stays, which does no harm
      }
      open.close();
    } finally {
      thread.unlock();
    }
  }
}
