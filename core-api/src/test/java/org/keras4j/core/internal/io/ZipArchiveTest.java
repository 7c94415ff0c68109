package org.keras4j.core.internal.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

class ZipArchiveTest {
  @TempDir
  Path folder;

  private static final ReadLimits LIMITS = ReadLimits.defaults();

  private static byte[] bytes(int n) {
    byte[] b = new byte[n];
    new Random(n).nextBytes(b);
    return b;
  }

  private static Map<String, byte[]> contents() {
    Map<String, byte[]> out = new LinkedHashMap<>();
    out.put("first.txt", "first".getBytes(StandardCharsets.UTF_8));
    out.put("empty", new byte[0]);
    out.put("folder/\u00fcber", bytes(100_000));
    out.put("zeros", new byte[300_000]);
    return out;
  }

  private Path java(Map<String, byte[]> contents) throws IOException {
    Path file = folder.resolve("java.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> e : contents.entrySet()) {
        zip.putNextEntry(new ZipEntry(e.getKey()));
        zip.write(e.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  private Path own(Map<String, byte[]> contents) throws IOException {
    Path file = folder.resolve("own.zip");
    AtomicFile.write(file, out -> {
      ZipWriter zip = new ZipWriter(out);
      for (Map.Entry<String, byte[]> e : contents.entrySet()) {
        zip.entry(e.getKey(), e.getValue().length, o -> o.write(e.getValue()));
      }
      zip.finish();
    });
    return file;
  }

  private static Map<String, byte[]> read(Path file, ReadLimits limits) throws IOException {
    Map<String, byte[]> out = new LinkedHashMap<>();
    try (ZipArchive zip = ZipArchive.open(file, limits)) {
      zip.requirePaths();
      for (ZipDirectory.Entry e : zip.entries()) {
        out.put(e.name(), zip.readAll(e, Integer.MAX_VALUE, "none"));
      }
    }
    return out;
  }

  private static void same(Map<String, byte[]> expected, Map<String, byte[]> got) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(got.keySet()));
    expected.forEach((n, b) -> assertArrayEquals(b, got.get(n), n));
  }

  private static String refused(Path file) {
    return assertThrows(FileFormatException.class, () -> read(file, LIMITS)).getMessage();
  }

  @Test
  void archivesOfOthersAreRead() throws IOException {
    same(contents(), read(java(contents()), LIMITS));
  }

  @Test
  void ownArchivesAreReadByAll() throws IOException {
    Path file = own(contents());
    same(contents(), read(file, LIMITS));
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Map.Entry<String, byte[]> e : contents().entrySet()) {
        assertArrayEquals(
            e.getValue(), zip.getInputStream(zip.getEntry(e.getKey())).readAllBytes());
      }
    }
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (Map.Entry<String, byte[]> e : contents().entrySet()) {
        assertEquals(e.getKey(), zip.getNextEntry().getName());
        assertArrayEquals(e.getValue(), zip.readAllBytes());
      }
    }
    try (ZipArchive zip = ZipArchive.open(file, LIMITS)) {
      try (FileBytes b = zip.bytes(zip.entry("folder/\u00fcber"))) {
        assertArrayEquals(bytes(100_000), b.read(0, 100_000));
      }
    }
  }

  @Test
  void manyEntries() throws IOException {
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i < 70_000; i++) {
      many.put("e" + i, new byte[] {(byte) i});
    }
    same(many, read(own(many), LIMITS));
    same(many, read(java(many), LIMITS));
    ReadLimits few = ReadLimits.builder().maxEntries(60_000).build();
    assertThrows(FileFormatException.class, () -> read(own(many), few));
  }

  /** Whichever bit changes, the archive is refused, or says the same as before. */
  @Test
  void noBitChangesUnseen() throws IOException {
    Map<String, byte[]> small = new LinkedHashMap<>();
    small.put("a", bytes(40));
    small.put("b/c", "text".getBytes(StandardCharsets.UTF_8));
    for (Path good : List.of(own(small), java(small))) {
      byte[] bytes = Files.readAllBytes(good);
      Path file = folder.resolve("flipped.zip");
      for (int bit = 0; bit < 8 * bytes.length; bit++) {
        byte[] b = bytes.clone();
        b[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, b);
        try {
          same(small, read(file, LIMITS));
        } catch (FileFormatException e) {
          // as it should be
        }
      }
    }
  }

  @Test
  void changedContentsAreNamed() throws IOException {
    Path file = own(contents());
    byte[] b = Files.readAllBytes(file);
    b[b.length / 4] ^= 4; // within the large entry
    Files.write(file, b);
    String message = refused(file);
    assertTrue(message.contains("'folder/\u00fcber' is damaged: its checksum is"), message);
  }

  @Test
  void everyCutIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(java(Map.of("a", bytes(50))));
    Path file = folder.resolve("cut.zip");
    for (int n = 0; n < bytes.length; n++) {
      Files.write(file, Arrays.copyOf(bytes, n));
      refused(file);
    }
  }

  @Test
  void namesThatLeadOut() throws IOException {
    for (String name : List.of("../a", "/a", "a/../../b", "a\\b", "c:/a", "a/..")) {
      assertTrue(refused(own(Map.of(name, new byte[1]))).contains("leads out"), name);
    }
    assertTrue(refused(own(Map.of("a\nb", new byte[1]))).contains("control characters"));
  }

  @Test
  void linksAndEncryptionAndRepetition() throws IOException {
    byte[] bytes =
        Files.readAllBytes(own(Map.of("link", "/etc/passwd".getBytes(StandardCharsets.US_ASCII))));
    int at = find(bytes, new byte[] {'P', 'K', 1, 2});
    byte[] link = bytes.clone();
    link[at + 41] = (byte) 0xa1;
    assertTrue(refused(Files.write(folder.resolve("l"), link)).contains("symbolic link"));
    byte[] encrypted = bytes.clone();
    encrypted[at + 8] |= 1;
    assertTrue(refused(Files.write(folder.resolve("e"), encrypted)).contains("encrypted"));
    byte[] method = bytes.clone();
    method[at + 10] = 14;
    method[find(bytes, new byte[] {'P', 'K', 3, 4}) + 8] = 14;
    assertTrue(refused(Files.write(folder.resolve("m"), method)).contains("method 14"));
    Map<String, byte[]> two = new LinkedHashMap<>();
    two.put("name1", new byte[1]);
    two.put("name2", new byte[2]);
    byte[] twice = Files.readAllBytes(own(two));
    for (int i = 0; i < twice.length; i++) {
      if (twice[i] == '2' && twice[i - 1] == 'e') {
        twice[i] = '1';
      }
    }
    assertTrue(refused(Files.write(folder.resolve("t"), twice)).contains("two entries 'name1'"));
  }

  private static int find(byte[] in, byte[] what) {
    for (int i = 0; ; i++) {
      if (Arrays.equals(Arrays.copyOfRange(in, i, i + what.length), what)) {
        return i;
      }
    }
  }

  /** Two entries of one head: how a small archive unpacks to a large one. */
  @Test
  void entriesThatOverlap() throws IOException {
    Map<String, byte[]> two = new LinkedHashMap<>();
    two.put("a", bytes(10));
    two.put("b", bytes(10));
    byte[] bytes = Files.readAllBytes(own(two));
    int first = find(bytes, new byte[] {'P', 'K', 1, 2});
    int second = first + 46 + 1;
    assertTrue(bytes[second + 42] != 0);
    bytes[second + 42] = 0;
    String message = refused(Files.write(folder.resolve("o"), bytes));
    assertTrue(message.contains("reaches into what follows"), message);
  }

  @Test
  void bombs() throws IOException {
    Path file = java(Map.of("zeros", new byte[80 << 20]));
    try (ZipArchive zip = ZipArchive.open(file, LIMITS)) {
      assertNull(zip.entry("none"));
    }
    assertTrue(refused(file).contains("maxExpansion"), refused(file));
    ReadLimits more = LIMITS.rebuild().maxExpansion(2000).build();
    assertEquals(80 << 20, read(file, more).get("zeros").length);
    // many that each stay below
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      many.put("z" + i, new byte[10 << 20]);
    }
    Path together = java(many);
    try (ZipArchive zip = ZipArchive.open(together, LIMITS)) {
      FileFormatException e = assertThrows(FileFormatException.class, () -> {
        for (ZipDirectory.Entry x : zip.entries()) {
          zip.open(x).close();
        }
      });
      assertTrue(e.getMessage().contains("the archive unpacks"), e.getMessage());
    }
    ReadLimits total = more.rebuild().maxUnpackedBytes(20 << 20).build();
    assertTrue(assertThrows(FileFormatException.class, () -> read(together, total))
        .getMessage()
        .contains("maxUnpackedBytes"));
  }

  @Test
  void compressedEntriesAreReadAtAnyPlace() throws IOException {
    byte[] large = bytes(20 << 20);
    for (byte[] content : List.of(bytes(1000), large)) {
      try (ZipArchive zip = ZipArchive.open(java(Map.of("a", content)), LIMITS);
          FileBytes b = zip.bytes(zip.entry("a"))) {
        assertEquals(content.length, b.size());
        assertArrayEquals(Arrays.copyOfRange(content, 500, 600), b.read(500, 100));
        FileBytes part = b.part(400, 10);
        assertArrayEquals(Arrays.copyOfRange(content, 405, 410), part.read(5, 5));
        assertThrows(FileFormatException.class, () -> part.read(6, 5));
        assertThrows(FileFormatException.class, () -> b.part(content.length, 1));
      }
    }
  }

  /** A size that is declared smaller than what comes out. */
  @Test
  void liesAboutSizes() throws IOException {
    byte[] bytes = Files.readAllBytes(java(Map.of("a", new byte[1000])));
    int at = find(bytes, new byte[] {'P', 'K', 1, 2});
    bytes[at + 24] = 10;
    bytes[at + 25] = 0;
    Path file = Files.write(folder.resolve("lie"), bytes);
    try (ZipArchive zip = ZipArchive.open(file, LIMITS);
        InputStream in = zip.open(zip.entry("a"))) {
      FileFormatException e = assertThrows(FileFormatException.class, in::readAllBytes);
      assertTrue(e.getMessage().contains("more than the 10 bytes"), e.getMessage());
    }
  }

  @Test
  void streamsBehaveAsStreamsDo() throws IOException {
    try (ZipArchive zip = ZipArchive.open(java(contents()), LIMITS);
        InputStream in = zip.open(zip.entry("first.txt"))) {
      assertEquals('f', in.read());
      assertEquals(2, in.skip(2));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      in.transferTo(out);
      assertEquals("st", out.toString(StandardCharsets.UTF_8));
      assertEquals(-1, in.read());
    }
  }
}
