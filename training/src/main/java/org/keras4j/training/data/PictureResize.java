package org.keras4j.training.data;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Resizes pictures of 8 bits as the Python Imaging Library does, bit by bit: each new pixel is the sum of the old ones under a filter,
 * first along rows, then along columns, in integers of 22 bits behind the point.
 */
final class PictureResize {
  private static final int BITS = 22;
  private static final int MAX = 255;

  /** What weighs a pixel at a distance. */
  private interface Filter {
    double at(double x);
  }

  private record Kernel(double support, Filter filter) {}

  private static final Map<String, Kernel> KERNELS = Map.of(
      "box", new Kernel(0.5, x -> x > -0.5 && x <= 0.5 ? 1 : 0),
      "bilinear", new Kernel(1, x -> Math.max(0, 1 - Math.abs(x))),
      "hamming", new Kernel(1, PictureResize::hamming),
      "bicubic", new Kernel(2, PictureResize::bicubic),
      "lanczos", new Kernel(3, x -> -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0));

  private PictureResize() {}

  private static double hamming(double x) {
    double d = Math.abs(x);
    if (d == 0 || d >= 1) {
      return d == 0 ? 1 : 0;
    }
    return Math.sin(d * Math.PI) / (d * Math.PI) * (0.54 + 0.46 * Math.cos(d * Math.PI));
  }

  private static double bicubic(double x) {
    double d = Math.abs(x);
    double a = -0.5;
    return d < 1
        ? ((a + 2) * d - (a + 3)) * d * d + 1
        : d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }

  /** Refuses names of filters that are not known. */
  static void require(String interpolation) {
    if (!interpolation.equals("nearest") && !KERNELS.containsKey(interpolation)) {
      throw new IllegalArgumentException("load_img: interpolation expects one of "
          + List.of("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos") + ", got '"
          + interpolation + "'");
    }
  }

  /** A part of a picture, from a corner on, in another size. */
  static BufferedImage of(
      BufferedImage from, int[] corner, int[] part, int width, int height, String interpolation) {
    boolean gray = from.getType() == BufferedImage.TYPE_BYTE_GRAY;
    int n = gray ? 1 : from.getColorModel().hasAlpha() ? 4 : 3;
    int[][] planes = planes(from, n);
    int w = from.getWidth();
    int h = from.getHeight();
    int[][] out = new int[n][];
    if (interpolation.equals("nearest")) {
      for (int c = 0; c < n; c++) {
        out[c] = nearest(planes[c], w, corner, part, width, height);
      }
    } else {
      Kernel kernel = Objects.requireNonNull(KERNELS.get(interpolation), interpolation);
      if (n == 4) {
        premultiply(planes);
      }
      Weights across = new Weights(kernel, w, corner[0], part[0], width);
      Weights down = new Weights(kernel, h, corner[1], part[1], height);
      for (int c = 0; c < n; c++) {
        int[] rows = part[0] == width && corner[0] == 0 && w == width
            ? planes[c]
            : across.along(planes[c], w, h, false);
        out[c] = part[1] == height && corner[1] == 0 && h == height
            ? rows
            : down.along(rows, width, h, true);
      }
      if (n == 4) {
        divide(out);
      }
    }
    BufferedImage picture = new BufferedImage(width, height, from.getType());
    for (int i = 0; i < width * height; i++) {
      if (gray) {
        picture.getRaster().setSample(i % width, i / width, 0, out[0][i]);
      } else {
        int alpha = n == 4 ? out[3][i] : MAX;
        picture.setRGB(
            i % width, i / width, alpha << 24 | out[0][i] << 16 | out[1][i] << 8 | out[2][i]);
      }
    }
    return picture;
  }

  private static int[][] planes(BufferedImage from, int n) {
    int w = from.getWidth();
    int[][] out = new int[n][w * from.getHeight()];
    for (int i = 0; i < out[0].length; i++) {
      if (n == 1) {
        out[0][i] = from.getRaster().getSample(i % w, i / w, 0);
        continue;
      }
      int rgb = from.getRGB(i % w, i / w);
      for (int c = 0; c < n; c++) {
        out[c][i] = rgb >> (c == 3 ? 24 : 16 - 8 * c) & MAX;
      }
    }
    return out;
  }

  // colours of what is not seen are not to shine through
  private static void premultiply(int[][] planes) {
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < planes[c].length; i++) {
        int t = planes[c][i] * planes[3][i] + 128;
        planes[c][i] = (t >> 8) + t >> 8;
      }
    }
  }

  private static void divide(int[][] planes) {
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < planes[c].length; i++) {
        int alpha = planes[3][i];
        if (alpha != 0 && alpha != MAX) {
          planes[c][i] = Math.min(MAX, MAX * planes[c][i] / alpha);
        }
      }
    }
  }

  private static int[] nearest(
      int[] plane, int w, int[] corner, int[] part, int width, int height) {
    int[] out = new int[width * height];
    double across = (double) part[0] / width;
    double down = (double) part[1] / height;
    double row = corner[1] + 0.5 * down;
    for (int y = 0; y < height; y++, row += down) { // added up, which decides where two are as near
      double column = corner[0] + 0.5 * across;
      for (int x = 0; x < width; x++, column += across) {
        out[y * width + x] = plane[(int) row * w + (int) column];
      }
    }
    return out;
  }

  /** For each new place the old places that it comes from, and their weights. */
  private static final class Weights {
    private final int[] first;
    private final int[][] weights;

    Weights(Kernel kernel, int size, int from, int part, int count) {
      first = new int[count];
      weights = new int[count][];
      double scale = (double) part / count;
      double wide = Math.max(1, scale);
      double support = kernel.support * wide;
      for (int i = 0; i < count; i++) {
        double center = from + (i + 0.5) * scale;
        int low = Math.max(0, (int) (center - support + 0.5));
        int high = Math.min(size, (int) (center + support + 0.5));
        double[] w = new double[high - low];
        double sum = 0;
        for (int k = 0; k < w.length; k++) {
          w[k] = kernel.filter.at((k + low - center + 0.5) * (1 / wide));
          sum += w[k];
        }
        first[i] = low;
        weights[i] = new int[w.length];
        for (int k = 0; k < w.length; k++) {
          double v = (sum == 0 ? w[k] : w[k] / sum) * (1 << BITS);
          weights[i][k] = (int) (v < 0 ? v - 0.5 : v + 0.5);
        }
      }
    }

    int[] along(int[] plane, int w, int h, boolean down) {
      int count = first.length;
      int[] out = new int[down ? w * count : count * h];
      int step = down ? w : 1;
      int lines = down ? w : h;
      for (int line = 0; line < lines; line++) {
        int start = down ? line : line * w;
        for (int i = 0; i < count; i++) {
          int sum = 1 << BITS - 1;
          for (int k = 0; k < weights[i].length; k++) {
            sum += plane[start + (first[i] + k) * step] * weights[i][k];
          }
          int v = Math.max(0, Math.min(MAX, sum >> BITS));
          out[down ? i * w + line : line * count + i] = v;
        }
      }
      return out;
    }
  }
}
