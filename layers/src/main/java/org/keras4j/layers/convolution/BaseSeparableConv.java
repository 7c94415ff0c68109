package org.keras4j.layers.convolution;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;

/**
 * Convolutions of each channel by kernels of its own, followed by one over channels alone.
 *
 * @param <S> the class itself
 */
public abstract class BaseSeparableConv<S extends BaseSeparableConv<S>> extends ConvLayer<S> {
  @Config
  private int filters;

  @Config
  private int depthMultiplier = 1;

  @Config
  private @Nullable Initializer depthwiseInitializer = Initializer.get("glorot_uniform");

  @Config
  private @Nullable Regularizer depthwiseRegularizer;

  @Config
  private @Nullable Constraint depthwiseConstraint;

  @Config
  private @Nullable Initializer pointwiseInitializer = Initializer.get("glorot_uniform");

  @Config
  private @Nullable Regularizer pointwiseRegularizer;

  @Config
  private @Nullable Constraint pointwiseConstraint;

  private @Nullable Variable depthwiseKernel;
  private @Nullable Variable pointwiseKernel;

  BaseSeparableConv(int rank) {
    super(rank, false);
  }

  BaseSeparableConv(int rank, int filters, int... kernelSize) {
    this(rank);
    this.filters = filters;
    kernelSize(kernelSize);
    configured();
  }

  @Override
  final boolean dilatesWithStrides() {
    return true;
  }

  @Override
  protected void configured() {
    super.configured();
    if (depthMultiplier <= 0 || filters <= 0) {
      throw new IllegalArgumentException(label()
          + ": 'filters' and 'depthMultiplier' expect positive integers, got " + filters + " and "
          + depthMultiplier);
    }
  }

  /**
   * The number of outputs of the first convolution for each channel.
   *
   * @param value 1 by default
   * @return this layer
   */
  public S depthMultiplier(int value) {
    set("depthMultiplier", () -> depthMultiplier = value);
    configured();
    return self();
  }

  /**
   * How the first kernel starts.
   *
   * @param value {@code "glorot_uniform"} by default; null for none
   * @return this layer
   */
  public S depthwiseInitializer(@Nullable Initializer value) {
    return set("depthwiseInitializer", () -> depthwiseInitializer = value);
  }

  /**
   * {@link #depthwiseInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S depthwiseInitializer(@Nullable String name) {
    return depthwiseInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the first kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public S depthwiseRegularizer(@Nullable Regularizer value) {
    return set("depthwiseRegularizer", () -> depthwiseRegularizer = value);
  }

  /**
   * {@link #depthwiseRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S depthwiseRegularizer(@Nullable String name) {
    return depthwiseRegularizer(Regularizer.named(name));
  }

  /**
   * What the first kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S depthwiseConstraint(@Nullable Constraint value) {
    return set("depthwiseConstraint", () -> depthwiseConstraint = value);
  }

  /**
   * {@link #depthwiseConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S depthwiseConstraint(@Nullable String name) {
    return depthwiseConstraint(Constraint.named(name));
  }

  /**
   * How the second kernel starts.
   *
   * @param value {@code "glorot_uniform"} by default; null for none
   * @return this layer
   */
  public S pointwiseInitializer(@Nullable Initializer value) {
    return set("pointwiseInitializer", () -> pointwiseInitializer = value);
  }

  /**
   * {@link #pointwiseInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S pointwiseInitializer(@Nullable String name) {
    return pointwiseInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the second kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public S pointwiseRegularizer(@Nullable Regularizer value) {
    return set("pointwiseRegularizer", () -> pointwiseRegularizer = value);
  }

  /**
   * {@link #pointwiseRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S pointwiseRegularizer(@Nullable String name) {
    return pointwiseRegularizer(Regularizer.named(name));
  }

  /**
   * What the second kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S pointwiseConstraint(@Nullable Constraint value) {
    return set("pointwiseConstraint", () -> pointwiseConstraint = value);
  }

  /**
   * {@link #pointwiseConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S pointwiseConstraint(@Nullable String name) {
    return pointwiseConstraint(Constraint.named(name));
  }

  @Override
  protected void build(Shape input) {
    int channels = channels(input);
    inputSpec(new InputSpec().minNdim(spatialRank() + 2).axis(channelAxis(), channels));
    depthwiseKernel = addWeight(
        "depthwise_kernel",
        kernelShape(channels, depthMultiplier),
        WeightOptions.initializer(depthwiseInitializer)
            .regularizer(depthwiseRegularizer)
            .constraint(depthwiseConstraint));
    long[] point = new long[spatialRank() + 2];
    Arrays.fill(point, 1);
    point[spatialRank()] = (long) channels * depthMultiplier;
    point[spatialRank() + 1] = filters;
    pointwiseKernel = addWeight(
        "pointwise_kernel",
        Shape.of(point),
        WeightOptions.initializer(pointwiseInitializer)
            .regularizer(pointwiseRegularizer)
            .constraint(pointwiseConstraint));
    addBias(filters);
  }

  @Override
  protected Tensor call(Tensor x) {
    return finish(Ops.separableConv(
        fitting(x),
        Objects.requireNonNull(depthwiseKernel),
        Objects.requireNonNull(pointwiseKernel),
        strides(),
        padding(),
        dataFormat(),
        dilationRate()));
  }
}
