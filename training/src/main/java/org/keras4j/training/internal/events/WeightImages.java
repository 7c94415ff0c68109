package org.keras4j.training.internal.events;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;

/** Weights as pictures: a bias as a row, a matrix lying, a kernel's channels one by one. */
public final class WeightImages {
  private static final int MOST = 3;

  private WeightImages() {}

  /**
   * The first three pictures of a weight; none of one that is no picture. Floats from 0 to 1 go from black to white.
   *
   * @param channelsLast whether a weight of three axes has its channels last
   */
  public static List<BufferedImage> of(NDArray weight, boolean channelsLast) {
    int[] shape = Arrays.stream(weight.shape().toArray())
        .filter(d -> d != 1)
        .mapToInt(d -> (int) d)
        .toArray();
    double[] v = weight.toDoubleArray();
    if (v.length == 0) {
      return List.of();
    }
    Pixels p;
    switch (shape.length) {
      case 1 -> p = new Pixels(1, shape[0], 1, 1, (n, y, x, c) -> v[y]);
      case 2 -> {
        int rows = shape[0];
        int columns = shape[1];
        p = rows > columns
            ? new Pixels(1, columns, rows, 1, (n, y, x, c) -> v[x * columns + y])
            : new Pixels(1, rows, columns, 1, (n, y, x, c) -> v[y * columns + x]);
      }
      case 3 -> {
        int a = shape[0];
        int b = shape[1];
        int d = shape[2];
        p = channelsLast
            ? new Pixels(d, a, b, 1, (n, y, x, c) -> v[(y * b + x) * d + n])
            : new Pixels(a, b, d, 1, (n, y, x, c) -> v[(n * b + y) * d + x]);
      }
      case 4 -> {
        int h = shape[1];
        int w = shape[2];
        int k = shape[3];
        if (k != 3 && k != 4) {
          return List.of();
        }
        p = new Pixels(shape[0], h, w, k, (n, y, x, c) -> v[((n * h + y) * w + x) * k + c]);
      }
      default -> {
        return List.of();
      }
    }
    return p.images(weight.dtype());
  }

  /** The value of a channel of a pixel of an image. */
  @FunctionalInterface
  private interface At {
    double get(int image, int y, int x, int channel);
  }

  private record Pixels(int count, int height, int width, int channels, At at) {
    List<BufferedImage> images(DType dtype) {
      List<BufferedImage> out = new ArrayList<>();
      for (int n = 0; n < Math.min(count, MOST); n++) {
        int type = channels == 1
            ? BufferedImage.TYPE_BYTE_GRAY
            : channels == 3 ? BufferedImage.TYPE_3BYTE_BGR : BufferedImage.TYPE_4BYTE_ABGR;
        BufferedImage image = new BufferedImage(width, height, type);
        WritableRaster raster = image.getRaster();
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            for (int c = 0; c < channels; c++) {
              raster.setSample(x, y, c, level(at.get(n, y, x, c), dtype));
            }
          }
        }
        out.add(image);
      }
      return out;
    }
  }

  // what converting to 8 bits without a sign makes of floats from 0 to 1, and of the ranges of
  // integers
  private static int level(double v, DType dtype) {
    double scaled;
    if (dtype == DType.BOOL) {
      scaled = v * 255;
    } else if (dtype.isFloat()) {
      scaled = (float) v * 255.5f;
    } else if (dtype == DType.INT8) {
      scaled = Math.max(v, 0) * 2;
    } else if (dtype.bits() == 8) {
      scaled = v;
    } else {
      scaled = Math.floor(v / Math.scalb(1.0, dtype.bits() - (dtype.isSigned() ? 9 : 8)));
    }
    return (int) Math.max(0, Math.min(255, scaled));
  }
}
