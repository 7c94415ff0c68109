package org.keras4j.hub.detection;

import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

/**
 * The places that boxes are told from: the middles of the cells of three grids, one after another, rows first.
 *
 * @param height of images, a multiple of 32
 * @param width of images, a multiple of 32
 */
record AnchorGrid(int height, int width) {
  private static final int[] STRIDES = {8, 16, 32};
  private static final int BINS = 16;

  AnchorGrid {
    if (height < 32 || width < 32 || height % 32 != 0 || width % 32 != 0) {
      throw new IllegalArgumentException(
          "A detector expects images whose height and width are multiples of 32, got " + height
              + " and " + width);
    }
  }

  /** How many places there are. */
  int count() {
    int n = 0;
    for (int s : STRIDES) {
      n += (height / s) * (width / s);
    }
    return n;
  }

  /** The places {@code (places, 2)}, x then y, in cells of their own grid. */
  NDArray points() {
    float[] out = new float[2 * count()];
    int i = 0;
    for (int s : STRIDES) {
      for (int y = 0; y < height / s; y++) {
        for (int x = 0; x < width / s; x++) {
          out[i++] = x + 0.5f;
          out[i++] = y + 0.5f;
        }
      }
    }
    return NDArray.of(out, count(), 2);
  }

  /** How many pixels a cell has, {@code (places, 1)}. */
  NDArray strides() {
    float[] out = new float[count()];
    int i = 0;
    for (int s : STRIDES) {
      for (int k = 0; k < (height / s) * (width / s); k++) {
        out[i++] = s;
      }
    }
    return NDArray.of(out, count(), 1);
  }

  /**
   * The boxes that numbers of a network tell.
   *
   * @param sides {@code (batch, places, 64)}: for each side 16 numbers, whose softmax weighs the distances 0 to 15
   * @return {@code (batch, places, 4)}: left, top, right, bottom, in cells
   */
  Tensor boxes(Tensor sides) {
    Tensor bins = Ops.softmax(Ops.reshape(sides, -1, count(), 4, BINS), -1);
    float[] numbers = new float[BINS];
    for (int i = 0; i < BINS; i++) {
      numbers[i] = i;
    }
    Tensor distances = Ops.sum(Ops.multiply(bins, NDArray.of(numbers)), -1);
    List<Tensor> two = Ops.split(distances, 2, -1);
    NDArray points = points();
    return Ops.concatenate(
        List.of(Ops.subtract(points, two.get(0)), Ops.add(points, two.get(1))), -1);
  }
}
