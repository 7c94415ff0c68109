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
 * Convolutions whose kernels cover all channels of a group, over one to three spatial axes.
 *
 * @param <S> the class itself
 */
public abstract class BaseConv<S extends BaseConv<S>> extends ConvLayer<S> {
  @Config
  private int filters;

  @Config
  private int groups = 1;

  @Config
  private @Nullable Initializer kernelInitializer = Initializer.get("glorot_uniform");

  @Config
  private @Nullable Regularizer kernelRegularizer;

  @Config
  private @Nullable Constraint kernelConstraint;

  BaseConv(int rank) {
    super(rank, rank == 1);
  }

  BaseConv(int rank, int filters, int... kernelSize) {
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
    if (groups <= 0 || filters % groups != 0) {
      throw new IllegalArgumentException(
          label() + ": 'groups' expects a divisor of the " + filters + " filters, got " + groups);
    }
  }

  /**
   * The number of groups that channels and filters are divided into.
   *
   * @param value 1 by default
   * @return this layer
   */
  public S groups(int value) {
    set("groups", () -> groups = value);
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
    if (channels % groups != 0) {
      throw new IllegalArgumentException(label() + ": expected a multiple of " + groups
          + " input channels (the groups), got input shape " + input);
    }
    inputSpec(new InputSpec().minNdim(spatialRank() + 2).axis(channelAxis(), channels));
    Variable kernel = addWeight(
        "kernel",
        kernelShape(channels / groups, filters),
        WeightOptions.initializer(kernelInitializer)
            .regularizer(kernelRegularizer)
            .constraint(kernelConstraint));
    addBias(filters);
    adaptable(kernel);
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor in = causal(fitting(x));
    return finish(Ops.conv(in, adapted(), strides(), opPadding(), dataFormat(), dilationRate()));
  }
}
