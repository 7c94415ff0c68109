package org.keras4j.layers.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.Layer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;

/**
 * A densely connected layer whose kernel counts as -1, 0 and 1 ({@code keras.layers.TernaryDense}, of Keras 3.16): {@code
 * activation(beta * (x @ ternary) + bias)} along the last axis, where {@code ternary} is the sign of the kernel where that is
 * farther from 0 than a threshold, and 0 elsewhere. The kernel itself stays a float and learns as if it were used as it is (a
 * straight-through estimator).
 *
 * <p>Without a threshold it is half the mean of the kernel's absolute values, and {@code beta} that mean; with one, {@code beta}
 * is 1. Source: Ma et al., <a href="https://arxiv.org/abs/2402.17764">The Era of 1-bit LLMs</a>.
 *
 * <p>Input shape: {@code (batch, ..., inputs)}. Output shape: {@code (batch, ..., units)}. Weights: {@code
 * kernel (inputs, units)}, {@code bias (units)}.
 *
 * <pre>{@code
 * Tensor y = new TernaryDense(64).activation("relu").invoke(Ops.ones(new long[] {4, 32})); // (4, 64)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class TernaryDense extends FluentLayer<TernaryDense> {
  @Config
  private int units;

  @Config
  private @Nullable Number threshold;

  @Config
  private ActivationFunction activation = ActivationFunction.get(null);

  @Config
  private boolean useBias = true;

  @Config
  private @Nullable Initializer kernelInitializer = Initializer.get("glorot_uniform");

  @Config
  private @Nullable Initializer biasInitializer = Initializer.get("zeros");

  @Config
  private @Nullable Regularizer kernelRegularizer;

  @Config
  private @Nullable Regularizer biasRegularizer;

  @Config
  private @Nullable Constraint kernelConstraint;

  @Config
  private @Nullable Constraint biasConstraint;

  private @Nullable Variable kernel;
  private @Nullable Variable bias;

  private TernaryDense() {
    inputSpec(new InputSpec().minNdim(2));
    supportsMasking(true);
  }

  /**
   * With this many outputs.
   *
   * @param units the length of the outputs, above 0
   * @throws IllegalArgumentException if {@code units} is below 1
   */
  public TernaryDense(int units) {
    this();
    this.units = units;
    configured();
  }

  @Override
  protected void configured() {
    if (units <= 0) {
      throw new IllegalArgumentException(
          label() + ": 'units' expects a positive integer, got " + units);
    }
    if (threshold != null && !(threshold.doubleValue() >= 0)) {
      throw new IllegalArgumentException(
          label() + ": 'threshold' expects a number of at least 0, or null, got " + threshold);
    }
  }

  /**
   * How far from 0 a weight counts as -1 or 1.
   *
   * @param value at least 0; null (the default) for half the mean of the kernel's absolute values
   * @return this layer
   * @throws IllegalArgumentException if it is below 0
   */
  public TernaryDense threshold(@Nullable Number value) {
    return set("threshold", () -> {
      threshold = value;
      configured();
    });
  }

  /**
   * The function applied to the result.
   *
   * @param value linear by default, which null means too
   * @return this layer
   */
  public TernaryDense activation(@Nullable ActivationFunction value) {
    return set("activation", () -> activation = ActivationFunction.get(value));
  }

  /**
   * {@link #activation(ActivationFunction)} of a name.
   *
   * @param name {@code "relu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public TernaryDense activation(@Nullable String name) {
    return activation(ActivationFunction.named(name));
  }

  /**
   * {@link #activation(ActivationFunction)} of a layer, which is applied to the result.
   *
   * @param layer a layer without weights, {@code new ReLU()}
   * @return this layer
   */
  public TernaryDense activation(Layer layer) {
    return activation(ActivationFunction.get(layer));
  }

  /**
   * Whether there is a bias.
   *
   * @param value true by default
   * @return this layer
   */
  public TernaryDense useBias(boolean value) {
    return set("useBias", () -> useBias = value);
  }

  /**
   * How the kernel starts.
   *
   * @param value {@code "glorot_uniform"} by default; null for none
   * @return this layer
   */
  public TernaryDense kernelInitializer(@Nullable Initializer value) {
    return set("kernelInitializer", () -> kernelInitializer = value);
  }

  /**
   * {@link #kernelInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public TernaryDense kernelInitializer(@Nullable String name) {
    return kernelInitializer(Initializer.named(name));
  }

  /**
   * How the bias starts.
   *
   * @param value {@code "zeros"} by default; null for none
   * @return this layer
   */
  public TernaryDense biasInitializer(@Nullable Initializer value) {
    return set("biasInitializer", () -> biasInitializer = value);
  }

  /**
   * {@link #biasInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public TernaryDense biasInitializer(@Nullable String name) {
    return biasInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public TernaryDense kernelRegularizer(@Nullable Regularizer value) {
    return set("kernelRegularizer", () -> kernelRegularizer = value);
  }

  /**
   * {@link #kernelRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public TernaryDense kernelRegularizer(@Nullable String name) {
    return kernelRegularizer(Regularizer.named(name));
  }

  /**
   * A penalty on the bias.
   *
   * @param value none by default
   * @return this layer
   */
  public TernaryDense biasRegularizer(@Nullable Regularizer value) {
    return set("biasRegularizer", () -> biasRegularizer = value);
  }

  /**
   * {@link #biasRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public TernaryDense biasRegularizer(@Nullable String name) {
    return biasRegularizer(Regularizer.named(name));
  }

  /**
   * What the kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public TernaryDense kernelConstraint(@Nullable Constraint value) {
    return set("kernelConstraint", () -> kernelConstraint = value);
  }

  /**
   * {@link #kernelConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public TernaryDense kernelConstraint(@Nullable String name) {
    return kernelConstraint(Constraint.named(name));
  }

  /**
   * What the bias is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public TernaryDense biasConstraint(@Nullable Constraint value) {
    return set("biasConstraint", () -> biasConstraint = value);
  }

  /**
   * {@link #biasConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public TernaryDense biasConstraint(@Nullable String name) {
    return biasConstraint(Constraint.named(name));
  }

  @Override
  protected void build(Shape input) {
    kernel = addWeight(
        "kernel",
        Shape.of(input.intDim(-1), units),
        WeightOptions.initializer(kernelInitializer)
            .regularizer(kernelRegularizer)
            .constraint(kernelConstraint));
    if (useBias) {
      bias = addWeight(
          "bias",
          Shape.of(units),
          WeightOptions.initializer(biasInitializer)
              .regularizer(biasRegularizer)
              .constraint(biasConstraint));
    }
    inputSpec(new InputSpec().minNdim(2).axis(-1, input.last()));
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor k = Autocast.value(Objects.requireNonNull(kernel));
    Tensor size = Ops.abs(k);
    Tensor beta = threshold == null ? Ops.mean(size) : null;
    Tensor limit = beta == null
        ? Ops.cast(Objects.requireNonNull(threshold), k.dtype())
        : Ops.multiply(beta, 0.5);
    Tensor ternary = Ops.multiply(Ops.sign(k), Ops.cast(Ops.greater(size, limit), k.dtype()));
    // ternary numbers forward, and the gradient of the floats
    Tensor y = Ops.matmul(x, Ops.add(k, Ops.stopGradient(Ops.subtract(ternary, k))));
    y = beta == null ? y : Ops.multiply(y, beta);
    y = bias == null ? y : Ops.add(y, bias);
    return activate(activation, y);
  }
}
