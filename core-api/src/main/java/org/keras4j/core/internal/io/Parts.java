package org.keras4j.core.internal.io;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.messages.Failures;

/**
 * What lies beside a file while it is written: {@code .NAME.HASH-RANDOM.part}, for folders a second one that ends
 * in {@code .folder}. Its writer holds a lock on it, which the system takes back when the process dies, so what
 * can be locked is nobody's any more.
 */
final class Parts {
  private static final String SUFFIX = ".part";
  private static final String FOLDER = ".folder";
  private static final int SHOWN = 40;
  private static final Pattern NAME =
      Pattern.compile("\\..+\\.[0-9a-f]{8}-[0-9a-f]{16}\\.part(\\.folder)?", Pattern.DOTALL);

  private static final Set<PosixFilePermission> GROUP = EnumSet.of(
      PosixFilePermission.GROUP_READ,
      PosixFilePermission.GROUP_WRITE,
      PosixFilePermission.GROUP_EXECUTE);

  // closing a file gives up all locks that the process has on it: those of other threads are not to
  // be opened
  private static final Set<Path> MINE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final String prefix;

  private Parts(Path folder, String prefix) {
    this.folder = folder;
    this.prefix = prefix;
  }

  static Parts of(Path target) {
    String name = String.valueOf(target.getFileName());
    String shown = name.codePointCount(0, name.length()) > SHOWN
        ? name.substring(0, name.offsetByCodePoints(0, SHOWN))
        : name;
    Path above = target.getParent();
    if (above == null) {
      throw new IllegalArgumentException("'" + target + "' is no file in a folder");
    }
    return new Parts(above, "." + shown + "." + HexFormat.of().toHexDigits(name.hashCode()) + "-");
  }

  /** Those of every file in a folder. */
  static Parts in(Path folder) {
    return new Parts(folder, ".");
  }

  void makeFolder() throws IOException {
    if (!Files.isDirectory(folder)) { // which may be a link to one
      try {
        Files.createDirectories(folder);
      } catch (FileSystemException e) {
        throw Failures.inPlaceOf(
            e, new IOException("its folder cannot be made: " + Failures.reason(e), e.getCause()));
      }
    }
  }

  /** Makes a part that is locked; with the owner's mode alone if it is to take over another file's. */
  Held create(@Nullable PosixFileAttributes attributes) throws IOException {
    while (true) {
      String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      Path file = folder.resolve(prefix + random + SUFFIX);
      MINE.add(file);
      Part part = null;
      try {
        if (attributes == null) {
          Files.createFile(file);
        } else {
          Files.createFile(
              file,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        part = Part.open(file);
      } finally {
        if (part == null) {
          MINE.remove(file);
        }
      }
      if (part != null) {
        return new Held(file, part, attributes);
      }
    }
  }

  /** Removes what dead processes left. */
  void sweep() throws IOException {
    if (folder.getFileSystem() != FileSystems.getDefault()) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, this::isMine)) {
      for (Path p : entries) {
        boolean isFolder = p.getFileName().toString().endsWith(FOLDER);
        Path lock = isFolder ? lockOf(p) : p;
        if (isFolder ? !Files.exists(lock) : isDead(lock)) {
          if (!isFolder && Files.isDirectory(folderOf(p), LinkOption.NOFOLLOW_LINKS)) {
            Folders.delete(folderOf(p));
          }
          Folders.delete(p);
        }
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private boolean isMine(Path p) {
    String name = String.valueOf(p.getFileName());
    return name.startsWith(prefix) && NAME.matcher(name).matches();
  }

  private static Path folderOf(Path part) {
    return part.resolveSibling(part.getFileName() + FOLDER);
  }

  private static Path lockOf(Path fresh) {
    String name = fresh.getFileName().toString();
    return fresh.resolveSibling(name.substring(0, name.length() - FOLDER.length()));
  }

  private static boolean isDead(Path file) {
    if (MINE.contains(file)) {
      return false;
    }
    try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw")) {
      return f.getChannel().tryLock() != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false; // gone, another user's, or on a file system without locks
    }
  }

  /** Returns when the names in the folder are on the disk, where that can be asked for. */
  void force() {
    forceFolder(folder);
  }

  private static void forceFolder(Path folder) {
    boolean interrupted = false;
    while (true) {
      interrupted |= Thread.interrupted(); // or the channel is closed before it is used
      try (FileChannel c = FileChannel.open(folder, StandardOpenOption.READ)) {
        c.force(true);
      } catch (ClosedByInterruptException e) {
        continue;
      } catch (IOException | UnsupportedOperationException e) {
        // not on this system
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return;
    }
  }

  /** Returns when a file, or a folder with all in it, is on the disk. */
  static void forceAll(Path fresh) throws IOException {
    try (Stream<Path> all = Files.walk(fresh)) {
      for (Path p : all.toList()) {
        if (Files.isDirectory(p)) {
          forceFolder(p);
        } else if (p.getFileSystem() == FileSystems.getDefault()) {
          try (RandomAccessFile f = new RandomAccessFile(p.toFile(), "rw")) {
            f.getFD().sync();
          }
        }
      }
    }
  }

  /** A part while it is written; closing it removes what is left of it. */
  static final class Held implements AutoCloseable {
    private final Path file;
    private final Part part;
    private final @Nullable PosixFileAttributes attributes;
    private boolean open = true;
    private @Nullable Path fresh;

    private Held(Path file, Part part, @Nullable PosixFileAttributes attributes) {
      this.file = file;
      this.part = part;
      this.attributes = attributes;
    }

    Path file() {
      return file;
    }

    Part part() {
      return part;
    }

    Path folder() throws IOException {
      Path f = folderOf(file);
      Files.createDirectory(f);
      fresh = f;
      return f;
    }

    /** The bytes are on the disk, and the file has the mode and group that the old one had. */
    void finish() throws IOException {
      part.force();
      PosixFileAttributes old = attributes;
      if (old != null) {
        PosixFileAttributeView v = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
        mode.addAll(old.permissions());
        if (!tried(() -> v.setGroup(old.group()))
            && !v.readAttributes().group().equals(old.group())) {
          // what the old group was allowed is not for this one
          mode.removeAll(GROUP);
        }
        tried(() -> v.setOwner(old.owner())); // only the superuser may
        v.setPermissions(mode);
      }
      shut();
    }

    private interface Change {
      void make() throws IOException;
    }

    private static boolean tried(Change c) {
      try {
        c.make();
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    private void shut() throws IOException {
      if (open) {
        open = false;
        part.shut();
      }
    }

    @Override
    public void close() throws IOException {
      try {
        if (fresh != null) {
          Folders.delete(fresh);
        }
        shut();
        Files.deleteIfExists(file);
      } finally {
        MINE.remove(file);
      }
    }
  }
}
