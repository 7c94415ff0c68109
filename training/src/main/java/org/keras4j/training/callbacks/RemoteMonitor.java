package org.keras4j.training.callbacks;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.internal.Log;

/**
 * Posts each epoch's numbers to a server ({@code keras.callbacks.RemoteMonitor}); one that is not there is no
 * error.
 */
public final class RemoteMonitor extends Callback {
  private static final Log LOG = Log.of(RemoteMonitor.class);

  private final String root;
  private String path = "/publish/epoch/end/";
  private String field = "data";
  private Map<String, String> headers = Map.of();
  private boolean sendAsJson;

  /** Posts to {@code http://localhost:9000}. */
  public RemoteMonitor() {
    this("http://localhost:9000");
  }

  /** Posts to a server. */
  public RemoteMonitor(String root) {
    this.root = root;
  }

  /** The path on the server; {@code /publish/epoch/end/} by default. */
  public RemoteMonitor path(String value) {
    this.path = value;
    return this;
  }

  /** The form's field that holds the numbers; {@code data} by default. */
  public RemoteMonitor field(String value) {
    this.field = value;
    return this;
  }

  /** Further headers; none by default. */
  public RemoteMonitor headers(Map<String, String> value) {
    this.headers = new LinkedHashMap<>(value);
    return this;
  }

  /** Whether the numbers are the body, and not in a form; false by default. */
  public RemoteMonitor sendAsJson(boolean value) {
    this.sendAsJson = value;
    return this;
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    StringBuilder json = new StringBuilder("{\"epoch\": ").append(epoch);
    logs.forEach((k, v) -> json.append(", \"").append(k).append("\": ").append(number(v)));
    json.append('}');
    String body = sendAsJson ? json.toString() : encoded(field) + "=" + encoded(json.toString());
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path))
        .timeout(Duration.ofSeconds(30))
        .header(
            "Content-Type", sendAsJson ? "application/json" : "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::setHeader);
    try {
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(10))
          .build()
          .send(request.build(), HttpResponse.BodyHandlers.discarding());
    } catch (IOException e) {
      LOG.warn("RemoteMonitor could not reach " + root + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String number(double v) {
    if (Double.isNaN(v)) {
      return "NaN";
    }
    return Double.isInfinite(v) ? v > 0 ? "Infinity" : "-Infinity" : PythonNumbers.repr(v);
  }

  private static String encoded(String s) {
    return URLEncoder.encode(s, StandardCharsets.UTF_8);
  }
}
