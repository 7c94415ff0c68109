package org.keras4j.onnx.internal.operators;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Resizing: along one axis after the other, each as a choice of elements or as a product with a matrix of shares, which is known when the
 * model is built.
 */
final class Resizing {
  private final Use u;
  private final String mode;
  private final String place;
  private final String nearest;
  private final boolean antialias;

  private Resizing(Use u) {
    this.u = u;
    boolean old = isOld(u);
    this.mode = u.text("mode", "nearest");
    this.place = u.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
    this.nearest = u.text("nearest_mode", old ? "floor" : "round_prefer_floor");
    this.antialias = u.integer("antialias", 0) != 0 && !mode.equals("nearest");
  }

  private static boolean isOld(Use u) {
    return u.node().type().equals("Upsample") || u.opset() < 11;
  }

  static Tensor apply(Use u) {
    return new Resizing(u).all();
  }

  private @Nullable NDArray known(int i) {
    if (!u.has(i)) {
      return null;
    }
    NDArray a = u.in(i).array();
    if (a == null) {
      throw new Unsupported("sizes of images have to be known when the model is built");
    }
    return a.size() == 0 ? null : a;
  }

  private Tensor all() {
    Tensor x = u.t(0);
    boolean old = isOld(u);
    NDArray scales = known(old ? 1 : 2);
    float[] setting = u.value("scales") instanceof float[] f ? f : null; // of opset 7
    if (scales == null && setting != null) {
      scales = NDArray.of(setting, setting.length);
    }
    NDArray sizes = old ? null : known(3);
    NDArray regions = place.equals("tf_crop_and_resize") ? known(1) : null;
    if (place.equals("tf_crop_and_resize") && regions == null) {
      throw new Unsupported("no region to be cut out");
    }
    int n = scales != null ? scales.size() : sizes == null ? 0 : sizes.size();
    long[] given = u.ints("axes");
    int[] axes = new int[n];
    for (int k = 0; k < n; k++) {
      axes[k] = given == null ? k : (int) (given[k] < 0 ? given[k] + x.rank() : given[k]);
    }
    double[] factors = scales != null ? scales.toDoubleArray() : factors(x, axes, sizes);
    Tensor y = x;
    for (int k = 0; k < n; k++) {
      long in = x.shape().dim(axes[k]);
      boolean kept = regions == null
          && (scales != null ? factors[k] == 1 : sizes != null && sizes.getLong(k) == in);
      if (kept) {
        continue;
      }
      int size = x.shape().intDim(axes[k]);
      double[] region =
          regions == null ? null : new double[] {regions.getDouble(k), regions.getDouble(n + k)};
      int out = sizes == null || !isStretched()
          ? (int) (isStretched() ? Math.floor(size * factors[k]) : Math.round(size * factors[k]))
          : (int) sizes.getLong(k);
      y = along(y, axes[k], out, factors[k], region);
    }
    return y;
  }

  private boolean isStretched() {
    return u.text("keep_aspect_ratio_policy", "stretch").equals("stretch");
  }

  private double[] factors(Tensor x, int[] axes, @Nullable NDArray sizes) {
    double[] f = new double[axes.length];
    for (int k = 0; k < f.length; k++) {
      long in = x.shape().dim(axes[k]);
      long out = Objects.requireNonNull(sizes).getLong(k);
      f[k] = in == out ? 1 : (double) out / x.shape().intDim(axes[k]);
    }
    if (!isStretched()) { // one factor for all sides
      boolean larger = u.text("keep_aspect_ratio_policy", "").equals("not_smaller");
      double one =
          larger ? Arrays.stream(f).max().orElse(1) : Arrays.stream(f).min().orElse(1);
      Arrays.fill(f, one);
    }
    return f;
  }

  private double at(int i, int in, int out, double factor, double @Nullable [] region) {
    return switch (place) {
      case "align_corners" -> {
        double wide = factor * in;
        yield wide == 1 ? 0 : i * (in - 1.0) / (wide - 1);
      }
      case "asymmetric" -> i / factor;
      case "pytorch_half_pixel" -> factor * in > 1 ? (i + 0.5) / factor - 0.5 : 0;
      case "half_pixel_symmetric" -> {
        double adjustment = out / (factor * in);
        yield in / 2.0 * (1 - adjustment) + (i + 0.5) / factor - 0.5;
      }
      case "tf_crop_and_resize" -> {
        double from = Objects.requireNonNull(region)[0];
        double to = region[1];
        yield out > 1
            ? from * (in - 1) + i * (to - from) * (in - 1) / (out - 1.0)
            : 0.5 * (from + to) * (in - 1);
      }
      default -> (i + 0.5) / factor - 0.5;
    };
  }

