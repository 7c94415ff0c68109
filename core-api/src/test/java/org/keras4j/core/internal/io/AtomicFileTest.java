package org.keras4j.core.internal.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir
  Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aFileIsWrittenWithItsFolders() throws IOException {
    Path file = folder.resolve("a/b/c.txt");
    AtomicFile.writeString(file, "one");
    AtomicFile.writeString(file, "two");
    assertEquals("two", Files.readString(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void placesAreFilledInLater() throws IOException {
    Path file = folder.resolve("a");
    byte[] large = new byte[200_000];
    AtomicFile.write(file, out -> {
      out.write(new byte[4]);
      out.write(large);
      assertEquals(200_004, out.position());
      out.patch(0, new byte[] {1, 2, 3, 4});
      out.write(9);
    });
    byte[] got = Files.readAllBytes(file);
    assertEquals(200_005, got.length);
    assertArrayEquals(new byte[] {1, 2, 3, 4, 0}, java.util.Arrays.copyOf(got, 5));
    assertEquals(9, got[200_004]);
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("a");
    AtomicFile.writeString(file, "old");
    IOException e = assertThrows(
        FileSystemException.class,
        () -> AtomicFile.write(file, out -> {
          out.write(new byte[100_000]);
          throw new IOException("No space left on device");
        }));
    assertEquals(file + ": No space left on device", e.getMessage());
    assertThrows(
        IllegalStateException.class,
        () -> AtomicFile.write(file, out -> {
          out.write(1);
          throw new IllegalStateException("for some reason");
        }));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void modesStay() throws IOException {
    Path file = folder.resolve("a");
    AtomicFile.writeString(file, "new");
    Path plain = Files.createFile(folder.resolve("plain"));
    assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(file));
    for (String mode : List.of("rw-r--r--", "rw-rw-rw-", "rw-------", "rwxr-x--x")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      AtomicFile.writeString(file, mode);
      assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      assertEquals(mode, Files.readString(file));
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void symbolicLinksStayAndLeadToTheNewFile() throws IOException {
    Path real = folder.resolve("real/file");
    AtomicFile.writeString(real, "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real/file"));
    Path second = Files.createSymbolicLink(folder.resolve("second"), link);
    AtomicFile.writeString(second, "new");
    assertTrue(Files.isSymbolicLink(second) && Files.isSymbolicLink(link));
    assertFalse(Files.isSymbolicLink(real));
    assertEquals("new", Files.readString(real));
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("later"));
    AtomicFile.writeString(dangling, "there");
    assertEquals("there", Files.readString(folder.resolve("later")));
    Path linked = Files.createSymbolicLink(folder.resolve("folder"), Path.of("real"));
    AtomicFile.writeString(linked.resolve("other"), "in it");
    assertEquals("in it", Files.readString(folder.resolve("real/other")));
    Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
    FileSystemException e =
        assertThrows(FileSystemException.class, () -> AtomicFile.writeString(circle, "x"));
    assertTrue(e.getMessage().contains("circle"), e.getMessage());
  }

  @Test
  void whatIsNoFileIsNotReplaced() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    assertThrows(FileSystemException.class, () -> AtomicFile.writeString(there, "x"));
    Path file = folder.resolve("file");
    AtomicFile.writeString(file, "old");
    FileSystemException e = assertThrows(
        FileSystemException.class, () -> AtomicFile.writeString(file.resolve("below"), "x"));
    assertTrue(e.getMessage().contains("folder cannot be made"), e.getMessage());
    assertEquals("old", Files.readString(file));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void devicesAreNotReplaced() throws IOException {
    assertThrows(
        FileSystemException.class, () -> AtomicFile.writeString(Path.of("/dev/null"), "x"));
    assertTrue(Files.exists(Path.of("/dev/null")));
  }

  /** Where even the superuser may not write. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFolderThatTakesNothing() {
    Path file = Path.of("/proc/self/model.keras");
    FileSystemException e =
        assertThrows(FileSystemException.class, () -> AtomicFile.writeString(file, "x"));
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
  }

  @Test
  void whatDeadProcessesLeftGoesWithTheNextWrite() throws IOException {
    Path file = folder.resolve("model.keras");
    AtomicFile.writeString(file, "old");
    AtomicFile.write(file, out -> {
      String part = names().get(0);
      assertTrue(part.startsWith(".model.keras.") && part.endsWith(".part"), part);
      String stem = part.substring(0, part.indexOf('-') + 1);
      Files.writeString(folder.resolve(stem + "0123456789abcdef.part"), "left");
      Path tree = Files.createDirectories(folder.resolve(stem + "1123456789abcdef.part.folder/x"));
      Files.writeString(tree.resolve("y"), "left");
      Files.writeString(folder.resolve(stem + "1123456789abcdef.part"), "");
      Files.createDirectory(folder.resolve(stem + "2123456789abcdef.part.folder"));
      out.write('1');
    });
    assertEquals(5, names().size());
    AtomicFile.writeString(folder.resolve("other.keras"), "x");
    assertEquals(6, names().size());
    AtomicFile.writeString(file, "2");
    assertEquals(List.of("model.keras", "other.keras"), names());
    assertEquals("2", Files.readString(file));
  }

  /** A part that another writer is at is not taken for a dead one's. */
  @Test
  void writersOfOneFileDoNotDisturbEachOther() throws Exception {
    Path file = folder.resolve("a");
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch all = new CountDownLatch(threads);
    List<Future<?>> done = new java.util.ArrayList<>();
    for (int i = 0; i < threads; i++) {
      byte[] content = new byte[100_000];
      java.util.Arrays.fill(content, (byte) i);
      done.add(pool.submit(() -> {
        AtomicFile.write(file, out -> {
          out.write(content, 0, 50_000);
          all.countDown();
          try {
            all.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          out.write(content, 50_000, 50_000);
        });
        return null;
      }));
    }
    for (Future<?> f : done) {
      f.get();
    }
    pool.shutdown();
    byte[] got = Files.readAllBytes(file);
    assertEquals(100_000, got.length);
    for (byte b : got) {
      assertEquals(got[0], b);
    }
    assertEquals(List.of("a"), names());
  }

  @Test
  void anInterruptedThreadWritesTheWholeFileAndStaysInterrupted() throws IOException {
    Path file = folder.resolve("a");
    Thread.currentThread().interrupt();
    AtomicFile.writeString(file, "whole");
    assertTrue(Thread.currentThread().isInterrupted());
    AtomicFile.writeNew(folder.resolve("f"), f -> {
      Files.createDirectory(f);
      Files.writeString(f.resolve("x"), "x");
      Thread.currentThread().interrupt();
    });
    assertTrue(Thread.interrupted());
    assertEquals("whole", Files.readString(file));
    assertEquals(List.of("a", "f"), names());
  }

  @Test
  void longNamesHavePartsToo() throws IOException {
    Path file = folder.resolve("\u00fc".repeat(120));
    AtomicFile.writeString(file, "x");
    assertEquals("x", Files.readString(file));
  }

  @Test
  void aFolderAppearsWholeOrNotAtAll() throws IOException {
    Path target = folder.resolve("above/saved");
    assertThrows(
        FileSystemException.class,
        () -> AtomicFile.writeNew(target, f -> {
          Files.createDirectory(f);
          Files.writeString(f.resolve("first"), "1");
          throw new IOException("full");
        }));
    assertFalse(Files.exists(target));
    AtomicFile.writeNew(target, f -> {
      Files.createDirectories(f.resolve("sub"));
      Files.writeString(f.resolve("sub/first"), "1");
      assertFalse(Files.exists(target));
    });
    assertEquals("1", Files.readString(target.resolve("sub/first")));
    assertThrows(FileAlreadyExistsException.class, () -> AtomicFile.writeNew(target, f -> {}));
    Path single = folder.resolve("above/single");
    AtomicFile.writeNew(single, f -> Files.writeString(f, "one"));
    assertEquals("one", Files.readString(single));
    try (Stream<Path> all = Files.list(folder.resolve("above"))) {
      assertEquals(List.of(target, single), all.sorted().toList());
    }
  }

  /** Other file systems, which have neither locks nor modes. */
  @Test
  void aFileInAZipFileSystem() throws IOException {
    Path zip = folder.resolve("z.zip");
    try (FileSystem fs = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      AtomicFile.writeString(fs.getPath("/a/b.txt"), "one");
      AtomicFile.writeString(fs.getPath("/a/b.txt"), "two");
      assertEquals("two", Files.readString(fs.getPath("/a/b.txt")));
      try (FileBytes b = FileBytes.open(fs.getPath("/a/b.txt"))) {
        assertArrayEquals(new byte[] {'w', 'o'}, b.read(1, 2));
      }
    }
  }

  @Test
  void aPartOfAnotherProcessStays() throws IOException {
    // the lock of another process cannot be had here; that of another channel of this one is as
    // good
    Path file = folder.resolve("a");
    AtomicFile.write(file, out -> out.write('1'));
    Path held = folder.resolve(
        ".a." + java.util.HexFormat.of().toHexDigits("a".hashCode()) + "-0123456789abcdef.part");
    try (FileChannel c =
        FileChannel.open(held, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      c.lock();
      AtomicFile.writeString(file, "2");
      assertTrue(Files.exists(held, LinkOption.NOFOLLOW_LINKS));
    }
    AtomicFile.writeString(file, "3");
    assertEquals(List.of("a"), names());
  }
}
