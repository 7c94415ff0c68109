package org.keras4j.layers.preprocessing;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Shifts and scales features to mean 0 and variance 1, by statistics that {@link #adapt} takes of data or
 * that are given ({@code keras.layers.Normalization}): {@code (x - mean) / sqrt(variance)}, or inverted {@code
 * mean + x * sqrt(variance)}.
 *
 * <p>Input and output shape: any; the sizes of the axes must be known. Weights, unless statistics are given,
 * none trainable: {@code mean}, {@code variance} of the sizes of the axes, and {@code count ()}.
 *
 * <pre>{@code
 * var layer = new Normalization();
 * layer.adapt(NDArray.of(new double[] {1, 2, 3, 4, 5}).reshape(5, 1));
 * Tensor y = layer.invoke(new double[][] {{3}}); // (1, 1)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Normalization extends FluentLayer<Normalization> implements Adapting {
  @Config
  private int[] axis = {-1};

  @Config
  private boolean invert;

  // numbers or lists of them
  @Config
  private @Nullable Object mean;

  @Config
  private @Nullable Object variance;

  private int[] keep = new int[0];
  private Shape inputShape = Shape.SCALAR;
  private @Nullable Variable adaptedMean;
  private @Nullable Variable adaptedVariance;

  /** Each feature of the last axis by itself. */
  public Normalization() {
    supportsMasking(true);
  }

  /**
   * The axes that have statistics of their own.
   *
   * @param value the last by default; none for one mean and variance of all
   * @return this layer
   */
  public Normalization axis(int... value) {
    return set("axis", () -> axis = value);
  }

  /**
   * Whether the inverse is computed.
   *
   * @param value false by default
   * @return this layer
   */
  public Normalization invert(boolean value) {
    return set("invert", () -> invert = value);
  }

  /**
   * Statistics that are known.
   *
   * @param mean a number, or an array of the sizes of the axes
   * @param variance of the same shape
   * @return this layer
   */
  public Normalization statistics(Object mean, Object variance) {
    return set("statistics", () -> {
      this.mean = mean;
      this.variance = variance;
      configured();
    });
  }

  @Override
  protected void configured() {
    if ((mean == null) != (variance == null)) {
      throw new IllegalArgumentException(
          label() + ": 'mean' and 'variance' must be given together");
    }
    if (mean != null) {
      Shape m = ArrayLike.spec(mean).shape();
      Shape v = ArrayLike.spec(variance).shape();
      if (!m.equals(v) || m.rank() > axis.length) {
        throw new IllegalArgumentException(
            label() + ": expected mean and variance of one shape with " + axis.length
                + " axes at most, got " + m + " and " + v);
      }
    }
  }

  @Override
  protected void build(Shape input) {
    inputShape = input;
    keep = Arrays.stream(axis).map(input::axis).sorted().toArray();
    if (mean != null) {
      return;
    }
    long[] sizes = Arrays.stream(keep).mapToLong(input::intDim).toArray();
    Shape shape = Shape.of(sizes);
    adaptedMean = addWeight("mean", shape, WeightOptions.initializer("zeros").trainable(false));
    adaptedVariance =
        addWeight("variance", shape, WeightOptions.initializer("ones").trainable(false));
    addWeight(
        "count",
        Shape.SCALAR,
        WeightOptions.initializer("zeros").dtype(DType.INT32).trainable(false));
  }

  /**
   * Computes mean and variance.
   *
   * @param data an array or tensor {@code (samples, ...)}, or {@link Adapting#adapt batches} of such
   */
  @Override
  public void adapt(Object data) {
    if (mean != null) {
      throw new IllegalStateException(label() + ": has given statistics and cannot adapt");
    }
    Moments moments = new Moments();
    AdaptData.each(label(), data, b -> {
      Tensor x = ArrayLike.tensor(b, computeDtype());
      buildFor(x.shape());
      for (int d : keep) {
        if (x.rank() != inputShape.rank() || x.shape().dim(d) != inputShape.dim(d)) {
          throw new IllegalArgumentException(label() + ": was built with input shape " + inputShape
              + ", got data of shape " + x.shape());
        }
      }
      moments.add(x, reduced(x.rank()));
    });
    Tensor totalMean = moments.mean;
    Tensor totalVariance = moments.variance;
    if (totalMean == null
        || totalVariance == null
        || adaptedMean == null
        || adaptedVariance == null) {
      throw new IllegalArgumentException(label() + ": cannot adapt to data without batches");
    }
    adaptedMean.assign(Prims.convert(totalMean, adaptedMean.dtype()));
    adaptedVariance.assign(Prims.convert(totalVariance, adaptedVariance.dtype()));
  }

  @Override
  public boolean isAdaptable() {
    return mean == null;
  }

  private int[] reduced(int rank) {
    return IntStream.range(0, rank)
        .filter(i -> Arrays.stream(keep).noneMatch(k -> k == i))
        .toArray();
  }

  private Tensor broadcast(Tensor statistic, int rank) {
    if (statistic.rank() == 0) {
      return statistic;
    }
    long[] d = new long[rank];
    Arrays.fill(d, 1);
    int n = statistic.rank();
    for (int i = 1; i <= n; i++) {
      d[keep[keep.length - i]] = statistic.shape().dim(n - i);
    }
    return Ops.reshape(statistic, d);
  }

  @Override
  protected Tensor call(Tensor x) {
    DType t = computeDtype();
    Tensor in = Prims.convert(x, t);
    Tensor m = broadcast(ArrayLike.tensor(mean == null ? adaptedMean : mean, t), x.rank());
    Tensor v =
        broadcast(ArrayLike.tensor(variance == null ? adaptedVariance : variance, t), x.rank());
    Tensor stddev = Ops.maximum(Ops.sqrt(v), Keras.epsilon());
    return invert ? Ops.add(m, Ops.multiply(in, stddev)) : Ops.divide(Ops.subtract(in, m), stddev);
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }

  /** Mean and variance of batches, one after the other. */
  private static final class Moments {
    private @Nullable Tensor mean;
    private @Nullable Tensor variance;
    private double count;

    void add(Tensor x, int... axes) {
      Tensor m = axes.length == 0 ? x : Ops.mean(x, axes);
      Tensor v = axes.length == 0 ? Ops.zerosLike(x) : Ops.var(x, axes);
      double n = 1;
      for (int a : axes) {
        n *= x.shape().dim(a);
      }
      count += n;
      if (mean == null || variance == null) {
        mean = m;
        variance = v;
        return;
      }
      double w = n / count;
      Tensor next = Ops.add(Ops.multiply(mean, 1 - w), Ops.multiply(m, w));
      Tensor old = Ops.add(variance, Ops.square(Ops.subtract(mean, next)));
      Tensor now = Ops.add(v, Ops.square(Ops.subtract(m, next)));
      variance = Ops.add(Ops.multiply(old, 1 - w), Ops.multiply(now, w));
      mean = next;
    }
  }
}
