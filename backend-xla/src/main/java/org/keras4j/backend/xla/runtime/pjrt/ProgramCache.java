package org.keras4j.backend.xla.runtime.pjrt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.io.AtomicFile;

/**
 * Serialized executables in a directory, one a file, named by all that they depend on. Files not used
 * for longest go when there are too many bytes. A cache that fails is as one that is empty.
 */
final class ProgramCache {
  private static final long LIMIT = 4L << 30;

  private final Path directory;

  ProgramCache(Path directory) {
    this.directory = directory;
    prune();
  }

  /** The name for a program text under options on a platform. */
  static String key(String text, byte[] options, String platform) {
    try {
      MessageDigest d = MessageDigest.getInstance("SHA-256");
      d.update(platform.getBytes(StandardCharsets.UTF_8));
      d.update((byte) 0);
      d.update(options);
      d.update((byte) 0);
      d.update(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(d.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  byte @Nullable [] get(String key) {
    Path file = directory.resolve(key);
    try {
      if (!Files.isRegularFile(file)) {
        return null;
      }
      byte[] bytes = Files.readAllBytes(file);
      Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
      return bytes;
    } catch (IOException e) {
      return null;
    }
  }

  void put(String key, byte[] bytes) {
    try {
      AtomicFile.write(directory.resolve(key), out -> out.write(bytes));
    } catch (IOException e) {
      // compiled again next time
    }
  }

  void remove(String key) {
    try {
      Files.deleteIfExists(directory.resolve(key));
    } catch (IOException e) {
      // compiled again every time
    }
  }

  private void prune() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> all = Files.list(directory)) {
      List<Path> oldest = all.filter(Files::isRegularFile)
          .sorted(Comparator.comparing(ProgramCache::lastUse))
          .toList();
      long total = oldest.stream().mapToLong(ProgramCache::size).sum();
      for (Path p : oldest) {
        if (total <= LIMIT) {
          break;
        }
        total -= size(p);
        Files.deleteIfExists(p);
      }
    } catch (IOException | UncheckedIOException e) {
      // another process may be at it
    }
  }

  private static FileTime lastUse(Path p) {
    try {
      return Files.getLastModifiedTime(p);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path p) {
    try {
      return Files.size(p);
    } catch (IOException e) {
      return 0;
    }
  }
}
