package org.keras4j.saving;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.internal.io.ZipArchive;
import org.keras4j.core.internal.io.ZipDirectory;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** What a saved model consists of, by name: the entries of an archive, or the files of a folder. */
interface ModelParts extends Closeable {
  /** The names of all parts, with slashes. */
  Collection<String> names() throws IOException;

  /**
   * The whole of a part; null if it is not there.
   *
   * @param most how many bytes it may have
   * @param limit the name of that limit, for the message
   */
  byte @Nullable [] readAll(String name, int most, String limit) throws IOException;

  /** The bytes of a part, to be read at any place; null if it is not there. */
  @Nullable
  FileBytes bytes(String name) throws IOException;

  /** Opens what is at a path. */
  static ModelParts open(Path file, ReadLimits limits) throws IOException {
    if (Files.isDirectory(file)) {
      return new Folder(file);
    }
    ZipArchive zip = ZipArchive.open(file, limits);
    try {
      zip.requirePaths();
      return new Archive(zip);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** The entries of an archive. */
  record Archive(ZipArchive zip) implements ModelParts {
    @Override
    public Collection<String> names() {
      return zip.entries().stream().map(ZipDirectory.Entry::name).toList();
    }

    @Override
    public byte @Nullable [] readAll(String name, int most, String limit) throws IOException {
      ZipDirectory.Entry e = zip.entry(name);
      return e == null ? null : zip.readAll(e, most, limit);
    }

    @Override
    public @Nullable FileBytes bytes(String name) throws IOException {
      ZipDirectory.Entry e = zip.entry(name);
      return e == null ? null : zip.bytes(e);
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }

  /** The files of a folder. */
  record Folder(Path folder) implements ModelParts {
    @Override
    public Collection<String> names() throws IOException {
      try (Stream<Path> all = Files.walk(folder)) {
        List<Path> files = all.filter(Files::isRegularFile).toList();
        return files.stream()
            .map(p -> folder.relativize(p).toString().replace('\\', '/'))
            .toList();
      }
    }

    @Override
    public byte @Nullable [] readAll(String name, int most, String limit) throws IOException {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file)) {
        return null;
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] out = in.readNBytes(most);
        if (in.read() >= 0) {
          throw new FileFormatException("file '" + name + "' has more than the " + most
              + " bytes that are taken (ReadLimits." + limit + ")");
        }
        return out;
      }
    }

    @Override
    public @Nullable FileBytes bytes(String name) throws IOException {
      Path file = folder.resolve(name);
      return Files.isRegularFile(file) ? FileBytes.open(file) : null;
    }

    @Override
    public void close() {
      // each file is open for itself
    }
  }
}
