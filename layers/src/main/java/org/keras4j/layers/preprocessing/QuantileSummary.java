package org.keras4j.layers.preprocessing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntToDoubleFunction;

/** A short account of how numbers are distributed: values in ascending order, each with a weight. */
record QuantileSummary(float[] values, float[] weights) {
  static final QuantileSummary EMPTY = new QuantileSummary(new float[0], new float[0]);

  /** Of these numbers, of about {@code 1 / epsilon} values. */
  static QuantileSummary of(float[] numbers, double epsilon) {
    float[] sorted = numbers.clone();
    Arrays.sort(sorted);
    double step = Math.max(sorted.length * epsilon, 1);
    int first = (int) (step - 1);
    int stride = (int) step;
    int n = first >= sorted.length ? 0 : (sorted.length - first + stride - 1) / stride;
    float[] values = new float[n];
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = sorted[first + i * stride];
      weights[i] = (float) step;
    }
    return new QuantileSummary(values, weights);
  }

  /** Both together, compressed. */
  QuantileSummary merge(QuantileSummary other, double epsilon) {
    int n = values.length + other.values.length;
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> value(other, i)));
    float[] v = new float[n];
    float[] w = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = value(other, order[i]);
      w[i] =
          order[i] < weights.length ? weights[order[i]] : other.weights[order[i] - weights.length];
    }
    return new QuantileSummary(v, w).compress(epsilon);
  }

  private float value(QuantileSummary other, int i) {
    return i < values.length ? values[i] : other.values[i - values.length];
  }

  /** The boundaries between so many bins of about the same weight. */
  double[] boundaries(int bins) {
    float[] v = compress(1.0 / bins).values;
    double[] out = new double[Math.max(0, v.length - 1)];
    Arrays.setAll(out, i -> v[i]);
    return out;
  }

  private QuantileSummary compress(double epsilon) {
    int n = values.length;
    if (n * epsilon < 1) {
      return this;
    }
    int count = (int) Math.ceil(1.0 / epsilon);
    double[] total = new double[n];
    float sum = 0;
    for (int i = 0; i < n; i++) {
      sum += weights[i];
      total[i] = sum;
    }
    double[] part = new double[n];
    Arrays.setAll(part, i -> (float) (total[i] / total[n - 1]));
    float[] v = new float[count];
    float[] w = new float[count];
    double before = 0;
    for (int i = 0; i < count; i++) {
      double at = epsilon + i * epsilon;
      v[i] = (float) interpolate(at, part, k -> values[k]);
      double cumulated = interpolate(at, part, k -> total[k]);
      w[i] = (float) (cumulated - before);
      before = cumulated;
    }
    return new QuantileSummary(v, w);
  }

  // piecewise linear, constant outside
  private static double interpolate(double x, double[] xs, IntToDoubleFunction ys) {
    int n = xs.length;
    if (x <= xs[0]) {
      return ys.applyAsDouble(0);
    }
    if (x >= xs[n - 1]) {
      return ys.applyAsDouble(n - 1);
    }
    int i = Arrays.binarySearch(xs, x);
    if (i >= 0) {
      return ys.applyAsDouble(i);
    }
    int high = -i - 1;
    double y0 = ys.applyAsDouble(high - 1);
    double slope = (ys.applyAsDouble(high) - y0) / (xs[high] - xs[high - 1]);
    return y0 + slope * (x - xs[high - 1]);
  }
}
