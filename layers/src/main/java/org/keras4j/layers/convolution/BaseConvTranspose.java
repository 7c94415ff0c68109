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
import org.keras4j.layers.internal.Extent;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;

/**
 * Transposed convolutions: what gradients of convolutions do, so that sizes grow by the strides.
 *
 * @param <S> the class itself
 */
public abstract class BaseConvTranspose<S extends BaseConvTranspose<S>> extends ConvLayer<S> {
  @Config
  private int filters;

  @Config
  private int @Nullable [] outputPadding;

  @Config
  private @Nullable Initializer kernelInitializer = Initializer.get("glorot_uniform");

  @Config
  private @Nullable Regularizer kernelRegularizer;

  @Config
  private @Nullable Constraint kernelConstraint;

  private @Nullable Variable kernel;

  BaseConvTranspose(int rank) {
    super(rank, false);
  }

  BaseConvTranspose(int rank, int filters, int... kernelSize) {
    this(rank);
    this.filters = filters;
    kernelSize(kernelSize);
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    if (filters <= 0) {
      throw new IllegalArgumentException(
          label() + ": 'filters' expects a positive integer, got " + filters);
    }
    if (outputPadding != null) {
      outputPadding = Extent.of(label() + " outputPadding", spatialRank(), 0, outputPadding);
      for (int i = 0; i < outputPadding.length; i++) {
        if (outputPadding[i] >= strides()[i]) {
          throw new IllegalArgumentException(
              label() + ": 'outputPadding' expects numbers below the strides, got "
                  + Arrays.toString(outputPadding) + " with strides "
                  + Arrays.toString(strides()));
        }
      }
    }
  }

  /**
   * Places added at the end of each spatial axis, below the strides, which are to be set before.
   *
   * @param value one number or one an axis; none (the default) for what the padding tells
   * @return this layer
   */
  public S outputPadding(int... value) {
    set("outputPadding", () -> outputPadding = value.length == 0 ? null : value);
    configured();
    return self();
  }

  /**
   * How the kernel starts.
   *
   * @param value {@code "glorot_uniform"} by default; null for none
   * @return this layer
   */
  public S kernelInitializer(@Nullable Initializer value) {
    return set("kernelInitializer", () -> kernelInitializer = value);
  }

  /**
   * {@link #kernelInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S kernelInitializer(@Nullable String name) {
    return kernelInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public S kernelRegularizer(@Nullable Regularizer value) {
    return set("kernelRegularizer", () -> kernelRegularizer = value);
  }

  /**
   * {@link #kernelRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S kernelRegularizer(@Nullable String name) {
    return kernelRegularizer(Regularizer.named(name));
  }

  /**
   * What the kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S kernelConstraint(@Nullable Constraint value) {
    return set("kernelConstraint", () -> kernelConstraint = value);
  }

  /**
   * {@link #kernelConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S kernelConstraint(@Nullable String name) {
    return kernelConstraint(Constraint.named(name));
  }

  @Override
  protected void build(Shape input) {
    int channels = channels(input);
    inputSpec(new InputSpec().minNdim(spatialRank() + 2).axis(channelAxis(), channels));
    kernel = addWeight(
        "kernel",
        kernelShape(filters, channels),
        WeightOptions.initializer(kernelInitializer)
            .regularizer(kernelRegularizer)
            .constraint(kernelConstraint));
    addBias(filters);
  }

  @Override
  protected Tensor call(Tensor x) {
    return finish(Ops.convTranspose(
        x,
        Objects.requireNonNull(kernel),
        strides(),
        padding(),
        outputPadding,
        dataFormat(),
        dilationRate()));
  }
}
