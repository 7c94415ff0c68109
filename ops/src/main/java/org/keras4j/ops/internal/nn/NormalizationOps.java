package org.keras4j.ops.internal.nn;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasName;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.composite.BatchNormalizationComposites;
import org.keras4j.ops.internal.composite.Means;
import org.keras4j.ops.internal.composite.NormalizationComposites;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Promotion;
import org.keras4j.ops.internal.linalg.Norms;
import org.keras4j.ops.types.BatchNormalizationOptions;

/** The normalizations of {@code keras.ops}, and the statistics that they are made of. */
public final class NormalizationOps {
  private static final double HALF_MAX = 65504;

  private NormalizationOps() {}

  private static double epsilon(@Nullable Object given) {
    return given == null ? Keras.epsilon() : ((Number) given).doubleValue();
  }

  /** {@link #layerNormalization(Object, Object, Object, Object, Double)} over the last axis. */
  public static Tensor layerNormalization(Object x, @Nullable Object gamma, @Nullable Object beta) {
    return layerNormalization(x, gamma, beta, -1, null);
  }

  /**
   * {@code (x - mean) / sqrt(variance + epsilon) * gamma + beta}, mean and variance those along axes
   * ({@code keras.ops.layer_normalization}). Halves, integers and booleans are normalized in float32; the
   * result has their dtype.
   *
   * @param gamma of the normalized axes' shape, or null for 1
   * @param beta of the normalized axes' shape, or null for 0
   * @param axis an int, or several
   * @param epsilon null for {@link org.keras4j.core.Keras#epsilon()}
   */
  public static Tensor layerNormalization(
      Object x,
      @Nullable Object gamma,
      @Nullable Object beta,
      Object axis,
      @Nullable Double epsilon) {
    return layerNormalization(x, gamma, beta, axis, epsilon, false);
  }

  /**
   * As {@link #layerNormalization(Object, Object, Object, Object, Double)}, and with
   * {@code rmsScaling} {@code x / sqrt(variance + epsilon) * gamma} instead, which Keras deprecates.
   */
  public static Tensor layerNormalization(
      Object x,
      @Nullable Object gamma,
      @Nullable Object beta,
      Object axis,
      @Nullable Double epsilon,
      boolean rmsScaling) {
    return Op.call(
        "ops.layer_normalization",
        NormalizationOps::layer,
        x,
        gamma,
        beta,
        axis,
        epsilon,
        rmsScaling);
  }

  private static Tensor layer(Op.Args a) {
    Tensor given = a.tensor(0);
    return Prims.convert(layer(Dtypes.asFloat(given), a), given.dtype());
  }

  private static Tensor layer(Tensor t, Op.Args a) {
    DType wide = Means.wide(t.dtype());
    int[] axes = Axes.of(a.get(3), t.rank());
    Arrays.sort(axes);
    double eps = epsilon(a.get(4));
    Tensor gamma = a.isGiven(1) ? a.tensor(1, wide) : null;
    Tensor beta = a.isGiven(2) ? a.tensor(2, wide) : null;
    boolean rmsScaling = a.flag(5);
    if (!rmsScaling
        && isLast(axes, t.rank())
        && fits(gamma, t, axes.length)
        && fits(beta, t, axes.length)) {
      return NormalizationComposites.layer(t, gamma, beta, axes.length, eps);
    }
    Tensor x = Prims.convert(t, wide);
    Tensor mean = Means.meanKeep(x, axes);
    Tensor centered = Prims.sub(x, mean);
    Tensor variance = Means.meanKeep(Prims.square(centered), axes);
    Tensor rstd = Prims.rsqrt(Prims.add(variance, eps));
    Tensor y = Prims.mul(rmsScaling ? x : centered, rstd);
    if (gamma != null) {
      y = Prims.mul(y, placed(gamma, x, axes));
    }
    if (beta != null && !rmsScaling) {
      y = Prims.add(y, placed(beta, x, axes));
    }
    return Prims.convert(y, t.dtype());
  }

  private static boolean isLast(int[] sorted, int rank) {
    return sorted.length > 0
        && Arrays.equals(sorted, IntList.range(rank - sorted.length, rank).toArray());
  }

  // whether a parameter is of exactly the normalized shape
  private static boolean fits(@Nullable Tensor p, Tensor x, int axes) {
    return p == null || p.shape().equals(x.shape().slice(x.rank() - axes));
  }

  // a parameter along its axes of x
  private static Tensor placed(Tensor p, Tensor x, int[] axes) {
    boolean lastOnly = axes.length == 1 && axes[0] == x.rank() - 1;
    if (p.rank() == x.rank() || lastOnly) {
      return p;
    }
    long[] d = new long[x.rank()];
    Arrays.fill(d, 1);
    for (int axis : axes) {
      d[axis] = x.shape().dim(axis);
    }
    return Prims.reshape(p, Shape.of(d));
  }

