package org.keras4j.layers.core;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.AdaptableLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.quantization.Quantizable;
import org.keras4j.layers.quantization.QuantizationConfig;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.internal.composite.AffineComposites;

/**
 * A densely connected layer ({@code keras.layers.Dense}): {@code activation(x @ kernel + bias)} along the
 * last axis.
 *
 * <p>Input shape: {@code (batch, ..., inputs)}. Output shape: {@code (batch, ..., units)}. Weights: {@code
 * kernel (inputs, units)}, {@code bias (units)}.
 */
@KerasSerializable(module = "keras.layers")
public final class Dense extends AdaptableLayer<Dense> implements Quantizable {
  @Config
  private int units;

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

  @Config
  private @Nullable QuantizationConfig quantizationConfig;

  private @Nullable Variable kernel;
  private @Nullable QuantizedKernel quantized;
  private @Nullable Variable bias;

  private Dense() {
    inputSpec(new InputSpec().minNdim(2));
    supportsMasking(true);
  }

  /**
   * With this many outputs.
   *
   * @throws IllegalArgumentException if {@code units} is below 1
   */
  public Dense(int units) {
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
  }

  /** The function applied to the result; linear by default. */
  public Dense activation(@Nullable Object value) {
    return set("activation", () -> activation = ActivationFunction.get(value));
  }

  /** Whether there is a bias; true by default. */
  public Dense useBias(boolean value) {
    return set("use_bias", () -> useBias = value);
  }

  /** How the kernel starts; {@code "glorot_uniform"} by default. */
  public Dense kernelInitializer(@Nullable Object value) {
    return set("kernel_initializer", () -> kernelInitializer = Initializer.get(value));
  }

  /** How the bias starts; {@code "zeros"} by default. */
  public Dense biasInitializer(@Nullable Object value) {
    return set("bias_initializer", () -> biasInitializer = Initializer.get(value));
  }

  /** A penalty on the kernel. */
  public Dense kernelRegularizer(@Nullable Object value) {
    return set("kernel_regularizer", () -> kernelRegularizer = Regularizer.get(value));
  }

  /** A penalty on the bias. */
  public Dense biasRegularizer(@Nullable Object value) {
    return set("bias_regularizer", () -> biasRegularizer = Regularizer.get(value));
  }

  /** What the kernel is confined to after each update. */
  public Dense kernelConstraint(@Nullable Object value) {
    return set("kernel_constraint", () -> kernelConstraint = Constraint.get(value));
  }

  /** What the bias is confined to after each update. */
  public Dense biasConstraint(@Nullable Object value) {
    return set("bias_constraint", () -> biasConstraint = Constraint.get(value));
  }

  @Override
  protected void build(Shape input) {
    Shape shape = Shape.of(input.intDim(-1), units);
    if (dtypePolicy().quantizationMode() != null) {
      quantized = quantizedKernel(shape);
    } else {
      kernel = addWeight(
          "kernel",
          shape,
          WeightOptions.initializer(kernelInitializer)
              .regularizer(kernelRegularizer)
              .constraint(kernelConstraint));
    }
    if (useBias) {
      bias = addWeight(
          "bias",
          Shape.of(units),
          WeightOptions.initializer(biasInitializer)
              .regularizer(biasRegularizer)
              .constraint(biasConstraint));
    }
    inputSpec(new InputSpec().minNdim(2).axis(-1, input.last()));
    adaptable(quantized == null ? Objects.requireNonNull(kernel) : quantized.values(), shape);
  }

  private QuantizedKernel quantizedKernel(Shape shape) {
    return new QuantizedKernel(
        this::addWeight, "...a,ab->...b", 2, shape, dtypePolicy(), quantizationConfig);
  }

  @Override
  public void quantize(QuantizationConfig config) {
    Variable floats = QuantizedKernel.toQuantize(label(), isBuilt(), kernel);
    quantizationConfig = config;
    exchangePolicy(QuantizedKernel.policy(config, dtypePolicy()));
    untrack(floats);
    quantized = quantizedKernel(floats.shape());
    quantized.assign(floats.value());
    kernel = null;
    adaptable(quantized.values(), floats.shape());
  }

  @Override
  public List<Variable> savedWeights() {
    return quantized == null ? super.savedWeights() : quantized.first(super.savedWeights());
  }

  @Override
  protected Map<Variable, Tensor> merged(Tensor update) {
    return quantized == null ? super.merged(update) : quantized.merged(update);
  }

  @Override
  protected Tensor call(Tensor x) {
    if (quantized != null) {
      Tensor product = updated(quantized.product(x, computeDtype()), a -> Ops.matmul(x, a));
      return activate(activation, bias == null ? product : Ops.add(product, bias));
    }
    Tensor k = adapted();
    if (x.dtype() == k.dtype() && x.shape().last() >= 0) {
      return activate(
          activation, AffineComposites.dense(x, k, bias == null ? null : Autocast.value(bias)));
    }
    Tensor y = Ops.matmul(x, k);
    if (bias != null) {
      y = Ops.add(y, bias);
    }
    return activate(activation, y);
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
