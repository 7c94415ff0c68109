package org.keras4j.layers.convolution;

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
 * Convolutions of each channel by kernels of its own.
 *
 * @param <S> the class itself
 */
public abstract class BaseDepthwiseConv<S extends BaseDepthwiseConv<S>> extends ConvLayer<S> {
  @Config
  private int depthMultiplier = 1;

  @Config
  private @Nullable Initializer depthwiseInitializer = Initializer.get("glorot_uniform");

  @Config
  private @Nullable Regularizer depthwiseRegularizer;

  @Config
  private @Nullable Constraint depthwiseConstraint;

  private @Nullable Variable kernel;

  BaseDepthwiseConv(int rank, int... kernelSize) {
    super(rank, false);
    if (kernelSize.length > 0) {
      kernelSize(kernelSize);
    }
  }

  @Override
  final boolean dilatesWithStrides() {
    return true;
  }

  @Override
  protected void configured() {
    super.configured();
    if (depthMultiplier <= 0) {
      throw new IllegalArgumentException(
          label() + ": 'depth_multiplier' expects a positive integer, got " + depthMultiplier);
    }
  }

  /** The number of outputs for each channel; 1 by default. */
  public S depthMultiplier(int value) {
    set("depth_multiplier", () -> depthMultiplier = value);
    configured();
    return self();
  }

  /** How the kernel starts; {@code "glorot_uniform"} by default. */
  public S depthwiseInitializer(@Nullable Object value) {
    return set("depthwise_initializer", () -> depthwiseInitializer = Initializer.get(value));
  }

  /** A penalty on the kernel. */
  public S depthwiseRegularizer(@Nullable Object value) {
    return set("depthwise_regularizer", () -> depthwiseRegularizer = Regularizer.get(value));
  }

  /** What the kernel is confined to after each update. */
  public S depthwiseConstraint(@Nullable Object value) {
    return set("depthwise_constraint", () -> depthwiseConstraint = Constraint.get(value));
  }

  @Override
  protected void build(Shape input) {
    int channels = channels(input);
    inputSpec(new InputSpec().minNdim(spatialRank() + 2).axis(channelAxis(), channels));
    kernel = addWeight(
        "kernel",
        kernelShape(channels, depthMultiplier),
        WeightOptions.initializer(depthwiseInitializer)
            .regularizer(depthwiseRegularizer)
            .constraint(depthwiseConstraint));
    addBias(channels * depthMultiplier);
  }

  @Override
  protected Tensor call(Tensor x) {
    return finish(
        Ops.depthwiseConv(fitting(x), kernel, strides(), padding(), dataFormat(), dilationRate()));
  }
}
