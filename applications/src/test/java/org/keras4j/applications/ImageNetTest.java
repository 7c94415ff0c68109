package org.keras4j.applications;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.ops.Ops;

/** Pixels are scaled as each network needs them, and scores are named. */
class ImageNetTest {
  private static final float[] PIXELS = {10, 20, 30, 255, 0, 100};

  @TempDir
  Path folder;

  @Test
  void pixelsAreScaledAsKerasScalesThem() {
    // what keras.applications.imagenet_utils.preprocess_input gives
    scaled(PixelScale.TF, -0.9215686, -0.8431373, -0.7647059, 1, -1, -0.2156863);
    scaled(PixelScale.CAFFE, -73.939, -96.779, -113.68, -3.939, -116.779, 131.32);
    scaled(PixelScale.TORCH, -1.9466564, -1.6855742, -1.2815686, 2.2489083, -2.0357143, -0.0615686);
    scaled(PixelScale.NONE, 10, 20, 30, 255, 0, 100);
  }

  private static void scaled(PixelScale scale, double... expected) {
    NDArray last = NDArray.of(PIXELS, 1, 2, 1, 3);
    NDArray first = Ops.transpose(last, 0, 3, 1, 2).toNDArray();
    for (NDArray in : List.of(last, last.reshape(2, 1, 3))) {
      assertArrayEquals(
          expected, ImageNet.preprocessInput((Object) in, null, scale).toDoubleArray(), 1e-4);
      assertArrayEquals(
          expected,
          ImageNet.preprocessInput(Ops.convertToTensor(in), "channels_last", scale)
              .toNDArray()
              .toDoubleArray(),
          1e-4);
    }
    for (NDArray in : List.of(first, first.reshape(3, 2, 1))) {
      NDArray host = ImageNet.preprocessInput((Object) in, "channels_first", scale);
      NDArray device = ImageNet.preprocessInput(Ops.convertToTensor(in), "channels_first", scale)
          .toNDArray();
      for (NDArray found : List.of(host, device)) {
        assertArrayEquals(
            expected,
            Ops.transpose(found.reshape(1, 3, 2, 1), 0, 2, 3, 1).toNDArray().toDoubleArray(),
            1e-4);
      }
    }
    assertArrayEquals(PIXELS, last.toFloatArray(), "the array given stays as it is");
  }

  @Test
  void integersBecomeFloats() {
    NDArray found = new MobileNet().preprocessInput(new int[][][] {{{255, 0, 51}}});
    assertArrayEquals(new double[] {1, -1, -0.6}, found.toDoubleArray(), 1e-6);
  }

  @Test
  void imagesOfOtherShapesAreRefused() {
    String message = assertThrows(
            IllegalArgumentException.class,
            () -> new ResNet50().preprocessInput(new float[2][4][4][1]))
        .getMessage();
    assertTrue(
        message.contains("3 channels, channels_last, of 3 or 4 axes, got shape (2, 4, 4, 1)"),
        message);
  }

  @Test
  void scoresAreNamed() throws Exception {
    Path index = Files.writeString(
        folder.resolve("index.json"),
        "{\"0\": [\"n01\", \"tench\"], \"1\": [\"n02\", \"goldfish\"], \"2\": [\"n03\","
            + " \"shark\"]}");
    float[][] scores = {{0.2f, 0.7f, 0.1f}, {0.5f, 0.1f, 0.4f}};
    List<List<Prediction>> found = ImageNet.decodePredictions(scores, 2, ClassNames.read(index));
    assertEquals(
        List.of("goldfish", "tench"),
        found.get(0).stream().map(Prediction::name).toList());
    assertEquals(
        List.of("n01", "n03"), found.get(1).stream().map(Prediction::id).toList());
    assertEquals(0.7, found.get(0).get(0).score(), 1e-6);
    Path lines = Files.writeString(folder.resolve("names.txt"), "tench\ngoldfish\nshark\n");
    Path list =
        Files.writeString(folder.resolve("list.json"), "[\"tench\", \"goldfish\", \"shark\"]");
    for (Path p : List.of(lines, list)) {
      assertEquals(
          "[goldfish 0.7000]",
          ImageNet.decodePredictions(scores, 1, ClassNames.read(p)).get(0).toString());
    }
  }

  @Test
  void scoresAndNamesMustFit() throws Exception {
    assertEquals(
        "decodePredictions: expected scores of shape (batch, 1000), got (1, 3)",
        assertThrows(
                IllegalArgumentException.class,
                () -> new ResNet50().decodePredictions(new float[1][3]))
            .getMessage());
    for (String wrong : List.of("{\"0\": \"a\", \"2\": \"b\"}", "[1, 2]", "{", "[[\"a\"]]")) {
      Path file = Files.writeString(folder.resolve("wrong.json"), wrong);
      assertTrue(assertThrows(IllegalArgumentException.class, () -> ClassNames.read(file))
          .getMessage()
          .contains("has no names of classes"));
    }
  }
}
