package org.keras4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;

/** The programs on transferred, explained and served networks, on the bundled digits. */
class SurgeryExamplesTest {
  private static ImageData data;
  private static Model model;

  @BeforeAll
  static void train() throws Exception {
    data = ImageData.digits();
    model = GradCam.trained(data);
  }

  @Test
  void whatWasLearnedHelpsToLearnMore() throws Exception {
    TransferLearning.Scores s = TransferLearning.run(data, 10);
    assertTrue(s.newHead() > 0.5, s.toString()); // one of five by chance
    assertTrue(s.fineTuned() > 0.85, s.toString());
    assertTrue(s.fineTuned() > s.newHead(), s.toString());
  }

  /** Behind the maps there are their means and one layer, so that the gradient is known. */
  @Test
  void heatIsTheMapsWeightedWithTheirGradients() {
    Functional front = Model.of(model.inputs(), model.getLayer("maps").output());
    NDArray kernel = model.getLayer("classes").getWeights().get(0);
    for (int i = 0; i < 3; i++) {
      NDArray image = data.xTest().slice(i, i + 1);
      NDArray maps = front.predict(image);
      NDArray p = model.predict(image);
      int best = argmax(p);
      double[] heat = new double[64];
      double most = 0;
      for (int at = 0; at < 64; at++) {
        for (int k = 0; k < 32; k++) {
          double slope = kernel.getDouble(k * 10 + best);
          for (int c = 0; c < 10; c++) {
            slope -= kernel.getDouble(k * 10 + c) * p.getDouble(c);
          }
          heat[at] += maps.getDouble(at * 32 + k) * slope;
        }
        heat[at] = Math.max(0, heat[at]);
        most = Math.max(most, heat[at]);
      }
      NDArray found = GradCam.heatmap(model, "maps", image);
      assertEquals(Shape.of(8, 8), found.shape());
      for (int at = 0; at < 64; at++) {
        assertEquals(heat[at] / most, found.getDouble(at), 1e-3);
      }
    }
  }

  private static int argmax(NDArray a) {
    int best = 0;
    for (int i = 1; i < a.size(); i++) {
      best = a.getFloat(i) > a.getFloat(best) ? i : best;
    }
    return best;
  }

  @Test
  void neighboursByFeaturesAreOfTheSameClass() {
    assertTrue(FeatureExtraction.run(model, data) > 0.9);
  }

  private static HttpResponse<String> post(HttpServer server, byte[] body) throws Exception {
    URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/classify");
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void imagesAreClassifiedOverHttp() throws Exception {
    HttpServer server = ClassifierServer.start(model, 0);
    try {
      for (int i = 0; i < 5; i++) {
        BufferedImage png = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        float[] grey = new float[64];
        for (int k = 0; k < 64; k++) {
          int v = Math.round(data.xTest().getFloat(i * 64 + k) * 255);
          png.getRaster().setSample(k % 8, k / 8, 0, v);
          grey[k] = v / 255f;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ImageIO.write(png, "png", body);
        HttpResponse<String> answer = post(server, body.toByteArray());
        assertEquals(200, answer.statusCode());
        NDArray expected = model.predict(NDArray.of(grey, 1, 8, 8, 1));
        assertTrue(
            answer.body().startsWith("{\"class\": " + argmax(expected) + ","), answer.body());
        assertTrue(answer.body().contains(Float.toString(expected.getFloat(9))), answer.body());
      }
      assertEquals(400, post(server, new byte[] {1, 2, 3}).statusCode());
      assertEquals(413, post(server, new byte[11 << 20]).statusCode());
      URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/classify");
      assertEquals(
          405,
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .statusCode());
    } finally {
      server.stop(0);
    }
  }
}
