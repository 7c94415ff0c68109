package org.keras4j.layers.initializers;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.keras4j.core.internal.ReadBudget;

/**
 * Windows for spectra by the names that SciPy's {@code get_window} knows, those that need no parameter
 * ({@code "hann"}, {@code "hamming"}, {@code "blackman"}, ...).
 */
final class WindowFunction {
  private interface Shape {
    // symmetric, of at least two points
    double[] of(int n);
  }

  private static final Map<String, Shape> SHAPES = new TreeMap<>();

  private static void put(Shape shape, String... names) {
    for (String n : names) {
      SHAPES.put(n, shape);
    }
  }

  static {
    put(n -> cosines(n, 0.5, 0.5), "hann", "han");
    put(n -> cosines(n, 0.54, 0.46), "hamming", "hamm", "ham");
    put(n -> cosines(n, 0.42, 0.5, 0.08), "blackman", "black", "blk");
    put(n -> cosines(n, 0.3635819, 0.4891775, 0.1365995, 0.0106411), "nuttall", "nutl", "nut");
    put(n -> cosines(n, 0.35875, 0.48829, 0.14128, 0.01168), "blackmanharris", "blackharr", "bkh");
    put(
        n -> cosines(n, 0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
        "flattop",
        "flat",
        "flt");
    put(n -> each(n, x -> 1), "boxcar", "box", "ones", "rect", "rectangular");
    put(n -> each(n, x -> 1 - Math.abs(x)), "bartlett", "bart", "brt");
    put(
        n -> each(n, x -> 1 - Math.abs(x) * (n - 1) / (n % 2 == 0 ? n : n + 1)),
        "triangle",
        "triang",
        "tri");
    put(
        n -> each(n, x -> {
          double f = Math.abs(x) / 2;
          return 0.62 - 0.48 * f + 0.38 * Math.cos(2 * Math.PI * f);
        }),
        "barthann",
        "brthan",
        "bth");
    put(
        n -> each(n, x -> {
          double f = Math.abs(x);
          return f == 1 ? 0 : (1 - f) * Math.cos(Math.PI * f) + Math.sin(Math.PI * f) / Math.PI;
        }),
        "bohman",
        "bman",
        "bmn");
    put(n -> each(n, x -> Math.cos(Math.PI / 2 * x * (n - 1) / n)), "cosine", "halfcosine");
    put(n -> each(n, x -> Math.exp(-Math.abs(x) * (n - 1) / 2)), "exponential", "poisson");
    put(n -> each(n, x -> x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)), "lanczos", "sinc");
    put(
        n -> each(n, x -> {
          double f = Math.abs(x) * (n - 1) / n;
          return Math.abs(x) <= 0.5 ? 1 - 6 * f * f * (1 - f) : 2 * Math.pow(1 - f, 3);
        }),
        "parzen",
        "parz",
        "par");
    put(WindowFunction::taylor, "taylor", "taylorwin");
    put(WindowFunction::tukey, "tukey", "tuk");
  }

  private WindowFunction() {}

  /**
   * The values of a window.
   *
   * @param name may end with {@code _symmetric} or {@code _periodic}, which says more than the argument
   * @param periodic whether the window is one period of a function, for spectra; otherwise it is symmetric
   * @throws IllegalArgumentException if there is none of that name
   */
  static double[] of(String name, int length, boolean periodic) {
    String kind = name;
    boolean whole = periodic;
    if (name.endsWith("_symmetric")) {
      kind = name.substring(0, name.length() - "_symmetric".length());
      whole = false;
    } else if (name.endsWith("_periodic")) {
      kind = name.substring(0, name.length() - "_periodic".length());
      whole = true;
    }
    Shape shape = SHAPES.get(kind);
    if (shape == null) {
      throw new IllegalArgumentException(
          "Window expects one of " + SHAPES.keySet() + ", got '" + name + "'");
    }
    if (length <= 1) {
      return new double[] {1};
    }
    ReadBudget.table("the values of the window", 16, length);
    return whole ? Arrays.copyOf(shape.of(length + 1), length) : shape.of(length);
  }

  private interface Curve {
    double at(double x);
  }

  // a function on -1 to 1, the same on both sides
  private static double[] each(int n, Curve f) {
    double[] out = new double[n];
    for (int i = 0; i < n; i++) {
      out[i] = f.at((2.0 * i - (n - 1)) / (n - 1));
    }
    return out;
  }

  private static double[] cosines(int n, double... weights) {
    return each(n, x -> {
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * Math.cos(k * Math.PI * x);
      }
      return sum;
    });
  }

  // half of it is flat
  private static double[] tukey(int n) {
    double[] out = new double[n];
    int width = (int) Math.floor(0.25 * (n - 1));
    for (int i = 0; i < n; i++) {
      int from = Math.min(i, n - 1 - i);
      out[i] = from > width ? 1 : 0.5 * (1 + Math.cos(Math.PI * (4.0 * from / (n - 1) - 1)));
    }
    return out;
  }

  // side lobes of -30 dB, four of them level
  private static double[] taylor(int n) {
    int levels = 4;
    double b = Math.pow(10, 30 / 20.0);
    double a = Math.log(b + Math.sqrt(b * b - 1)) / Math.PI;
    double spread = levels * levels / (a * a + (levels - 0.5) * (levels - 0.5));
    double[] weights = new double[levels - 1];
    for (int m = 1; m < levels; m++) {
      double above = m % 2 == 1 ? 1 : -1;
      double below = 2;
      for (int k = 1; k < levels; k++) {
        above *= 1 - m * m / spread / (a * a + (k - 0.5) * (k - 0.5));
        below *= k == m ? 1 : 1 - (double) m * m / (k * k);
      }
      weights[m - 1] = above / below;
    }
    double top = lobes(weights, 0);
    return each(n, x -> lobes(weights, x * (n - 1) / n) / top);
  }

  private static double lobes(double[] weights, double x) {
    double sum = 1;
    for (int m = 1; m <= weights.length; m++) {
      sum += 2 * weights[m - 1] * Math.cos(Math.PI * m * x);
    }
    return sum;
  }
}