  /** {@link #rmsNormalization(Object, Object, Object, Double)} over the last axis. */
  public static Tensor rmsNormalization(Object x, @Nullable Object scale) {
    return rmsNormalization(x, scale, -1, null);
  }

  /**
   * {@code x / sqrt(mean(x^2) + epsilon) * scale} ({@code keras.ops.rms_normalization}; Zhang and Sennrich
   * 2019, arXiv:1910.07467). Halves, integers and booleans are normalized in float32; the result has their
   * dtype.
   *
   * @param scale what broadcasts to x, or null for 1
   * @param axis an int, or several
   * @param epsilon null for {@link org.keras4j.core.Keras#epsilon()}
   */
  public static Tensor rmsNormalization(
      Object x, @Nullable Object scale, Object axis, @Nullable Double epsilon) {
    return Op.call(
        "ops.rms_normalization",
        a -> {
          Tensor given = a.tensor(0);
          Tensor t = Dtypes.asFloat(given);
          t = t.rank() == 0 ? Prims.expandDims(t, 0) : t;
          DType wide = Means.wide(t.dtype());
          int[] axes = Axes.of(a.get(2), t.rank());
          Arrays.sort(axes);
          double eps = epsilon(a.get(3));
          Tensor gamma = a.isGiven(1) ? a.tensor(1, wide) : null;
          if (isLast(axes, t.rank()) && fits(gamma, t, axes.length)) {
            return Prims.convert(
                NormalizationComposites.rms(t, gamma, axes.length, eps), given.dtype());
          }
          Tensor w = Prims.convert(t, wide);
          Tensor square = Means.meanKeep(Prims.square(w), axes);
          Tensor y = Prims.mul(w, Prims.rsqrt(Prims.add(square, eps)));
          return Prims.convert(gamma == null ? y : Prims.mul(y, gamma), given.dtype());
        },
        x,
        scale,
        axis,
        epsilon);
  }

  /** {@link #batchNormalization(Object, Object, Object, int, Object, Object, double)}, epsilon 0.001. */
  public static Tensor batchNormalization(Object x, Object mean, Object variance, int axis) {
    return batchNormalization(x, mean, variance, axis, null, null, 1e-3);
  }

  /**
   * {@link #batchNormalization(Object, Object, Object, int, Object, Object, double)} with options.
   *
   * @param x a tensor
   * @param mean a vector with one number an element of the axis, as is variance
   * @param variance see mean
   * @param axis the axis of channels
   * @param options offset, scale and epsilon
   * @return of the shape of x
   * @throws IllegalArgumentException if a vector's size is not that of the axis
   */
  public static Tensor batchNormalization(
      Object x, Object mean, Object variance, int axis, BatchNormalizationOptions options) {
    return batchNormalization(
        x, mean, variance, axis, options.offset(), options.scale(), options.epsilon());
  }

  /**
   * {@code (x - mean) / sqrt(variance + epsilon) * scale + offset} by given statistics
   * ({@code keras.ops.batch_normalization}).
   *
   * @param mean a vector with one number an element of the axis, as are variance, offset and scale
   * @param axis the axis of channels
   * @param offset what is added, or null
   * @param scale what is multiplied with, or null
   * @param epsilon what is added to the variance
   * @throws IllegalArgumentException if a vector's size is not that of the axis
   */
  public static Tensor batchNormalization(
      Object x,
      Object mean,
      Object variance,
      int axis,
      @Nullable Object offset,
      @Nullable Object scale,
      double epsilon) {
    return Op.call(
        "ops.batch_normalization",
        NormalizationOps::batch,
        x,
        mean,
        variance,
        axis,
        offset,
        scale,
        epsilon);
  }

