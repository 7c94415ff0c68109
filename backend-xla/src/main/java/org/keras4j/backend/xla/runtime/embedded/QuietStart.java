package org.keras4j.backend.xla.runtime.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.lwjgl.system.JNI;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.SharedLibrary;

/**
 * Keeps off the terminal what the native library writes to standard error when it first compiles, at no
 * level that could be turned off: while open, that descriptor is a file, whose other lines, written by
 * other threads, are passed on afterwards.
 */
final class QuietStart implements AutoCloseable {
  private static final int STDERR = 2;
  private static final Pattern CHATTER =
      Pattern.compile("[IWEF]\\d{4} .*|WARNING: All log messages before absl.*");

  private final SharedLibrary libc;
  private final int saved;
  private final Path file;

  private QuietStart(SharedLibrary libc, int saved, Path file) {
    this.libc = libc;
    this.saved = saved;
    this.file = file;
  }

  /** Starts; what cannot be redirected stays as it is. */
  static AutoCloseable open() {
    SharedLibrary libc = NativeEnvironment.libc();
    if (libc == null || NativeEnvironment.logs()) {
      return () -> {};
    }
    try {
      Path file = Files.createTempFile("keras4j-start", ".log");
      ByteBuffer path = MemoryUtil.memUTF8(file.toString());
      int fd = JNI.invokePI(MemoryUtil.memAddress(path), 0600, libc.getFunctionAddress("creat"));
      MemoryUtil.memFree(path);
      int saved = JNI.invokeI(STDERR, libc.getFunctionAddress("dup"));
      if (fd < 0 || saved < 0) {
        return () -> {};
      }
      JNI.invokeI(fd, STDERR, libc.getFunctionAddress("dup2"));
      JNI.invokeI(fd, libc.getFunctionAddress("close"));
      return new QuietStart(libc, saved, file);
    } catch (IOException e) {
      return () -> {};
    }
  }

  @Override
  public void close() throws IOException {
    JNI.invokeI(saved, STDERR, libc.getFunctionAddress("dup2"));
    JNI.invokeI(saved, libc.getFunctionAddress("close"));
    for (String line : Files.readAllLines(file)) {
      if (!CHATTER.matcher(line).matches()) {
        System.err.println(line);
      }
    }
    Files.delete(file);
  }
}
