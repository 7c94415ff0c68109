package org.keras4j.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers requests: the page's own files, the model's drawing, and the stream of what happens. No file system is read. */
final class PageHandler implements HttpHandler {
  private static final String WEBJAR = "META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final int HEARTBEAT_SECONDS = 10;

  private record Content(String type, byte[] bytes) {}

  private final Recorder recorder;
  private final HostCheck hosts;
  private final Map<String, Content> files = new HashMap<>();

  PageHandler(Recorder recorder, HostCheck hosts) {
    this.recorder = recorder;
    this.hosts = hosts;
    file("/", "text/html", "org/keras4j/page/files/index.html");
    file("/page.js", "text/javascript", "org/keras4j/page/files/page.js");
    file("/histograms.js", "text/javascript", "org/keras4j/page/files/histograms.js");
    file("/page.css", "text/css", "org/keras4j/page/files/page.css");
    file("/uplot.js", "text/javascript", WEBJAR + "uPlot.iife.min.js");
    file("/uplot.css", "text/css", WEBJAR + "uPlot.min.css");
  }

  private void file(String path, String type, String resource) {
    try (InputStream in = PageHandler.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "TrainingServer: the class path lacks " + resource + " (org.webjars.npm:uplot)");
      }
      files.put(path, new Content(type + "; charset=utf-8", in.readAllBytes()));
    } catch (IOException e) {
      throw new IllegalStateException("TrainingServer: " + resource + " cannot be read", e);
    }
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!hosts.allows(exchange.getRequestHeaders().getFirst("Host"))) {
        error(exchange, 421, "This page is not served under that name.");
      } else if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        error(exchange, 405, "Only GET is answered.");
      } else {
        answer(exchange, exchange.getRequestURI().getRawPath());
      }
    }
  }

  private void answer(HttpExchange exchange, String path) throws IOException {
    Content file = files.get(path);
    String graph = recorder.graph();
    if (file != null) {
      send(exchange, 200, file);
    } else if (path.equals("/graph.svg") && graph != null) {
      send(exchange, 200, new Content("image/svg+xml; charset=utf-8", bytes(graph)));
    } else if (path.equals("/events")) {
      stream(exchange);
    } else {
      error(exchange, 404, "There is nothing of this name.");
    }
  }

  private void stream(HttpExchange exchange) throws IOException {
    Recorder.@Nullable Listener listener = recorder.listen();
    if (listener == null) {
      error(exchange, 503, "Too many pages are open.");
      return;
    }
    try {
      headers(exchange, "text/event-stream; charset=utf-8");
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      while (true) {
        String event = listener.next(HEARTBEAT_SECONDS);
        if (event == null) {
          return;
        }
        out.write(bytes(event));
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      recorder.forget(listener);
    }
  }

  private static void error(HttpExchange exchange, int status, String text) throws IOException {
    send(exchange, status, new Content("text/plain; charset=utf-8", bytes(text + "\n")));
  }

  private static void send(HttpExchange exchange, int status, Content content) throws IOException {
    headers(exchange, content.type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, content.bytes.length);
    exchange.getResponseBody().write(content.bytes);
  }

  private static void headers(HttpExchange exchange, String type) {
    var h = exchange.getResponseHeaders();
    h.set("Content-Type", type);
    h.set("Cache-Control", "no-store");
    h.set("X-Content-Type-Options", "nosniff");
    h.set("Referrer-Policy", "no-referrer");
    h.set("Cross-Origin-Resource-Policy", "same-origin");
    h.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
