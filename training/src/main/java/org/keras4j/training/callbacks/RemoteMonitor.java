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
import org.keras4j.core.internal.messages.Log;

/**
 * Posts each epoch's numbers to a server ({@code keras.callbacks.RemoteMonitor}), as JSON; one that is not there is
 * no error.
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).validationSplit(0.2)
 *     .callbacks(new RemoteMonitor("http://localhost:9000").sendAsJson(true)));
 * }</pre>
 */
public final class RemoteMonitor extends FluentCallback<RemoteMonitor> {
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

  /**
   * Posts to a server.
   *
   * @param root its address, {@code http://localhost:9000} by default
   */
  public RemoteMonitor(String root) {
    this.root = root;
  }

  /**
   * The path on the server.
   *
   * @param value {@code /publish/epoch/end/} by default
   * @return this callback
   */
  public RemoteMonitor path(String value) {
    return set("path", () -> this.path = value);
  }

  /**
   * The form's field that holds the numbers.
   *
   * @param value {@code data} by default
   * @return this callback
   */
  public RemoteMonitor field(String value) {
    return set("field", () -> this.field = value);
  }

  /**
   * Further headers of the requests.
   *
   * @param value none by default
   * @return this callback
   */
  public RemoteMonitor headers(Map<String, String> value) {
    return set("headers", () -> this.headers = new LinkedHashMap<>(value));
  }

  /**
   * Whether the numbers are the body, and not in a form.
   *
   * @param value false by default
   * @return this callback
   */
  public RemoteMonitor sendAsJson(boolean value) {
    return set("sendAsJson", () -> this.sendAsJson = value);
  }

  /** Whether rank 0 alone has it: it does. */
  @Override
  public boolean isForChief() {
    return true;
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
