package org.keras4j.core.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** Files fetched from a server of this machine that answers well and badly. */
class GetFileTest {
  @TempDir
  Path cache;

  private final byte[] bytes = new byte[300_000];
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private String url;
  private String tag = "\"one\"";
  private int breakAfter = -1;
  private int failures;

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(bytes);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/file.bin", this::serve);
    server.createContext("/moved", x -> redirect(x, "/file.bin"));
    server.createContext("/circle", x -> redirect(x, "/circle"));
    server.createContext("/local", x -> redirect(x, cache.toUri().toString()));
    server.createContext("/gone", x -> {
      asked.add("gone");
      x.sendResponseHeaders(404, -1);
      x.close();
    });
    server.start();
    url = "http://localhost:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    ((ExecutorService) server.getExecutor()).shutdownNow();
  }

  private static void redirect(HttpExchange x, String to) throws IOException {
    x.getResponseHeaders().add("Location", to);
    x.sendResponseHeaders(302, -1);
    x.close();
  }

  private void serve(HttpExchange x) throws IOException {
    String range = x.getRequestHeaders().getFirst("Range");
    String ifRange = x.getRequestHeaders().getFirst("If-Range");
    asked.add(String.valueOf(range));
    if (failures > 0) {
      failures--;
      x.sendResponseHeaders(503, -1);
      x.close();
      return;
    }
    int from = range != null && (ifRange == null || ifRange.equals(tag))
        ? Integer.parseInt(range.replaceAll("\\D", ""))
        : 0;
    x.getResponseHeaders().add("ETag", tag);
    if (from > 0) {
      x.getResponseHeaders()
          .add("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
    }
    x.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
    int to = breakAfter < 0 ? bytes.length : Math.min(bytes.length, from + breakAfter);
    try {
      x.getResponseBody().write(bytes, from, to - from);
      x.getResponseBody().flush();
    } finally {
      x.close(); // fewer bytes than announced end the connection
    }
  }

  private static String digest(String algorithm, byte[] b) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(b));
  }

  private GetFile file() {
    return GetFile.of(url + "/file.bin").cacheDir(cache);
  }

  private static void noLeftOvers(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<String> bad = all.map(p -> p.getFileName().toString())
          .filter(n -> n.contains(".part") || n.endsWith(".lock"))
          .toList();
      assertEquals(List.of(), bad);
    }
  }

  @Test
  void fetchesOnceAndKeepsWhatHasTheChecksum() throws Exception {
    String sha = digest("SHA-256", bytes);
    Path p = file().fileHash(sha).get();
    assertEquals(cache.resolve("datasets").resolve("file.bin"), p);
    assertArrayEquals(bytes, Files.readAllBytes(p));
    assertEquals(p, file().fileHash(digest("MD5", bytes)).get());
    assertEquals(p, file().get());
    assertEquals(1, asked.size());
    Files.write(p, new byte[10]); // another version is fetched again
    file().fileHash(sha).get();
    assertArrayEquals(bytes, Files.readAllBytes(p));
    file().forceDownload(true).get();
    assertEquals(3, asked.size());
    noLeftOvers(p.getParent());
  }

  @Test
  void goesOnWhereAConnectionBrokeOff() throws Exception {
    breakAfter = 110_000;
    assertArrayEquals(bytes, Files.readAllBytes(file().get()));
    assertEquals(3, asked.size());
    assertTrue(asked.get(1).startsWith("bytes=") && asked.get(2).startsWith("bytes="));
    noLeftOvers(cache.resolve("datasets"));
  }

  @Test
  void goesOnWhereAnotherProcessWasKilledUnlessTheFileChanged() throws Exception {
    Path folder = Files.createDirectories(cache.resolve("datasets"));
    Path part = folder.resolve("file.bin.part");
    Files.write(part, Arrays.copyOf(bytes, 1000));
    Files.writeString(folder.resolve("file.bin.part.from"), url + "/file.bin\n\"one\"\n");
    Path p = file().get();
    assertArrayEquals(bytes, Files.readAllBytes(p));
    assertEquals(List.of("bytes=1000-"), asked);

    Files.delete(p);
    Files.write(part, new byte[1000]); // of a version that the server has no more
    Files.writeString(folder.resolve("file.bin.part.from"), url + "/file.bin\n\"zero\"\n");
    assertArrayEquals(bytes, Files.readAllBytes(file().get()));

    Files.delete(p);
    Files.write(
        part, new byte[1000]); // of an unknown version: without a checksum, from the beginning
    assertArrayEquals(bytes, Files.readAllBytes(file().get()));
    assertEquals("null", asked.get(asked.size() - 1));

    Files.delete(p);
    Files.write(part, new byte[1000]); // another one under the same mark: the checksum tells
    Files.writeString(folder.resolve("file.bin.part.from"), url + "/file.bin\n\"one\"\n");
    assertArrayEquals(
        bytes, Files.readAllBytes(file().fileHash(digest("MD5", bytes)).get()));
    noLeftOvers(folder);
  }

  @Test
  void wrongChecksumsAreRefused() throws Exception {
    String wrong = digest("MD5", new byte[1]);
    FileFormatException e =
        assertThrows(FileFormatException.class, () -> file().fileHash(wrong).get());
    assertTrue(e.getMessage().contains(wrong), e.getMessage());
    assertTrue(e.getMessage().contains(digest("MD5", bytes)), e.getMessage());
    assertFalse(Files.exists(cache.resolve("datasets").resolve("file.bin")));
    noLeftOvers(cache.resolve("datasets"));
    assertThrows(IllegalArgumentException.class, () -> file().fileHash("12").get());
    assertThrows(
        IllegalArgumentException.class,
        () -> file().fileHash(wrong).hashAlgorithm("sha256").get());
    assertThrows(IllegalArgumentException.class, () -> file().hashAlgorithm("crc"));
  }

  @Test
  void triesAgainAndSaysWhatToDoByHand() throws Exception {
    failures = 2;
    assertArrayEquals(bytes, Files.readAllBytes(file().get()));
    IOException gone = assertThrows(
        IOException.class, () -> GetFile.of(url + "/gone").cacheDir(cache).get());
    assertTrue(gone.getMessage().contains("404"), gone.getMessage());
    assertEquals(1, asked.stream().filter("gone"::equals).count());
    server.stop(0);
    String sha = digest("SHA-256", bytes);
    IOException off = assertThrows(
        IOException.class,
        () -> file().fname("other.bin").cacheSubdir("models").fileHash(sha).get());
    for (String s : List.of(url, sha, cache.resolve("models/other.bin").toString(), "proxy")) {
      assertTrue(off.getMessage().contains(s), off.getMessage());
    }
  }

  @Test
  void redirectsAreFollowedWithinHttp() throws Exception {
    Path p = GetFile.of(url + "/moved?x=1").cacheDir(cache).get();
    assertEquals("moved", p.getFileName().toString());
    assertArrayEquals(bytes, Files.readAllBytes(p));
    for (String bad : List.of("/circle", "/local")) {
      IOException e = assertThrows(
          IOException.class, () -> GetFile.of(url + bad).cacheDir(cache).get());
      assertTrue(e.getMessage().contains("redirected"), e.getMessage());
    }
  }

  @Test
  void filesOfThisMachineAreCopied() throws Exception {
    Path source = Files.write(cache.resolve("here.bin"), bytes);
    Path p = GetFile.of(source.toUri().toString()).cacheDir(cache).get();
    assertArrayEquals(bytes, Files.readAllBytes(p));
    assertThrows(
        IOException.class,
        () ->
            GetFile.of(cache.resolve("none").toUri().toString()).cacheDir(cache).get());
  }

  @Test
  void namesAndOriginsAreChecked() {
    for (String bad : List.of("", "../x", "a/b", "..", "a\\b")) {
      assertThrows(IllegalArgumentException.class, () -> file().fname(bad), bad);
    }
    for (String bad : List.of("ftp://x/y", "x", "http://a b")) {
      assertThrows(IllegalArgumentException.class, () -> GetFile.of(bad), bad);
    }
    assertThrows(IllegalArgumentException.class, () -> GetFile.of(url + "/").get());
    assertThrows(IllegalArgumentException.class, () -> file().archiveFormat("rar"));
  }

  @Test
  void manyThreadsFetchOnce() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<Path>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(pool.submit(() -> file().get()));
      }
      for (Future<Path> f : all) {
        assertArrayEquals(bytes, Files.readAllBytes(f.get(60, TimeUnit.SECONDS)));
      }
    } finally {
      pool.shutdownNow();
    }
    assertEquals(1, asked.size());
  }

  // ---- archives

  private static byte[] tar(Map<String, String> files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Map.Entry<String, String> e : files.entrySet()) {
      boolean link = e.getValue().startsWith("->");
      byte[] text = link ? new byte[0] : e.getValue().getBytes(StandardCharsets.UTF_8);
      byte[] h = new byte[512];
      put(h, 0, e.getKey());
      put(h, 124, String.format("%011o", text.length));
      h[156] = (byte) (link ? '2' : '0');
      put(h, 157, link ? e.getValue().substring(2) : "");
      Arrays.fill(h, 148, 156, (byte) ' ');
      int sum = 0;
      for (byte b : h) {
        sum += b & 0xff;
      }
      put(h, 148, String.format("%06o", sum));
      out.write(h);
      out.write(text);
      out.write(new byte[(512 - text.length % 512) % 512]);
    }
    out.write(new byte[1024]);
    return out.toByteArray();
  }

  private static void put(byte[] h, int at, String s) {
    byte[] b = s.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(b, 0, h, at, b.length);
  }

  private static byte[] gzip(byte[] b) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream z = new GZIPOutputStream(out)) {
      z.write(b);
    }
    return out.toByteArray();
  }

  private GetFile archive(String name, byte[] b) throws IOException {
    Path source = Files.write(cache.resolve(name), b);
    return GetFile.of(source.toUri().toString()).cacheDir(cache).extract(true);
  }

  @Test
  void archivesAreUnpackedWhereKerasUnpacksThem() throws Exception {
    Map<String, String> files = Map.of("top/a.txt", "alpha", "top/in/b.txt", "beta");
    Path one = archive("x.tar.gz", gzip(tar(files))).get();
    assertEquals(cache.resolve("datasets/x.tar.gz"), one);
    assertTrue(Files.isRegularFile(cache.resolve("datasets/x.tar.gz_archive")));
    assertEquals("beta", Files.readString(one.resolve("top/in/b.txt")));
    Path two = archive("y.tar", tar(files)).fname("named.tar").get();
    assertEquals(cache.resolve("datasets/named_extracted"), two);
    assertTrue(Files.isRegularFile(cache.resolve("datasets/named.tar")));
    Path three =
        archive("z.tgz", gzip(tar(files))).fname("plain").archiveFormat("tar").get();
    assertEquals(cache.resolve("datasets/plain"), three);
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(zipped)) {
      zip.putNextEntry(new ZipEntry("d/"));
      zip.putNextEntry(new ZipEntry("d/z.txt"));
      zip.write("zeta".getBytes(StandardCharsets.UTF_8));
    }
    Path four = archive("w.zip", zipped.toByteArray()).get();
    assertEquals("zeta", Files.readString(four.resolve("d/z.txt")));
    // a folder that is there stays, and what a user put into it
    Files.writeString(four.resolve("own.txt"), "mine");
    archive("w.zip", zipped.toByteArray()).forceDownload(true).get();
    assertEquals("mine", Files.readString(four.resolve("own.txt")));
    noLeftOvers(cache.resolve("datasets"));
  }

  @Test
  void bzip2LongNamesAndLinks() throws Exception {
    byte[] b = Base64.getMimeDecoder().decode(BZIPPED);
    Path out = archive("x.tar.bz2", b).get();
    String one = "one\none\none\n";
    assertEquals(one, Files.readString(out.resolve("a/one.txt")));
    assertEquals(one, Files.readString(out.resolve("a/link.txt")));
    assertEquals(one, Files.readString(out.resolve("a/hard.txt")));
    assertEquals("x".repeat(300), Files.readString(out.resolve("a/" + "long".repeat(40) + ".txt")));
    assertFalse(Files.isSymbolicLink(out.resolve("a/link.txt")));
    for (int i = 0; i < b.length; i++) { // damaged in any place: refused, or the same
      byte[] bad = b.clone();
      bad[i] ^= (byte) (1 << i % 8);
      try {
        assertEquals(
            one, Files.readString(archive("b" + i, bad).get().resolve("a/one.txt")), "" + i);
      } catch (IOException e) {
        assertTrue(e instanceof FileFormatException, e.toString());
      }
    }
  }

  @Test
  void nothingIsUnpackedOutsideOfTheFolder() throws Exception {
    List<Map<String, String>> hostile = List.of(
        Map.of("../out.txt", "x"),
        Map.of("/tmp/out.txt", "x"),
        Map.of("a/../../out.txt", "x"),
        Map.of("a\\..\\out.txt", "x"),
        Map.of("c:/out.txt", "x"),
        Map.of("link", "->../../secret"),
        Map.of("link", "->/etc/passwd"),
        Map.of("a/link", "->.."),
        Map.of("link", "->link"),
        Map.of("a", "x", "a/b", "y"));
    Files.writeString(cache.resolve("secret"), "s");
    for (Map<String, String> files : hostile) {
      Path folder = cache.resolve("datasets/bad.tar");
      GetFile f = archive("bad.tar", tar(files)).forceDownload(true);
      assertThrows(IOException.class, f::get, files.toString());
      assertFalse(Files.exists(folder), files.toString());
    }
    try (Stream<Path> all = Files.walk(cache)) {
      assertFalse(all.anyMatch(p -> p.getFileName().toString().equals("out.txt")));
    }
    noLeftOvers(cache.resolve("datasets"));
  }

  @Test
  void limitsHoldForArchives() throws Exception {
    byte[] bomb = gzip(tar(Map.of("zeros", "0".repeat(1 << 20))));
    ReadLimits small =
        ReadLimits.builder().freeExpansionBytes(1000).maxExpansion(20).build();
    FileFormatException e = assertThrows(
        FileFormatException.class, () -> archive("bomb.tgz", bomb).limits(small).get());
    assertTrue(e.getMessage().contains("maxExpansion"), e.getMessage());
    ReadLimits few = ReadLimits.builder().maxEntries(1).build();
    byte[] two = tar(Map.of("a", "1", "b", "2"));
    assertThrows(
        FileFormatException.class, () -> archive("two.tar", two).limits(few).get());
    byte[] cut = Arrays.copyOf(two, 700);
    assertThrows(FileFormatException.class, () -> archive("cut.tar", cut).get());
    FileFormatException none = assertThrows(
        FileFormatException.class, () -> archive("none.tar", new byte[2000]).get());
    assertTrue(none.getMessage().contains("neither tar"), none.getMessage());
  }

  // written by Python's tarfile: a file, one with a long name (pax), a symbolic and a hard link
  private static final String BZIPPED =
      "QlpoOTFBWSZTWe4o/qYAAODfgs6UQCH/gkBCUaBm7d5AQAAoCDAA2KDUQMgAAAAaNABgDTQ0aMRk"
          + "A0AGhgikk9TSPFPUPSaNPUGTT0mj1GeqUPvNP68unIIsIVJVoKd2vB60s1hAkV3koSQalEhEu4NS"
          + "bIv6bOWVbx2nEfMuS2EG1IEHPLIymA+PvKsJbY9opbM37vXRUaZxiEWdoHbMwVRwArR2SpoqNoUg"
          + "D/2yENWYEDnidbvATjNQAADVhzql8gDEKxwFA5zzPCZjoAA39/YNExGiVchpSD86q9OAyOl8ncgE"
          + "f4u5IpwoSHcUf1MA";
}
