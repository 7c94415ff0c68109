package org.keras4j.training.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.keras4j.core.internal.io.Archives;
import org.keras4j.core.internal.io.Folders;
import org.keras4j.core.io.ReadLimits;

/**
 * The folder that an archive holds. Files of a zip archive are read where they are; a tar archive, which has to be read from its
 * beginning for each file, is unpacked into a temporary folder, which goes when the JVM ends.
 */
final class ArchiveFolder {
  private static final int MAGIC = 2;

  private ArchiveFolder() {}

  /** A folder itself; of an archive the folder that it holds, below those that hold nothing but one folder of folders. */
  static Path of(Path given) throws IOException {
    if (!Files.isRegularFile(given)) {
      return given;
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(given)) {
      head = in.readNBytes(MAGIC);
    }
    boolean zip = head.length == MAGIC && head[0] == 'P' && head[1] == 'K';
    return inner(zip ? zipped(given) : unpacked(given));
  }

  private static Path zipped(Path archive) throws IOException {
    // open as long as its files are wanted, and closed with the last of them
    return FileSystems.newFileSystem(archive, (ClassLoader) null)
        .getRootDirectories()
        .iterator()
        .next();
  }

  private static Path unpacked(Path archive) throws IOException {
    Path temporary = Files.createTempDirectory("keras4j-archive");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(temporary)));
    Path folder = temporary.resolve("files");
    Archives.extract(archive, folder, "tar", ReadLimits.defaults());
    return folder;
  }

  private static void remove(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      // what is left is the system's to clean, in its folder for temporary files
    }
  }

  private static Path inner(Path folder) throws IOException {
    Path at = folder;
    while (true) {
      List<Path> inside = shown(at);
      if (inside.size() != 1
          || !Files.isDirectory(inside.get(0))
          || shown(inside.get(0)).stream().noneMatch(Files::isDirectory)) {
        return at;
      }
      at = inside.get(0);
    }
  }

  private static List<Path> shown(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> {
            String name = String.valueOf(p.getFileName());
            return !name.startsWith(".") && !name.startsWith("__MACOSX");
          })
          .toList();
    }
  }
}
