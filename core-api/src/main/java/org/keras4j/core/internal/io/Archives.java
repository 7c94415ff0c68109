package org.keras4j.core.internal.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/**
 * Unpacks tar (plain, gzip, bzip2) and zip archives into a folder. All goes into a new folder first, which then takes the place
 * of the one that is wanted, or is merged into it. Nothing is written outside; links become copies of the files that they
 * lead to, and those that lead elsewhere are refused.
 */
public final class Archives {
  private static final int BUFFER = 1 << 16;
  private static final int HEAD = 512;

  private final Path root;
  private final ReadLimits limits;
  private final long packed;
  private final Map<Path, Path> links = new LinkedHashMap<>();
  private long unpacked;
  private int entries;

  private Archives(Path root, ReadLimits limits, long packed) {
    this.root = root;
    this.limits = limits;
    this.packed = packed;
  }

  /**
   * Unpacks an archive.
   *
   * @param format {@code "tar"}, {@code "zip"} or {@code "auto"}
   * @throws FileFormatException if it is none of these, damaged, hostile or too large; the folder is as it was
   */
  public static void extract(Path archive, Path folder, String format, ReadLimits limits)
      throws IOException {
    Path above = Objects.requireNonNull(folder.toAbsolutePath().getParent(), "the root folder");
    Path fresh = Files.createDirectory(
        above.resolve("." + folder.getFileName() + "." + java.util.UUID.randomUUID() + ".part"));
    try {
      new Archives(fresh, limits, Files.size(archive)).run(archive, format);
      if (Files.isDirectory(folder)) {
        merge(fresh, folder);
      } else {
        Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (FileFormatException | EOFException | ZipException e) {
      throw Failures.inPlaceOf(
          e,
          new FileFormatException(
              "'" + archive + "' cannot be unpacked: " + e.getMessage(), e.getCause()));
    } finally {
      if (Files.exists(fresh)) {
        Folders.delete(fresh);
      }
    }
  }

  private void run(Path archive, String format) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(archive)) {
      head = in.readNBytes(HEAD);
    }
    boolean zip = head.length > 3 && head[0] == 'P' && head[1] == 'K';
    if (zip && !format.equals("tar")) {
      zip(archive);
      return;
    }
    if (zip || format.equals("zip")) {
      throw new FileFormatException("it is no archive of the kind " + format);
    }
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), BUFFER)) {
      tar(unpacking(file, head));
    }
    copyLinks();
  }

  private static InputStream unpacking(InputStream file, byte[] head) throws IOException {
    int first = head.length > 1 ? (head[0] & 0xff) << 8 | head[1] & 0xff : 0;
    if (first == 0x1f8b) {
      return new BufferedInputStream(new GZIPInputStream(file, BUFFER), BUFFER);
    }
    if (first == ('B' << 8 | 'Z')) {
      return new BufferedInputStream(new BZip2Stream(file), BUFFER);
    }
    if (TarReader.isHeader(head)) {
      return file;
    }
    throw new FileFormatException(
        first == 0xfd37
            ? "it is packed by xz, which is not supported"
            : "it is neither tar (plain, gzip, bzip2) nor zip");
  }

  private void tar(InputStream in) throws IOException {
    TarReader tar = new TarReader(in);
    for (TarReader.Entry e; (e = tar.next()) != null; ) {
      Path to = place(e.name());
      switch (e.kind()) {
        case FOLDER -> Files.createDirectories(to);
        case LINK -> {
          Path at = e.hard() ? root : Objects.requireNonNull(to.getParent());
          Path target = at.resolve(path(e.target())).normalize();
          if (!target.startsWith(root) || path(e.target()).isAbsolute()) {
            throw new FileFormatException(
                "the link '" + e.name() + "' leads out of the archive, to '" + e.target() + "'");
          }
          links.put(to, target);
        }
        default -> write(tar.contents(), to);
      }
    }
    while (in.read(new byte[BUFFER]) >= 0) {
      // to the end, where checksums are
    }
  }

  private void zip(Path archive) throws IOException {
    try (ZipArchive zip = ZipArchive.open(archive, limits)) {
      zip.requirePaths();
      for (ZipDirectory.Entry e : zip.entries()) {
        Path to = place(e.name());
        if (e.name().endsWith("/")) {
          Files.createDirectories(to);
        } else {
          try (InputStream in = zip.open(e)) {
            write(in, to);
          }
        }
      }
    }
  }

  private static Path path(String name) throws FileFormatException {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException("'" + name + "' is no path: " + e.getReason(), e.getCause()));
    }
  }

  /** Where an entry goes. */
  private Path place(String name) throws IOException {
    if (++entries > limits.maxEntries()) {
      throw new FileFormatException("it has more than the " + limits.maxEntries()
          + " entries that are taken (ReadLimits.maxEntries)");
    }
    Path relative = path(name);
    if (name.isEmpty()
        || name.startsWith("/")
        || name.indexOf('\\') >= 0
        || name.indexOf(':') >= 0
        || name.chars().anyMatch(Character::isISOControl)
        || Arrays.asList(name.split("/", -1)).contains("..")
        || relative.isAbsolute()) {
      throw new FileFormatException(
          "its entry '" + name.replaceAll("\\p{Cntrl}", "?") + "' is no path within the folder");
    }
    Path to = root.resolve(relative).normalize();
    if (!to.startsWith(root)) {
      throw new FileFormatException("its entry '" + name + "' leads out of the folder");
    }
    return to;
  }

  private void write(InputStream in, Path to) throws IOException {
    if (to.equals(root) || Files.isDirectory(to)) {
      throw new FileFormatException("'" + root.relativize(to) + "' is both a file and a folder");
    }
    Files.createDirectories(to.getParent());
    try (OutputStream out = Files.newOutputStream(
        to,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE)) {
      byte[] piece = new byte[BUFFER];
      for (int n; (n = in.read(piece)) >= 0; ) {
        unpacked += n;
        if (unpacked > limits.maxUnpackedBytes()) {
          throw new FileFormatException("it unpacks to more than the " + limits.maxUnpackedBytes()
              + " bytes that are taken (ReadLimits.maxUnpackedBytes)");
        }
        limits.checkExpansion("it", packed, unpacked);
        out.write(piece, 0, n);
      }
    }
  }

  private void copyLinks() throws IOException {
    for (Map.Entry<Path, Path> e : links.entrySet()) {
      Path target = e.getValue();
      for (int i = 0; links.containsKey(target) && i <= links.size(); i++) {
        target = links.get(target);
      }
      if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileFormatException("the link '" + root.relativize(e.getKey())
            + "' does not lead to a file of the archive");
      }
      try (InputStream in = Files.newInputStream(target)) {
        write(in, e.getKey());
      }
    }
  }

  private static void merge(Path fresh, Path folder) throws IOException {
    Files.walkFileTree(fresh, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a) throws IOException {
        Files.createDirectories(folder.resolve(fresh.relativize(dir)));
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
        Files.move(
            file, folder.resolve(fresh.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
