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
import org.keras4j.layers.initializers.FanScaling;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.quantization.Quantizable;
import org.keras4j.layers.quantization.QuantizationConfig;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;

/**
 * A densely connected layer over any axes, by an Einstein sum ({@code keras.layers.EinsumDense}): {@code
 * activation(einsum(equation, x, kernel) + bias)}. The equation is of one of the forms {@code ab,bc->ac},
 * {@code ...ab,bc->...ac} and {@code ab...,bc->ac...}.
 *
 * <p>Input shape: as the equation says, with the batch axis first. Output shape: {@code (batch,
 * outputShape...)}, with the axes of the ellipsis. Weights: {@code kernel}, of the shape that the equation
 * gives it, and {@code bias}, with the sizes of the bias axes.
 */
@KerasSerializable(module = "keras.layers")
public final class EinsumDense extends AdaptableLayer<EinsumDense> implements Quantizable {
  // -1 for sizes that the input tells
  @Config
  private long[] outputShape;

  @Config
  private String equation;

  @Config
  private ActivationFunction activation = ActivationFunction.get(null);

  @Config
  private @Nullable String biasAxes;

  @Config
  private @Nullable Initializer kernelInitializer = Initializer.get("glorot_uniform");

  @Config
  private @Nullable Regularizer kernelRegularizer;

  @Config
  private @Nullable Constraint kernelConstraint;

  @Config
  private @Nullable Initializer biasInitializer = Initializer.get("zeros");

  @Config
  private @Nullable Regularizer biasRegularizer;

  @Config
  private @Nullable Constraint biasConstraint;

  @Config
  private @Nullable QuantizationConfig quantizationConfig;

  private @Nullable Variable kernel;
  private @Nullable QuantizedKernel quantized;
  private @Nullable Variable bias;
  private int inputRank;

  private EinsumDense() {
    this.outputShape = new long[0];
    this.equation = "";
  }

  /**
   * With this equation.
   *
   * @param outputShape the sizes of the output, without the batch axis and the ellipsis; -1 for those that
   *     the input tells
   */
  public EinsumDense(String equation, long... outputShape) {
    this.equation = equation;
    this.outputShape = outputShape;
  }

  /** The function applied to the result; linear by default. */
  public EinsumDense activation(@Nullable Object value) {
    return set("activation", () -> activation = ActivationFunction.get(value));
  }

  /** The letters of the output's axes that have a bias; null (the default) for no bias. */
  public EinsumDense biasAxes(@Nullable String value) {
    return set("bias_axes", () -> biasAxes = value);
  }

  /** How the kernel starts; {@code "glorot_uniform"} by default. */
  public EinsumDense kernelInitializer(@Nullable Object value) {
    return set("kernel_initializer", () -> kernelInitializer = Initializer.get(value));
  }

  /** A penalty on the kernel. */
  public EinsumDense kernelRegularizer(@Nullable Object value) {
    return set("kernel_regularizer", () -> kernelRegularizer = Regularizer.get(value));
  }

  /** What the kernel is confined to after each update. */
  public EinsumDense kernelConstraint(@Nullable Object value) {
    return set("kernel_constraint", () -> kernelConstraint = Constraint.get(value));
  }

  /** How the bias starts; {@code "zeros"} by default. */
  public EinsumDense biasInitializer(@Nullable Object value) {
    return set("bias_initializer", () -> biasInitializer = Initializer.get(value));
  }

  /** A penalty on the bias. */
  public EinsumDense biasRegularizer(@Nullable Object value) {
    return set("bias_regularizer", () -> biasRegularizer = Regularizer.get(value));
  }

  /** What the bias is confined to after each update. */
  public EinsumDense biasConstraint(@Nullable Object value) {
    return set("bias_constraint", () -> biasConstraint = Constraint.get(value));
  }

  @Override
  protected void build(Shape input) {
    EinsumShapes s = EinsumShapes.of(label(), equation, biasAxes, input, outputShape);
    inputSpec(new InputSpec().ndim(input.rank()));
    Initializer init = kernelInitializer instanceof FanScaling f
        ? f.withAxesUnlessSet(s.inputAxes(), s.outputAxes())
        : kernelInitializer;
    inputRank = input.rank();
    if (dtypePolicy().quantizationMode() != null) {
      quantized = quantizedKernel(s.kernel());
    } else {
      kernel = addWeight(
          "kernel",
          s.kernel(),
          WeightOptions.initializer(init)
              .regularizer(kernelRegularizer)
              .constraint(kernelConstraint));
    }
    if (s.bias() != null) {
      bias = addWeight(
          "bias",
          s.bias(),
          WeightOptions.initializer(biasInitializer)
              .regularizer(biasRegularizer)
              .constraint(biasConstraint));
    }
    adaptable(quantized == null ? Objects.requireNonNull(kernel) : quantized.values(), s.kernel());
  }

  private QuantizedKernel quantizedKernel(Shape shape) {
    return new QuantizedKernel(
        this::addWeight, equation, inputRank, shape, dtypePolicy(), quantizationConfig);
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
    Tensor y = quantized == null
        ? Ops.einsum(equation, x, adapted())
        : updated(quantized.product(x, computeDtype()), a -> Ops.einsum(equation, x, a));
    if (bias != null) {
      y = Ops.add(y, bias);
    }
    return activate(activation, y);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("activity_regularizer", activityRegularizer());
    return out;
  }
}
