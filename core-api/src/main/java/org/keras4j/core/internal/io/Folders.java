package org.keras4j.core.internal.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders with all that is in them. */
public final class Folders {
  private Folders() {}

  /**
   * Deletes a folder, or a file; links, not what they lead to.
   *
   * @param path what is deleted; nothing happens if it is not there
   * @throws IOException if something cannot be deleted
   */
  public static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      List<Path> all;
      try (Stream<Path> inside = Files.walk(path)) {
        all = inside.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path p : all) {
        Files.deleteIfExists(p);
      }
    } else {
      Files.deleteIfExists(path);
    }
  }
}
