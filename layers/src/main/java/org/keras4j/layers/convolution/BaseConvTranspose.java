package org.keras4j.layers.convolution;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.Extent;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
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
      outputPadding = Extent.of(label() + " output_padding", spatialRank(), 0, outputPadding);
      for (int i = 0; i < outputPadding.length; i++) {
        if (outputPadding[i] >= strides()[i]) {
          throw new IllegalArgumentException(
              label() + ": 'output_padding' expects numbers below the strides, got "
                  + Arrays.toString(outputPadding) + " with strides "
                  + Arrays.toString(strides()));
        }
      }
    }
  }

  /**
   * Places added at the end of each spatial axis, one number or one an axis, below the strides; none for what
   * the padding tells. To be set after the strides.
   */
  public S outputPadding(int... value) {
    set("output_padding", () -> outputPadding = value.length == 0 ? null : value);
    configured();
    return self();
  }

  /** How the kernel starts; {@code "glorot_uniform"} by default. */
  public S kernelInitializer(@Nullable Object value) {
    return set("kernel_initializer", () -> kernelInitializer = Initializer.get(value));
  }

  /** A penalty on the kernel. */
  public S kernelRegularizer(@Nullable Object value) {
    return set("kernel_regularizer", () -> kernelRegularizer = Regularizer.get(value));
  }

  /** What the kernel is confined to after each update. */
  public S kernelConstraint(@Nullable Object value) {
    return set("kernel_constraint", () -> kernelConstraint = Constraint.get(value));
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
        x, kernel, strides(), padding(), outputPadding, dataFormat(), dilationRate()));
  }
}