  private int nearest(double at, int in) {
    double r = switch (nearest) {
      case "floor" -> Math.floor(at);
      case "ceil" -> Math.ceil(at);
      case "round_prefer_ceil" -> Math.floor(at + 0.5);
      default -> Math.ceil(at - 0.5);
    };
    return (int) Math.max(0, Math.min(in - 1, r));
  }

  private Tensor along(Tensor x, int axis, int out, double factor, double @Nullable [] region) {
    int in = x.shape().intDim(axis);
    boolean[] outside = new boolean[out];
    int[] nearestTo = new int[out];
    double[][] shares = new double[out][in];
    for (int i = 0; i < out; i++) {
      double at = at(i, in, out, factor, region);
      outside[i] = region != null && (at < 0 || at > in - 1);
      if (mode.equals("nearest")) {
        nearestTo[i] = nearest(at, in);
      } else {
        share(shares[i], at, in, factor);
      }
    }
    Tensor y = mode.equals("nearest")
        ? Prims.take(x, Operand.of(NDArray.of(nearestTo, out)).tensor(), axis)
        : mixed(x, axis, shares);
    return region == null ? y : filled(y, axis, outside);
  }

  /** What each input gives to one output. */
  private void share(double[] row, double at, int in, double factor) {
    double wide = antialias && factor < 1 ? factor : 1;
    int reach = mode.equals("cubic") ? 2 : 1;
    int half = (int) Math.ceil(reach / wide);
    int first = (int) Math.floor(at) - half + 1;
    double a = u.real("cubic_coeff_a", -0.75);
    boolean excludes = u.integer("exclude_outside", 0) != 0;
    double sum = 0;
    for (int p = first; p < first + 2 * half; p++) {
      double d = Math.abs(at - p) * wide;
      double weight = reach == 2 ? cubic(d, a) : Math.max(0, 1 - d);
      if (excludes && (p < 0 || p >= in)) {
        continue;
      }
      row[Math.max(0, Math.min(in - 1, p))] += weight;
      sum += weight;
    }
    for (int p = 0; sum != 0 && p < in; p++) {
      row[p] /= sum;
    }
  }

  private static double cubic(double d, double a) {
    if (d <= 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
  }

  private static Tensor mixed(Tensor x, int axis, double[][] shares) {
    int out = shares.length;
    int in = out == 0 ? 0 : shares[0].length;
    int most = 0;
    for (double[] row : shares) {
      int used = (int) Arrays.stream(row).filter(v -> v != 0).count();
      most = Math.max(most, used);
    }
    if (most > 4) { // as a product
      float[] flat = new float[in * out];
      for (int i = 0; i < out; i++) {
        for (int p = 0; p < in; p++) {
          flat[p * out + i] = (float) shares[i][p];
        }
      }
      Tensor w = Prims.convert(Operand.of(NDArray.of(flat, in, out)).tensor(), x.dtype());
      int last = x.rank() - 1;
      return Prims.swap(Ops.matmul(Prims.swap(x, axis, last), w), axis, last);
    }
    Tensor sum = null;
    for (int k = 0; k < most; k++) {
      int[] from = new int[out];
      float[] weight = new float[out];
      for (int i = 0; i < out; i++) {
        int seen = 0;
        for (int p = 0; p < in; p++) {
          if (shares[i][p] != 0 && seen++ == k) {
            from[i] = p;
            weight[i] = (float) shares[i][p];
          }
        }
      }
      Tensor part = Prims.take(x, Operand.of(NDArray.of(from, out)).tensor(), axis);
      Tensor scaled = Prims.mul(part, line(NDArray.of(weight, out), x, axis));
      sum = sum == null ? scaled : Prims.add(sum, scaled);
    }
    return Objects.requireNonNullElse(sum, x);
  }

  private static Tensor line(NDArray v, Tensor x, int axis) {
    long[] line = new long[x.rank()];
    Arrays.fill(line, 1);
    line[axis] = v.size();
    return Prims.convert(Operand.of(v.reshape(line)).tensor(), x.dtype());
  }

  private Tensor filled(Tensor y, int axis, boolean[] outside) {
    long[] line = new long[y.rank()];
    Arrays.fill(line, 1);
    line[axis] = outside.length;
    Tensor where = Operand.of(NDArray.of(outside).reshape(line)).tensor();
    return Prims.select(where, Prims.scalarLike(y, u.real("extrapolation_value", 0)), y);
  }
}
