package org.keras4j.layers.normalization;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Promotion;

/**
 * Shifts and scales channels to mean 0 and variance 1, then by learned numbers ({@code
 * keras.layers.BatchNormalization}; Ioffe and Szegedy 2015, arXiv:1502.03167). In training the mean and
 * variance are those of the batch, and moving averages of them are kept; otherwise the moving averages are
 * used. A layer that is not trainable never uses the batch's. With a mask, masked steps do not count.
 *
 * <p>With {@code renorm}, training uses the batch's statistics corrected towards moving ones (Ioffe 2017,
 * arXiv:1702.03275).
 *
 * <p>Input and output shape: any. Weights, all of shape {@code (channels)}: {@code gamma}, {@code beta}, and
 * not trainable {@code moving_mean}, {@code moving_variance}; with renorm also {@code moving_stddev}, {@code
 * renorm_mean}, {@code renorm_stddev}.
 *
 * <pre>{@code
 * Tensor y = new BatchNormalization().momentum(0.9).invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class BatchNormalization extends ScaleAndCenter<BatchNormalization> {
  @Config
  private int axis = -1;

  @Config
  private double momentum = 0.99;

  @Config
  private @Nullable Initializer movingMeanInitializer = Initializer.get("zeros");

  @Config
  private @Nullable Initializer movingVarianceInitializer = Initializer.get("ones");

  @Config("synchronized")
  private boolean synchronizedStatistics;

  @Config
  private boolean renorm;

  @Config
  private @Nullable Map<String, Object> renormClipping;

  @Config
  private double renormMomentum = 0.99;

  private @Nullable Variable movingMean;
  private @Nullable Variable movingVariance;
  private @Nullable Renormalization renormalization;

  /** Of the channels on the last axis. */
  public BatchNormalization() {
    supportsMasking(true);
  }

  /**
   * The axis of channels.
   *
   * @param value -1 by default
   * @return this layer
   */
  public BatchNormalization axis(int value) {
    return set("axis", () -> axis = value);
  }

  /**
   * How much of the moving averages stays at each step.
   *
   * @param value 0.99 by default
   * @return this layer
   */
  public BatchNormalization momentum(double value) {
    return set("momentum", () -> momentum = value);
  }

  /**
   * How the moving mean starts.
   *
   * @param value {@code "zeros"} by default; null for none
   * @return this layer
   */
  public BatchNormalization movingMeanInitializer(@Nullable Initializer value) {
    return set("movingMeanInitializer", () -> movingMeanInitializer = value);
  }

  /**
   * {@link #movingMeanInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public BatchNormalization movingMeanInitializer(@Nullable String name) {
    return movingMeanInitializer(Initializer.named(name));
  }

  /**
   * How the moving variance starts.
   *
   * @param value {@code "ones"} by default; null for none
   * @return this layer
   */
  public BatchNormalization movingVarianceInitializer(@Nullable Initializer value) {
    return set("movingVarianceInitializer", () -> movingVarianceInitializer = value);
  }

  /**
   * {@link #movingVarianceInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public BatchNormalization movingVarianceInitializer(@Nullable String name) {
    return movingVarianceInitializer(Initializer.named(name));
  }

  /**
   * Whether the batch's statistics are corrected towards moving ones.
   *
   * @param value false by default
   * @return this layer
   */
  public BatchNormalization renorm(boolean value) {
    return set("renorm", () -> renorm = value);
  }

  /**
   * Limits of the correction: any of {@code "rmax"}, {@code "rmin"}, {@code "dmax"}.
   *
   * @param value limits by the names {@code rmax}, {@code rmin} and {@code dmax}; none by default
   * @return this layer
   */
  public BatchNormalization renormClipping(@Nullable Map<String, ? extends Number> value) {
    set("renormClipping", () -> renormClipping = value == null ? null : new LinkedHashMap<>(value));
    configured();
    return this;
  }

  /**
   * The momentum of the statistics that the correction uses.
   *
   * @param value 0.99 by default
   * @return this layer
   */
  public BatchNormalization renormMomentum(double value) {
    return set("renormMomentum", () -> renormMomentum = value);
  }

  @Override
  protected void configured() {
    if (synchronizedStatistics) {
      throw new IllegalArgumentException(
          label() + ": 'synchronized' statistics of several devices do not exist here");
    }
    Renormalization.check(label(), renormClipping);
  }

  @Override
  protected void build(Shape input) {
    Shape shape = AxisList.sizes(label(), input, List.of(axis));
    addScale(shape);
    addOffset(shape);
    movingMean = addWeight("moving_mean", shape, statistic(movingMeanInitializer));
    movingVariance = addWeight("moving_variance", shape, statistic(movingVarianceInitializer));
    if (renorm) {
      Initializer stddev = new RootInitializer(movingVarianceInitializer);
      renormalization = new Renormalization(
          addWeight("moving_stddev", shape, statistic(stddev)),
          addWeight("renorm_mean", shape, statistic(movingMeanInitializer)),
          addWeight("renorm_stddev", shape, statistic(stddev)),
          renormClipping == null ? Map.of() : renormClipping,
          momentum,
          renormMomentum,
          epsilon());
    }
    inputSpec(new InputSpec().ndim(input.rank()).axis(axis, shape.dim(0)));
  }

  private static WeightOptions statistic(@Nullable Initializer initializer) {
    return WeightOptions.initializer(initializer).trainable(false).autocast(false);
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "training", "mask");
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    Tensor mask = context.mask();
    if (mask != null && mask.rank() != x.rank() - 1) {
      throw new IllegalArgumentException(label()
          + ": expected a mask with one axis less than the input, got " + mask.shape()
          + " for input "
          + x.shape());
    }
    DType wide = Promotion.resultType(x.dtype(), DType.FLOAT32);
    Tensor t = Prims.convert(x, wide);
    Object gamma = gamma() == null ? null : Ops.cast(gamma(), wide);
    Object beta = beta() == null ? null : Ops.cast(beta(), wide);
    Variable means = Objects.requireNonNull(movingMean);
    Variable variances = Objects.requireNonNull(movingVariance);
    Tensor mean = Ops.cast(means, wide);
    Tensor variance = Ops.cast(variances, wide);
    if (context.training() && isTrainable()) {
      if (mask == null && renormalization == null && x.shape().axis(axis) == x.rank() - 1) {
        // one function of three results, whose gradient backends know in closed form
        List<Tensor> r = org.keras4j.ops.internal.composite.BatchNormalizationComposites.train(
            t, (Tensor) gamma, (Tensor) beta, epsilon());
        remember(mean, variance, r.get(1), r.get(2));
        return Prims.convert(r.get(0), computeDtype());
      }
      List<Tensor> batch = moments(t, mask);
      if (renormalization != null) {
        Tensor[] corrected = renormalization.correct(
            batch.get(0), batch.get(1), (Tensor) gamma, (Tensor) beta, means, variances);
        gamma = corrected[0];
        beta = corrected[1];
      } else {
        remember(mean, variance, batch.get(0), batch.get(1));
      }
      mean = batch.get(0);
      variance = batch.get(1);
    }
    Tensor y = Ops.batchNormalization(t, mean, variance, axis, beta, gamma, epsilon());
    return Prims.convert(y, computeDtype());
  }

  private void remember(Tensor mean, Tensor variance, Tensor newMean, Tensor newVariance) {
    remember(Objects.requireNonNull(movingMean), mean, newMean);
    remember(Objects.requireNonNull(movingVariance), variance, newVariance);
  }

  private void remember(Variable moving, Tensor value, Tensor now) {
    moving.assign(Prims.convert(average(value, now, momentum), moving.dtype()));
  }

  static Tensor average(Tensor old, Tensor now, double momentum) {
    return Ops.add(Ops.multiply(old, momentum), Ops.multiply(now, 1 - momentum));
  }

  private List<Tensor> moments(Tensor x, @Nullable Tensor mask) {
    int channel = x.shape().axis(axis);
    int[] axes = new int[x.rank() - 1];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i < channel ? i : i + 1;
    }
    if (mask == null) {
      return Ops.moments(x, axes);
    }
    Tensor keep = Prims.broadcastLike(Ops.notEqual(Prims.expandDims(mask, -1), false), x);
    Tensor zero = Prims.scalarLike(x, 0);
    Tensor count = Ops.add(Ops.sum(Prims.convert(keep, x.dtype()), axes, true), Keras.epsilon());
    Tensor mean = Ops.divide(Ops.sum(Ops.where(keep, x, zero), axes, true), count);
    Tensor off = Ops.where(keep, Ops.subtract(x, mean), zero);
    Tensor variance = Ops.divide(Ops.sum(Ops.square(off), axes, true), count);
    long channels = x.shape().dim(channel);
    return List.of(Ops.reshape(mean, channels), Ops.reshape(variance, channels));
  }
}
