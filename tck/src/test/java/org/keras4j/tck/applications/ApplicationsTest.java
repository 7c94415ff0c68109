package org.keras4j.tck.applications;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.keras4j.applications.Application;
import org.keras4j.applications.MobileNetV3Small;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.models.Functional;
import org.keras4j.ops.Ops;

/**
 * Networks compute what real Keras computes, with weights that a formula gives. XLA compiles NASNetMobile for a minute: it runs
 * there with {@code -Dtck.applications=all} alone.
 */
class ApplicationsTest {
  private static final double TOLERANCE = 1e-4;
  private static final int OF_IMAGES = 99;

  @AfterEach
  void usualLayout() {
    Keras.setImageDataFormat("channels_last");
  }

  @TestFactory
  List<DynamicTest> outputsAreKerass() throws Exception {
    List<DynamicTest> out = new ArrayList<>();
    try (InputStream in = ApplicationsTest.class.getResourceAsStream("outputs.jsonl")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        JsonNode recorded = new ObjectMapper().readTree(line);
        out.add(DynamicTest.dynamicTest(recorded.get("network").asText(), () -> compare(recorded)));
      }
    }
    return out;
  }

  private static void compare(JsonNode recorded) {
    assumeTrue(
        !Keras.backend().name().equals("xla")
            || !recorded.get("network").asText().startsWith("NASNet")
            || "all".equals(System.getProperty("tck.applications")),
        "NASNet takes XLA long to compile: -Dtck.applications=all");
    JsonNode sizes = recorded.get("arguments").get("input_shape");
    long[] image = {sizes.get(0).asLong(), sizes.get(1).asLong(), sizes.get(2).asLong()};
    Application<?> network = Application.named(recorded.get("network").asText())
        .weights(null)
        .classes(5)
        .classifierActivation(null)
        .inputShape(image);
    Functional model = network.build();
    fill(model);
    NDArray scores = model.predict(network.preprocessInput(images(image)));
    close(recorded.get("outputs"), scores);
  }

  private static void close(JsonNode expected, NDArray found) {
    assertEquals(expected.size(), found.shape().dim(0));
    double size = 0;
    for (JsonNode row : expected) {
      for (JsonNode x : row) {
        size = Math.max(size, Math.abs(x.asDouble()));
      }
    }
    assertTrue(size > 0.01, "the outputs say something");
    int i = 0;
    for (JsonNode row : expected) {
      for (JsonNode x : row) {
        assertEquals(x.asDouble(), found.getDouble(i++), TOLERANCE * size, found::toString);
      }
    }
  }

  @Test
  void layoutsAgree() {
    MobileNetV3Small network =
        new MobileNetV3Small().weights(null).includeTop(false).pooling("max").inputShape(35, 44, 3);
    Functional last = network.build();
    fill(last);
    NDArray pixels = images(35, 44, 3);
    NDArray expected = last.predict(pixels);
    Keras.setImageDataFormat("channels_first");
    Functional first = network.inputShape(3, 35, 44).build();
    fill(first);
    NDArray found = first.predict(Ops.transpose(pixels, 0, 3, 1, 2).toNDArray());
    assertEquals(expected.shape(), found.shape());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.getDouble(i), found.getDouble(i), TOLERANCE);
    }
  }

  private static NDArray images(long... image) {
    long[] shape = {2, image[0], image[1], image[2]};
    float[] pixels = numbers((int) Shape.of(shape).size(), OF_IMAGES);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) 255 * (float) (pixels[i] + 0.5);
    }
    return NDArray.of(pixels, shape);
  }

  /** As scripts/record_application_outputs.py does. */
  private static void fill(Functional model) {
    List<Variable> weights = model.weights();
    for (int k = 0; k < weights.size(); k++) {
      Variable v = weights.get(k);
      if (!v.dtype().isFloat()) {
        continue;
      }
      float[] u = numbers((int) v.shape().size(), k);
      long[] shape = v.shape().toArray();
      double scale = 0.2;
      double middle = 0;
      if (shape.length > 1) {
        long inputs = 1;
        for (int i = 0; i < (shape[shape.length - 1] == 1 ? 2 : shape.length - 1); i++) {
          inputs *= shape[i];
        }
        scale = Math.sqrt(24.0 / inputs);
      } else if (v.name().contains("gamma") || v.name().contains("variance")) {
        scale = 0.5;
        middle = 1;
      }
      for (int i = 0; i < u.length; i++) {
        u[i] = (float) (middle + scale * u[i]);
      }
      v.assign(Ops.convertToTensor(NDArray.of(u, shape)));
    }
  }

  private static float[] numbers(int count, int stream) {
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      long h = (i * 2654435761L + (stream + 1) * 2246822519L) & 0xFFFFFFFFL;
      h ^= h >> 15;
      h = (h * 2246822519L) & 0xFFFFFFFFL;
      h ^= h >> 13;
      out[i] = (float) (h / (double) (1L << 32) - 0.5);
    }
    return out;
  }
}
