package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;

/**
 * Means of windows that lie over the edges, further over one than over the other: only what is inside counts. Keras leaves
 * networks out on PyTorch for these.
 */
class AsymmetricPoolingTest {
  @Test
  void onlyElementsInsideCount() {
    for (String layout : new String[] {"channels_last", "channels_first"}) {
      for (int size = 4; size <= 5; size++) {
        for (int window = 2; window <= 3; window++) {
          for (int stride = 1; stride <= 2; stride++) {
            check(size, size + 1, window, stride, layout);
          }
        }
      }
    }
  }

  private static void check(int height, int width, int window, int stride, String layout) {
    boolean first = layout.equals("channels_first");
    double[][] image = new double[height][width];
    float[] flat = new float[height * width];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (i * 37) % 11 - 4;
      image[i / width][i % width] = flat[i];
    }
    NDArray in =
        first ? NDArray.of(flat, 1, 1, height, width) : NDArray.of(flat, 1, height, width, 1);
    AveragePooling2D pool =
        new AveragePooling2D(window).strides(stride).padding("same").dataFormat(layout);
    NDArray eager = pool.invoke(Ops.convertToTensor(in)).toNDArray();
    KerasTensor x = first ? Input.of(1, height, width) : Input.of(height, width, 1);
    Tensor y = pool.invoke(x);
    NDArray compiled = Model.of(x, y).predict(in);
    double[][] expected = means(image, window, stride);
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[0].length; j++) {
        String where = layout + " " + height + "x" + width + " window " + window + " stride "
            + stride + " at " + i + ", " + j;
        int at = i * expected[0].length + j;
        assertEquals(expected[i][j], eager.getDouble(at), 1e-5, where);
        assertEquals(expected[i][j], compiled.getDouble(at), 1e-5, where);
      }
    }
  }

  private static double[][] means(double[][] image, int window, int stride) {
    int h = image.length;
    int w = image[0].length;
    int rows = (h + stride - 1) / stride;
    int columns = (w + stride - 1) / stride;
    int top = Math.max(0, (rows - 1) * stride + window - h) / 2;
    int left = Math.max(0, (columns - 1) * stride + window - w) / 2;
    double[][] out = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        int count = 0;
        for (int y = i * stride - top; y < i * stride - top + window; y++) {
          for (int x = j * stride - left; x < j * stride - left + window; x++) {
            if (y >= 0 && y < h && x >= 0 && x < w) {
              sum += image[y][x];
              count++;
            }
          }
        }
        out[i][j] = sum / count;
      }
    }
    return out;
  }
}
