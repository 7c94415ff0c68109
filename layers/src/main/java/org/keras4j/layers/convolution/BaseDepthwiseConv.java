package org.keras4j.layers.convolution;

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
          label() + ": 'depthMultiplier' expects a positive integer, got " + depthMultiplier);
    }
  }

  /**
   * The number of outputs for each channel.
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
   * How the kernel starts.
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
   * A penalty on the kernel.
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
   * What the kernel is confined to after each update.
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
    return finish(Ops.depthwiseConv(
        fitting(x),
        Objects.requireNonNull(kernel),
        strides(),
        padding(),
        dataFormat(),
        dilationRate()));
  }
}
