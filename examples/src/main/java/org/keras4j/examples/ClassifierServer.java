package org.keras4j.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.concurrent.Executors;
import javax.imageio.ImageIO;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.models.Load;
import org.keras4j.models.Model;

/**
 * A classifier of images behind HTTP, with nothing but the JDK's server: {@code curl --data-binary @digit.png
 * http://localhost:8080/classify} answers {@code {"class": 7, "probabilities": [...]}}.
 *
 * <p>Arguments: a {@code .keras} file whose model takes grey images from 0 to 1, and a port.
 */
public final class ClassifierServer {
  private static final int MOST_BYTES = 10 << 20;
  private static final int MOST_PIXELS = 50_000_000;

  private final Model model;
  private final int height;
  private final int width;

  private ClassifierServer(Model model) {
    Shape in = model.inputs().get(0).shape();
    if (in.rank() != 4 || in.dim(1) < 0 || in.dim(2) < 0 || in.last() != 1) {
      throw new IllegalArgumentException(
          "The model must take grey images of one size, (batch, height, width, 1), not " + in);
    }
    this.model = model;
    this.height = (int) in.dim(1);
    this.width = (int) in.dim(2);
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("Expected MODEL.keras and a port");
    }
    Model model = Model.load(Path.of(args[0]), Load.compile(false));
    HttpServer server = start(model, Integer.parseInt(args[1]));
    System.out.println("Listening on " + server.getAddress());
  }

  /**
   * Starts to answer.
   *
   * @param port 0 for any that is free
   */
  static HttpServer start(Model model, int port) throws IOException {
    ClassifierServer handler = new ClassifierServer(model);
    model.predict(new float[1][handler.height][handler.width][1]); // compiled before the first asks
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.setExecutor(Executors.newFixedThreadPool(4, task -> {
      Thread t = new Thread(task, "classifier");
      t.setDaemon(true);
      return t;
    }));
    server.createContext("/classify", handler::answer);
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        send(exchange, 405, "{\"error\": \"POST an image\"}");
        return;
      }
      byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
      if (body.length > MOST_BYTES) {
        send(exchange, 413, "{\"error\": \"more than " + MOST_BYTES + " bytes\"}");
        return;
      }
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(body));
      if (image == null || (long) image.getWidth() * image.getHeight() > MOST_PIXELS) {
        send(
            exchange,
            400,
            "{\"error\": \"no image in PNG, JPEG, GIF or BMP, or a too large one\"}");
        return;
      }
      send(exchange, 200, json(model.predict(pixels(image))));
    } catch (IOException | RuntimeException e) {
      System.err.println("A request failed: " + e); // the one who asked is not told what is inside
      send(exchange, 400, "{\"error\": \"the image cannot be read\"}");
    }
  }

  private NDArray pixels(BufferedImage image) {
    BufferedImage grey = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D g = grey.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(image, 0, 0, width, height, null);
    g.dispose();
    float[] out = new float[height * width];
    for (int i = 0; i < out.length; i++) {
      out[i] = grey.getRaster().getSample(i % width, i / width, 0) / 255f;
    }
    return NDArray.of(out, 1, height, width, 1);
  }

  private static String json(NDArray probabilities) {
    int best = 0;
    StringJoiner all = new StringJoiner(", ", "[", "]");
    for (int i = 0; i < probabilities.size(); i++) {
      best = probabilities.getFloat(i) > probabilities.getFloat(best) ? i : best;
      all.add(Float.toString(probabilities.getFloat(i)));
    }
    return "{\"class\": " + best + ", \"probabilities\": " + all + "}";
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