  private static Tensor batch(Op.Args a) {
    Object[] types = new Object[] {1.0, Dtypes.of(a.get(0)), null, null, null, null};
    String[] names = {"mean", "variance", "", "offset", "scale"};
    int[] at = {1, 2, 4, 5};
    for (int i = 0; i < at.length; i++) {
      types[i + 2] = a.isGiven(at[i]) ? Dtypes.of(a.get(at[i])) : DType.BOOL;
    }
    DType dtype = Promotion.resultType(types);
    DType wide = Means.wide(dtype);
    Tensor x = a.tensor(0, dtype);
    int axis = Axes.one(a.integer(3), x.rank());
    @Nullable Tensor[] v = new Tensor[6];
    for (int i : at) {
      if (a.isGiven(i)) {
        Tensor t = a.tensor(i, wide);
        if (t.rank() != 1 || !t.shape().isCompatible(Shape.of(x.shape().dim(axis)))) {
          throw new IllegalArgumentException(
              a.name() + ": argument '" + names[i - 1] + "' must be a vector of x.shape[axis], "
                  + x.shape().dim(axis) + " elements, got " + t.shape());
        }
        v[i] = t;
      }
    }
    double eps = a.real(6);
    if (axis == x.rank() - 1) {
      return BatchNormalizationComposites.inference(x, v[1], v[2], v[5], v[4], eps);
    }
    Tensor inv = Prims.rsqrt(Prims.add(along(v[2], axis, x.rank()), eps));
    if (v[5] != null) {
      inv = Prims.mul(inv, along(v[5], axis, x.rank()));
    }
    Tensor shift = Prims.neg(Prims.mul(along(v[1], axis, x.rank()), inv));
    if (v[4] != null) {
      shift = Prims.add(shift, along(v[4], axis, x.rank()));
    }
    return Prims.convert(Prims.add(Prims.mul(Prims.convert(x, wide), inv), shift), dtype);
  }

  private static Tensor along(Tensor vector, int axis, int rank) {
    long[] d = new long[rank];
    Arrays.fill(d, 1);
    d[axis] = vector.shape().dim(0);
    return Prims.reshape(vector, Shape.of(d));
  }

  /** {@link #moments(Object, Object, boolean, boolean)} without the axes. */
  public static List<Tensor> moments(Object x, @Nullable Object axes) {
    return moments(x, axes, false, false);
  }

  /**
   * Mean and variance along axes ({@code keras.ops.moments}). Those of halves are computed in float32 and
   * kept within float16's range.
   *
   * @param axes an int, several, or null for all
   * @param keepdims whether the axes stay with size 1
   * @param synchronize whether over the batches of all replicas; with one it makes no difference
   * @return mean and variance, the latter divided by the number of elements
   */
  public static List<Tensor> moments(
      Object x,
      @Nullable Object axes,
      boolean keepdims,
      @KerasName("synchronized") boolean synchronize) {
    return Op.call(
        "ops.moments",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          int[] along = Axes.of(a.get(1), t.rank());
          boolean keep = a.flag(2);
          Tensor w = Prims.convert(t, Means.wide(t.dtype()));
          Tensor mean = Means.meanKeep(w, along);
          Tensor centered = Prims.sub(w, mean);
          Tensor variance = Means.meanKeep(Dtypes.squaredModulus(centered), along);
          return List.of(
              moment(mean, t.dtype(), along, keep),
              moment(variance, Dtypes.realOf(t.dtype()), along, keep));
        },
        x,
        axes,
        keepdims,
        synchronize);
  }

  private static Tensor moment(Tensor kept, DType dtype, int[] axes, boolean keep) {
    Tensor m = kept;
    if (dtype != m.dtype()) {
      m = Prims.max(m, Prims.scalarLike(m, -HALF_MAX));
      m = Prims.convert(Prims.min(m, Prims.scalarLike(m, HALF_MAX)), dtype);
    }
    // a sum over one element takes the axes away, whatever else of the shape is unknown
    return keep ? m : Prims.sum(m, axes);
  }

  /** {@link #normalize(Object, Object, int, Double)} along the last axis by the Euclidean norm. */
  public static Tensor normalize(Object x) {
    return normalize(x, -1, 2, null);
  }

  /**
   * Divides vectors by their norm ({@code keras.ops.normalize}).
   *
   * @param axis along which the vectors lie
   * @param order of the norm, at least 1
   * @param epsilon the least norm to divide by; null for {@code keras.config.epsilon()}
   * @throws IllegalArgumentException if the order is below 1
   */
  public static Tensor normalize(
      Object x, @Nullable Object axis, int order, @Nullable Double epsilon) {
    return Op.call(
        "ops.normalize",
        a -> {
          int p = a.integer(2);
          if (p < 1) {
            throw new IllegalArgumentException(a.name() + ": order must be at least 1, got " + p);
          }
          Tensor t = Dtypes.asFloat(a.tensor(0));
          t = t.rank() == 0 ? Prims.expandDims(t, 0) : t;
          double e = a.isGiven(3) ? a.number(3).doubleValue() : Keras.epsilon();
          if (p == 2) {
            Tensor sum = Prims.sumKeep(Prims.square(t), Axes.of(a.get(1), t.rank()));
            Tensor inverse = Prims.rsqrt(sum);
            return Prims.mul(t, Prims.min(inverse, Prims.scalarLike(inverse, 1 / e)));
          }
          Tensor n = Norms.of(a.name(), t, p, a.get(1), true);
          return Prims.div(t, Prims.max(n, Prims.scalarLike(n, e)));
        },
        x,
        axis,
        order,
        epsilon);
  }
}
