package org.keras4j.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;

@Timeout(60)
class TrainingServerTest {
  private static final NDArray X = NDArray.of(new float[] {0, 1, 2, 3, 1, 2}, 6, 1);
  private static final NDArray Y = NDArray.of(new float[] {2, 4, 6, 8, 4, 6}, 6, 1);

  private final TrainingServer server = new TrainingServer(0);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.uri().resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The first line of what is answered to a request as it is. */
  private String raw(String request) throws Exception {
    try (Socket s = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      s.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(new InputStreamReader(s.getInputStream(), StandardCharsets.UTF_8));
      return in.readLine();
    }
  }

  private static Sequential model() {
    Sequential m = new Sequential(
        new Input(1),
        new Dense(4).name("hidden").activation("tanh"),
        new Dropout(0.5),
        new Dense(1));
    m.compile("adam", "mse", "mae");
    return m;
  }

  @Test
  void thePageAndItsPartsAreServed() throws Exception {
    for (Map.Entry<String, String> e : Map.of(
            "/", "text/html",
            "/page.js", "text/javascript",
            "/histograms.js", "text/javascript",
            "/page.css", "text/css",
            "/uplot.js", "text/javascript",
            "/uplot.css", "text/css")
        .entrySet()) {
      HttpResponse<String> r = get(e.getKey());
      assertEquals(200, r.statusCode(), e.getKey());
      assertEquals(
          e.getValue() + "; charset=utf-8",
          r.headers().firstValue("Content-Type").get());
      assertTrue(
          r.headers().firstValue("Content-Security-Policy").get().contains("script-src 'self'"));
    }
    // all that the page asks for is there, and nothing of another server
    String html = get("/").body();
    for (String part : html.split("\"")) {
      if (part.startsWith("/")) {
        assertEquals(200, get(part).statusCode(), part);
      }
    }
    assertTrue(!html.contains("://"), html);
    assertTrue(get("/uplot.js").body().contains("uPlot"));
    assertEquals(404, get("/graph.svg").statusCode());
  }

