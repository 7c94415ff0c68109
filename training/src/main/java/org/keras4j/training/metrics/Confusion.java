package org.keras4j.training.metrics;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.TopK;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.losses.Reduction;

/**
 * Counts of right and wrong answers, yes or no, at thresholds; a prediction above a threshold means yes. Each
 * count has the shape {@code (thresholds,)}, or {@code (thresholds, labels)} where labels count apart.
 */
final class Confusion {
  /** What stands for minus infinity where only the k largest predictions count. */
  static final double LOWEST = -1e10;

  /** The four kinds of answers. */
  enum Cell {
    TRUE_POSITIVES,
    FALSE_POSITIVES,
    TRUE_NEGATIVES,
    FALSE_NEGATIVES
  }

  private final double[] thresholds;
  private final boolean even;
  private @Nullable Integer topK;
  private @Nullable Integer classId;
  private boolean multiLabel;
  private @Nullable Tensor labelWeights;

  /** Counts at these thresholds. */
  Confusion(double[] thresholds) {
    this(thresholds, isEven(thresholds));
  }

  /**
   * Counts at these thresholds.
   *
   * @param even whether they lie evenly from 0 to 1 (the first and last may be farther out by epsilon)
   */
  Confusion(double[] thresholds, boolean even) {
    this.thresholds = thresholds;
    this.even = even;
  }

  Confusion topK(@Nullable Integer k) {
    this.topK = k;
    return this;
  }

  Confusion classId(@Nullable Integer id) {
    this.classId = id;
    return this;
  }

  Confusion multiLabel(boolean value) {
    this.multiLabel = value;
    return this;
  }

  Confusion labelWeights(@Nullable Tensor weights) {
    this.labelWeights = weights;
    return this;
  }

