package org.keras4j.core.internal.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one place that writes files. A file appears whole or not at all: it is written beside its place, forced to
 * the disk and renamed, so a process killed, a full disk or an exception at any moment leaves the old file as it
 * was. What killed processes left beside a file goes when it is written the next time. A file that is there keeps
 * its mode and group; where a symbolic link stands, the file that it points to is replaced.
 */
public final class AtomicFile {
  private static final int MAX_LINKS = 40;

  /** How often to begin again when another process takes the part for a dead one's. */
  private static final int ATTEMPTS = 5;

  private AtomicFile() {}

  /** Writes a file's contents. */
  @FunctionalInterface
  public interface Body {
    /** May run again if the first attempt was disturbed. */
    void write(Part out) throws IOException;
  }

  /** Writes what others than this library write. */
  @FunctionalInterface
  public interface NewBody {
    /** Makes a file or folder of this name. */
    void write(Path target) throws IOException;
  }

  /**
   * Writes a file; folders above it are made.
   *
   * @throws FileSystemException if that is not possible, naming file and reason; the old one is untouched
   */
  public static void write(Path file, Body body) throws IOException {
    try {
      Path target = followed(file.toAbsolutePath());
      check(target);
      Parts parts = Parts.of(target);
      parts.makeFolder();
      parts.sweep();
      for (int i = 1; !attempt(target, parts, body); i++) {
        if (i == ATTEMPTS) {
          throw new IOException("other processes write the same file and take its parts away");
        }
      }
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  /**
   * Writes files that belong together: none appears before all are written, and the last one of the map is the last to
   * appear.
   *
   * @param ready runs when all are written, before the first appears
   * @throws FileSystemException if that is not possible; unless only the appearing failed, the old ones are untouched
   */
  public static void writeAll(Map<Path, Body> files, Runnable ready) throws IOException {
    writeAll(new ArrayList<>(files.entrySet()), files.size() - 1, ready);
  }

  // each stays open, and so in its place beside, while those that appear before it are written
  private static void writeAll(List<Map.Entry<Path, Body>> files, int last, Runnable ready)
      throws IOException {
    if (last < 0) {
      ready.run();
      return;
    }
    write(files.get(last).getKey(), out -> {
      files.get(last).getValue().write(out);
      writeAll(files, last - 1, ready);
    });
  }

  /** Writes a text as UTF-8. */
  public static void writeString(Path file, String text) throws IOException {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Removes what processes left in a folder that died while they wrote, whatever it was. */
  public static void sweep(Path folder) throws IOException {
    Parts.in(folder.toAbsolutePath()).sweep();
  }

  /**
   * Makes a file or a folder with contents where nothing is yet; it appears whole or not at all. What else the body
   * puts beside it, under names that begin with the target's, appears before it.
   *
   * @throws FileAlreadyExistsException if something is there
   * @throws FileSystemException if it cannot be made
   */
  public static void writeNew(Path file, NewBody body) throws IOException {
    Path target = file.toAbsolutePath();
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    try {
      Parts parts = Parts.of(target);
      parts.makeFolder();
      parts.sweep();
      try (Parts.Held held = parts.create(null)) {
        Path fresh = held.folder().resolve(target.getFileName());
        body.write(fresh);
        Parts.forceAll(fresh);
        for (Path other : beside(fresh)) {
          Path place = target.resolveSibling(other.getFileName().toString());
          Files.move(other, place, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      }
      parts.force();
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  private static List<Path> beside(Path fresh) throws IOException {
    try (Stream<Path> all = Files.list(fresh.getParent())) {
      return all.filter(p -> !p.equals(fresh)
              && p.getFileName().toString().startsWith(fresh.getFileName().toString()))
          .toList();
    }
  }

  private static boolean attempt(Path target, Parts parts, Body body) throws IOException {
    try (Parts.Held held = parts.create(attributes(target))) {
      body.write(held.part());
      held.finish();
      try {
        Files.move(
            held.file(),
            target,
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(held.file(), target, StandardCopyOption.REPLACE_EXISTING);
      } catch (NoSuchFileException e) {
        return false;
      }
    }
    parts.force();
    return true;
  }

  private static Path followed(Path file) throws IOException {
    Path p = file;
    for (int i = 0; Files.isSymbolicLink(p); i++) {
      if (i == MAX_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      p = p.resolveSibling(Files.readSymbolicLink(p));
    }
    return p;
  }

  private static void check(Path target) throws IOException {
    if (target.getFileName() == null || Files.isDirectory(target)) {
      throw new IOException("there is a folder of this name");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new IOException("what is there is no ordinary file");
    }
    if (Files.exists(target) && !Files.isWritable(target)) {
      throw new IOException("the file is read-only");
    }
  }

  private static @Nullable PosixFileAttributes attributes(Path target) throws IOException {
    PosixFileAttributeView v = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    return v == null || !Files.exists(target) ? null : v.readAttributes();
  }

  private static IOException named(Path file, IOException e) {
    String reason = e instanceof AccessDeniedException
        ? "there is no permission to write in its folder"
        : e instanceof FileSystemLoopException
            ? "its symbolic links lead in a circle"
            : e instanceof FileSystemException f && f.getReason() != null
                ? f.getReason()
                : String.valueOf(e.getMessage());
    FileSystemException out = new FileSystemException(file.toString(), null, reason);
    out.initCause(e);
    return out;
  }
}
