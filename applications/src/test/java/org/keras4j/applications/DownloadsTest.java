package org.keras4j.applications;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.models.Functional;

/** Files of weights in Keras's cache: fetched once from a server of this machine, checked, and found where Keras keeps them. */
class DownloadsTest {
  private static final String PROXY = "https.proxy";

  @TempDir
  Path home;

  private final byte[] bytes = {1, 2, 3, 4, 5};
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    System.setProperty("keras.home", home.toString());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", x -> {
      asked.add(x.getRequestURI().getPath());
      x.sendResponseHeaders(200, bytes.length);
      x.getResponseBody().write(bytes);
      x.close();
    });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    System.clearProperty("keras.home");
    System.clearProperty(PROXY + "Host");
    System.clearProperty(PROXY + "Port");
  }

  private Downloads.Download download(String hash) {
    String address = "http://localhost:" + server.getAddress().getPort() + "/folder/other.h5";
    return new Downloads.Download("net.h5", address, hash);
  }

  private static String hash(String algorithm, byte[] b) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(b));
  }

  @Test
  void filesAreFetchedOnceUnderKerassName() throws Exception {
    Path there = home.resolve("models/net.h5");
    for (String h : List.of(hash("MD5", bytes), hash("SHA-256", bytes), "")) {
      Path file = Downloads.file(download(h));
      assertEquals(there, file);
      assertArrayEquals(bytes, Files.readAllBytes(file));
    }
    assertEquals(List.of("/folder/other.h5"), asked);
  }

  @Test
  void filesOfAnotherHashAreNotTaken() throws Exception {
    Path there = home.resolve("models/net.h5");
    UncheckedIOException e = assertThrows(
        UncheckedIOException.class, () -> Downloads.file(download(hash("MD5", new byte[1]))));
    assertTrue(e.getMessage().contains(hash("MD5", bytes)), e.getMessage());
    assertFalse(Files.exists(there));
    Files.createDirectories(home.resolve("models"));
    Files.write(there, new byte[3]); // damaged: fetched again
    assertArrayEquals(bytes, Files.readAllBytes(Downloads.file(download(hash("SHA-256", bytes)))));
    assertEquals(2, asked.size());
  }

  @Test
  void whatIsInTheCacheNeedsNoNetwork() throws Exception {
    noNetwork();
    MobileNetV2 network = new MobileNetV2().alpha(0.35).inputShape(96, 96, 3).includeTop(false);
    Functional source = network.weights(null).build();
    Files.createDirectories(home.resolve("models"));
    Path h5 = home.resolve("models").resolve(network.weightsFile(network.resolve()));
    source.saveWeights(h5);
    List<NDArray> found = network.weights("imagenet").build().getWeights();
    assertEquals(source.getWeights(), found);
    Files.delete(h5);
    UncheckedIOException e = assertThrows(
        UncheckedIOException.class, () -> network.weights("imagenet").build());
    for (String word : List.of(h5.toString(), "https://storage.googleapis.com/", "proxy")) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }

  private void noNetwork() throws IOException {
    int nobody; // a server that never began would take the connection and say nothing
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = closed.getLocalPort();
    }
    System.setProperty(PROXY + "Host", "localhost");
    System.setProperty(PROXY + "Port", String.valueOf(nobody));
  }

  @Test
  void everyFileHasAnAddressAndAHashWhereKerasHasOne() {
    assertThrows(IllegalArgumentException.class, () -> Downloads.file("resnet51.h5"));
    int hashed = 0;
    for (Downloads.Download d : Downloads.all().values()) {
      assertTrue(d.address().startsWith("https://storage.googleapis.com/"), d.address());
      assertTrue(d.hash().matches("|[0-9a-f]{32}|[0-9a-f]{64}"), d.name() + " has " + d.hash());
      hashed += d.hash().isEmpty() ? 0 : 1;
    }
    assertTrue(hashed > 80, hashed + " files have a hash");
  }
}
