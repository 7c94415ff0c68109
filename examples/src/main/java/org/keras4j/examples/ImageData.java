package org.keras4j.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.training.datasets.ArrayData;
import org.keras4j.training.datasets.FashionMnist;

/**
 * Images {@code (n, height, width, 1)} with values from 0 to 1, and their classes {@code (n,)}, for training and
 * for testing.
 */
public record ImageData(NDArray xTrain, NDArray yTrain, NDArray xTest, NDArray yTest) {
  private static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist");
  private static final int DIGIT_PIXELS = 64;
  private static final int DIGITS_TRAIN = 1437;

  /** The bundled handwritten digits of 8x8 pixels: always the same shuffled split into 1437 and 360. */
  public static ImageData digits() throws IOException {
    List<float[]> rows = new ArrayList<>();
    InputStream in = ImageData.class.getResourceAsStream("digits.csv.gz");
    if (in == null) {
      throw new IOException("The resource digits.csv.gz is missing");
    }
    try (BufferedReader r = new BufferedReader(
        new InputStreamReader(new GZIPInputStream(in), StandardCharsets.US_ASCII))) {
      for (String line; (line = r.readLine()) != null; ) {
        String[] cells = line.split(",", -1);
        float[] row = new float[DIGIT_PIXELS + 1];
        for (int i = 0; i < row.length; i++) {
          row[i] = Float.parseFloat(cells[i]);
        }
        rows.add(row);
      }
    }
    Collections.shuffle(rows, new Random(42));
    List<float[]> train = rows.subList(0, DIGITS_TRAIN);
    List<float[]> test = rows.subList(DIGITS_TRAIN, rows.size());
    return new ImageData(images(train), labels(train), images(test), labels(test));
  }

  /**
   * Fashion-MNIST: 60,000 images of 28x28 pixels to train on and 10,000 to test with.
   *
   * @param folder with its four files; null for where Debian's package {@code dataset-fashion-mnist} puts them or, where that is not
   *     installed, Keras's cache, into which they are fetched
   */
  public static ImageData fashion(@Nullable Path folder) throws IOException {
    Path from = folder == null && Files.isDirectory(DEBIAN) ? DEBIAN : folder;
    ArrayData d = FashionMnist.load(from);
    return new ImageData(
        scaled(d.xTrain()),
        d.yTrain().astype(DType.INT32),
        scaled(d.xTest()),
        d.yTest().astype(DType.INT32));
  }

  private static NDArray scaled(NDArray bytes) {
    float[] pixels = bytes.astype(DType.FLOAT32).toFloatArray();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] /= 255;
    }
    return NDArray.of(pixels, bytes.shape().dim(0), 28, 28, 1);
  }

  private static NDArray images(List<float[]> rows) {
    float[] pixels = new float[rows.size() * DIGIT_PIXELS];
    for (int i = 0; i < rows.size(); i++) {
      for (int k = 0; k < DIGIT_PIXELS; k++) {
        pixels[i * DIGIT_PIXELS + k] = rows.get(i)[k] / 16f;
      }
    }
    return NDArray.of(pixels, rows.size(), 8, 8, 1);
  }

  private static NDArray labels(List<float[]> rows) {
    return NDArray.of(rows.stream().mapToInt(r -> (int) r[DIGIT_PIXELS]).toArray());
  }
}
