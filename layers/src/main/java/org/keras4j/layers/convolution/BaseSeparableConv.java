package org.keras4j.layers.convolution;

import java.util.Arrays;
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
          + ": 'filters' and 'depth_multiplier' expect positive integers, got " + filters + " and "
          + depthMultiplier);
    }
  }

  /** The number of outputs of the first convolution for each channel; 1 by default. */
  public S depthMultiplier(int value) {
    set("depth_multiplier", () -> depthMultiplier = value);
    configured();
    return self();
  }

  /** How the first kernel starts; {@code "glorot_uniform"} by default. */
  public S depthwiseInitializer(@Nullable Object value) {
    return set("depthwise_initializer", () -> depthwiseInitializer = Initializer.get(value));
  }

  /** A penalty on the first kernel. */
  public S depthwiseRegularizer(@Nullable Object value) {
    return set("depthwise_regularizer", () -> depthwiseRegularizer = Regularizer.get(value));
  }

  /** What the first kernel is confined to after each update. */
  public S depthwiseConstraint(@Nullable Object value) {
    return set("depthwise_constraint", () -> depthwiseConstraint = Constraint.get(value));
  }

  /** How the second kernel starts; {@code "glorot_uniform"} by default. */
  public S pointwiseInitializer(@Nullable Object value) {
    return set("pointwise_initializer", () -> pointwiseInitializer = Initializer.get(value));
  }

  /** A penalty on the second kernel. */
  public S pointwiseRegularizer(@Nullable Object value) {
    return set("pointwise_regularizer", () -> pointwiseRegularizer = Regularizer.get(value));
  }

  /** What the second kernel is confined to after each update. */
  public S pointwiseConstraint(@Nullable Object value) {
    return set("pointwise_constraint", () -> pointwiseConstraint = Constraint.get(value));
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
        depthwiseKernel,
        pointwiseKernel,
        strides(),
        padding(),
        dataFormat(),
        dilationRate()));
  }
}