  static boolean isEven(double[] thresholds) {
    int n = thresholds.length;
    if (n < 3) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      double want = (double) (float) i / (n - 1);
      if (!(Math.abs(thresholds[i] - want) <= Keras.epsilon() + 1e-5 * want)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The thresholds of a setting.
   *
   * @param setting a number, several, or null for the default
   * @throws IllegalArgumentException if one is not within 0 and 1
   */
  static double[] thresholds(String label, @Nullable Object setting, double byDefault) {
    if (setting == null) {
      return new double[] {byDefault};
    }
    double[] out = setting instanceof Number n
        ? new double[] {n.doubleValue()}
        : setting instanceof double[] d
            ? d
            : NDArray.from(setting).astype(DType.FLOAT64).toDoubleArray();
    if (setting instanceof List<?> l) {
      // not by way of float32
      out = l.stream().mapToDouble(x -> ((Number) x).doubleValue()).toArray();
    }
    for (double t : out) {
      if (!(t >= 0 && t <= 1)) {
        throw new IllegalArgumentException(
            label + ": thresholds expects numbers from 0 to 1, got " + t);
      }
    }
    return out;
  }

  /** Adds a batch's counts. */
  void update(
      Map<Cell, Variable> counts, Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    DType d = counts.values().iterator().next().dtype();
    Reduction.Pair y =
        Reduction.sameRank(Ops.convertToTensor(yPred, d), Ops.convertToTensor(yTrue, d));
    Tensor p = y.first();
    Tensor t = y.second();
    Tensor w = null;
    if (sampleWeight != null) {
      Tensor raw = Ops.convertToTensor(sampleWeight, d);
      w = Reduction.sameRank(t, Ops.expandDims(raw, -1), false).second();
    }
    if (topK != null) {
      p = largest(p, topK);
    }
    if (classId != null) {
      if (p.rank() < 2) {
        throw new IllegalArgumentException(
            "With a class id, predictions are expected of shape (batch, classes), got "
                + p.shape());
      }
      t = column(t, classId);
      p = column(p, classId);
    }
    Tensor weights = weights(w, p, d);
    boolean columns = multiLabel;
    if (columns && p.rank() != 2) {
      throw new IllegalArgumentException(
          "With multiLabel, predictions are expected of shape (batch, labels), got " + p.shape());
    }
    if (!columns) {
      p = Ops.reshape(p, -1);
      t = Ops.reshape(t, -1);
      weights = weights == null ? null : Ops.reshape(weights, -1);
    }
    t = Prims.convert(Prims.convert(t, DType.BOOL), d);
    Tensor yes = weights == null ? t : Ops.multiply(t, weights);
    Tensor no = Ops.subtract(1.0, t);
    no = weights == null ? no : Ops.multiply(no, weights);
    Map<Cell, Tensor> batch = new EnumMap<>(Cell.class);
    Tensor above = above(p, d);
    Tensor tp = even ? aboveEven(p, yes) : count(above, yes);
    Tensor fp = even ? aboveEven(p, no) : count(above, no);
    batch.put(Cell.TRUE_POSITIVES, tp);
    batch.put(Cell.FALSE_POSITIVES, fp);
    if (even) {
      batch.put(Cell.FALSE_NEGATIVES, Ops.subtract(Ops.sum(yes, 0), tp));
      batch.put(Cell.TRUE_NEGATIVES, Ops.subtract(Ops.sum(no, 0), fp));
    } else {
      Tensor below = Ops.subtract(1.0, above);
      batch.put(Cell.FALSE_NEGATIVES, count(below, yes));
      batch.put(Cell.TRUE_NEGATIVES, count(below, no));
    }
    counts.forEach((cell, v) -> Metric.increase(v, Objects.requireNonNull(batch.get(cell))));
  }

  // a column of the last axis, from the end if its number is below zero
  private static Tensor column(Tensor x, int id) {
    long at = id < 0 ? id + x.shape().last() : id;
    return Prims.slice(x, -1, at, at + 1);
  }

  private @Nullable Tensor weights(@Nullable Tensor samples, Tensor p, DType d) {
    Tensor w = samples == null ? null : Prims.broadcastLike(samples, p);
    if (labelWeights != null && !multiLabel) {
      Tensor l = Prims.broadcastLike(Ops.expandDims(Prims.convert(labelWeights, d), 0), p);
      w = w == null ? l : Ops.multiply(w, l);
    }
    return w;
  }

  private static Tensor largest(Tensor p, int k) {
    List<Tensor> top = Engine.bind(new TopK(k), List.of(p));
    Tensor hot = Ops.equal(Ops.expandDims(top.get(1), -1), Prims.iotaOf(p, -1, DType.INT32));
    Tensor mask = Ops.sum(Prims.convert(hot, p.dtype()), -2);
    return Ops.add(Ops.multiply(p, mask), Ops.multiply(LOWEST, Ops.subtract(1.0, mask)));
  }

  // 1 where a prediction is above a threshold: (thresholds, ...)
  private Tensor above(Tensor p, DType d) {
    long[] shape = new long[p.rank() + 1];
    java.util.Arrays.fill(shape, 1);
    shape[0] = thresholds.length;
    Tensor t = Prims.reshape(Prims.convert(Engine.constant(NDArray.of(thresholds)), d), shape);
    return Prims.convert(Prims.gt(Ops.expandDims(p, 0), t), d);
  }

  private static Tensor count(Tensor answers, Tensor weights) {
    return Ops.sum(Ops.multiply(answers, Ops.expandDims(weights, 0)), 1);
  }

  /*
   * Evenly spaced thresholds make buckets: what lies above threshold i is the sum of the buckets from i on.
   * Bucket -1, below all thresholds, is left out; so the buckets are counted one further up.
   */
  private Tensor aboveEven(Tensor p, Tensor weights) {
    int n = thresholds.length;
    Tensor inside = Ops.clip(p, 0.0, 1.0);
    Tensor bucket = Prims.unary(UnaryKind.CEIL, Prims.mul(inside, (double) (n - 1)));
    if (thresholds[0] < 0 || thresholds[n - 1] > 1) {
      bucket = Ops.maximum(bucket, 1.0);
    }
    bucket = Prims.convert(bucket, DType.INT32);
    Tensor index = Ops.expandDims(bucket, -1);
    Shape shape = Shape.of(n);
    if (multiLabel) {
      shape = shape.concat(Shape.of(p.shape().last()));
      Tensor label = Ops.add(Ops.multiply(bucket, 0), Prims.iotaOf(p, 1, DType.INT32));
      index = Prims.concat(new ArrayList<>(List.of(index, Ops.expandDims(label, -1))), -1);
    }
    Tensor buckets =
        Prims.scatterNd(ScatterKind.ADD, Prims.full(shape, weights.dtype(), 0), index, weights);
    Tensor sums = Prims.cumulative(CumulativeKind.SUM, buckets, 0, true);
    long[] low = new long[shape.rank()];
    long[] high = new long[shape.rank()];
    low[0] = -1;
    high[0] = 1;
    return Prims.pad(sums, 0, low, high);
  }
}