  @Test
  void otherPathsAreNot() throws Exception {
    String host = " HTTP/1.1\r\nHost: localhost:" + server.port() + "\r\nConnection: close\r\n\r\n";
    assertTrue(raw("GET /" + host).contains(" 200 "));
    for (String path : List.of(
        "/../pom.xml",
        "/..%2f..%2fpom.xml",
        "/%2e%2e/page.js",
        "//etc/passwd",
        "/page.js/",
        "/./page.js",
        "/org/keras4j/page/files/page.js",
        "/page.js%00",
        "/META-INF/MANIFEST.MF")) {
      String line = raw("GET " + path + host);
      assertTrue(line.contains(" 404 ") || line.contains(" 400 "), path + ": " + line);
    }
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
      assertTrue(raw(method + " /" + host).contains(" 405 "), method);
    }
  }

  @Test
  void otherNamesAreRefused() throws Exception {
    int port = server.port();
    for (String host : List.of(
        "evil.example:" + port,
        "localhost.evil.example:" + port,
        "evil.example",
        "localhost:" + (port + 1),
        "localhost",
        "",
        "localhost:" + port + ".evil.example")) {
      for (String path : List.of("/", "/events", "/graph.svg")) {
        String line =
            raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertTrue(line.contains(" 421 ") || line.contains(" 400 "), host + ": " + line);
      }
    }
    for (String host :
        List.of("localhost:" + port, "127.0.0.1:" + port, "LOCALHOST:" + port, "[::1]:" + port)) {
      assertTrue(
          raw("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
              .contains(" 200 "),
          host);
    }
    assertTrue(raw("GET / HTTP/1.0\r\n\r\n").contains(" 421 "));
    assertEquals("localhost", server.uri().getHost());
  }

  /** A page that is open. */
  private final class Page implements AutoCloseable {
    private final BufferedReader in;

    Page() throws Exception {
      HttpResponse<InputStream> r = client.send(
          HttpRequest.newBuilder(server.uri().resolve("/events")).build(),
          HttpResponse.BodyHandlers.ofInputStream());
      assertEquals(
          "text/event-stream; charset=utf-8",
          r.headers().firstValue("Content-Type").get());
      in = new BufferedReader(new InputStreamReader(r.body(), StandardCharsets.UTF_8));
    }

    /** The data of events up to the one of a name. */
    List<Map.Entry<String, JsonNode>> until(String last) throws Exception {
      List<Map.Entry<String, JsonNode>> out = new ArrayList<>();
      String line;
      String name = "";
      while ((line = in.readLine()) != null) {
        if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          out.add(Map.entry(name, new ObjectMapper().readTree(line.substring(6))));
          if (name.equals(last)) {
            return out;
          }
        }
      }
      throw new AssertionError("the stream ended before '" + last + "'");
    }

    @Override
    public void close() throws Exception {
      in.close();
    }
  }

  private static List<JsonNode> named(List<Map.Entry<String, JsonNode>> events, String name) {
    return events.stream()
        .filter(e -> e.getKey().equals(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  @Test
  void aTrainingIsShownWhileItRuns() throws Exception {
    Sequential m = model();
    try (Page page = new Page()) {
      page.until("state");
      History h = m.fit(
          X,
          Y,
          Fit.epochs(3)
              .verbose(0)
              .batchSize(2)
              .validationSplit(1.0 / 3)
              .callbacks(server.callback().updateFreq(1).gradients(X, Y)));
      List<Map.Entry<String, JsonNode>> events = page.until("end");
      assertEquals(
          "running", named(events, "begin").get(0).get("run").get("state").asText());
      assertEquals(
          m.countParams(), named(events, "model").get(0).get("parameters").asLong());
      List<JsonNode> epochs = named(events, "epoch");
      assertEquals(3, epochs.size());
      for (int i = 0; i < 3; i++) {
        assertEquals(i + 1, epochs.get(i).get("epoch").asInt());
        JsonNode logs = epochs.get(i).get("logs");
        for (String name : List.of("loss", "mae", "val_loss", "val_mae")) {
          assertEquals(h.get(name).get(i), logs.get(name).asDouble(), name);
        }
      }
      assertEquals(
          List.of(1, 2, 3, 4, 5, 6),
          named(events, "batch").stream().map(b -> b.get("batch").asInt()).toList());
      JsonNode histogram = named(events, "histogram").get(2);
      assertEquals(4, histogram.get("weights").size());
      for (int i = 0; i < 4; i++) {
        for (String kind : List.of("weights", "gradients")) {
          JsonNode one = histogram.get(kind).get(i);
          assertEquals(m.trainableVariables().get(i).path(), one.get("name").asText());
          long all = 0;
          for (JsonNode n : one.get("counts")) {
            all += n.asLong();
          }
          assertEquals(m.trainableVariables().get(i).shape().size(), all);
        }
      }
      assertEquals("ended", named(events, "end").get(0).get("state").asText());
    }
    String svg = get("/graph.svg").body();
    assertTrue(svg.contains("<svg") && svg.contains("hidden"), svg);
    // who comes later is told all at once
    try (Page page = new Page()) {
      JsonNode state = page.until("state").get(0).getValue();
      assertEquals(3, state.get("epochs").size());
      assertEquals(6, state.get("batches").size());
      assertEquals(3, state.get("histograms").size());
      assertTrue(state.get("graph").asBoolean());
      assertEquals("ended", state.get("run").get("state").asText());
    }
  }

  @Test
  void whatIsShownChangesNothing() {
    List<List<NDArray>> weights = new ArrayList<>();
    for (boolean shown : new boolean[] {false, true}) {
      org.keras4j.ops.random.SeedGenerator.setRandomSeed(3);
      Sequential m = model();
      Fit fit = Fit.epochs(3).verbose(0).batchSize(2).shuffle(false);
      m.fit(X, Y, shown ? fit.callbacks(server.callback().gradients(X, Y)) : fit);
      weights.add(m.getWeights());
    }
    assertEquals(weights.get(0), weights.get(1));
  }

  @Test
  void memoryIsShownAllTheTime() throws Exception {
    try (Page page = new Page()) {
      JsonNode m = page.until("memory").stream().reduce((a, b) -> b).get().getValue();
      assertTrue(m.get("heap").asLong() > 1_000_000, m.toString());
      assertTrue(m.get("tensors").asLong() >= 0, m.toString());
      assertTrue(m.get("total").asLong() > m.get("heap").asLong(), m.toString());
    }
  }

  @Test
  void aNumberThatIsNoneIsNull() throws Exception {
    Sequential m = model();
    m.fit(
        NDArray.of(new float[] {Float.NaN, 1}, 2, 1),
        NDArray.of(new float[] {1, 1}, 2, 1),
        Fit.epochs(1).verbose(0).callbacks(server.callback()));
    try (Page page = new Page()) {
      JsonNode logs = page.until("state").get(0).getValue().get("epochs").get(0).get("logs");
      assertTrue(logs.has("loss") && logs.get("loss").isNull(), logs.toString());
    }
  }

  @Test
  void pagesThatAreOpenEndWithTheServer() throws Exception {
    try (Page page = new Page()) {
      page.until("state");
      server.close();
      assertNotNull(page.until("close"));
    }
  }

  @Test
  void soManyPagesAreOpenAtMost() throws Exception {
    List<Page> pages = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      pages.add(new Page());
    }
    assertEquals(503, get("/events").statusCode());
    for (Page p : pages) {
      p.close();
    }
  }

  @Test
  void aPortInUseIsSaid() {
    Exception e =
        assertThrows(java.io.UncheckedIOException.class, () -> new TrainingServer(server.port()));
    assertTrue(e.getMessage().contains(Integer.toString(server.port())), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> server.callback().updateFreq(0));
    assertThrows(IllegalArgumentException.class, () -> server.callback().histogramFreq(-1));
  }

  @Test
  void longTrainingsAreThinned() throws InterruptedException {
    Recorder recorder = new Recorder();
    for (int i = 1; i <= 20_000; i++) {
      recorder.batch(Map.of("batch", i));
    }
    Recorder.Listener l = recorder.listen();
    assertNotNull(l);
    String state = l.next(1);
    assertNotNull(state);
    int rows = state.split("\\{\"batch\":").length - 1;
    assertTrue(rows > 2000 && rows <= 4000, "rows: " + rows);
    int newest = Integer.parseInt(state.replaceAll("(?s).*\\{\"batch\":(\\d+)\\}.*", "$1"));
    assertTrue(newest > 20_000 - 16, "the newest: " + newest);
    // one that does not listen is cut off
    for (int i = 1; i <= 40_000; i++) {
      recorder.batch(Map.of("batch", i));
    }
    recorder.close();
    List<String> left = new ArrayList<>();
    String next;
    while ((next = l.next(1)) != null) {
      left.add(next);
    }
    assertTrue(left.size() <= 1000, left.stream().limit(3).collect(Collectors.joining()));
    assertNull(recorder.listen());
  }
}
