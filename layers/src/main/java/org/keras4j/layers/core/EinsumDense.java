package org.keras4j.layers.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.AdaptableLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.Layer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.FanScaling;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.quantization.Calibratable;
import org.keras4j.layers.quantization.CalibratedConfig;
import org.keras4j.layers.quantization.Calibration;
import org.keras4j.layers.quantization.Float8Product;
import org.keras4j.layers.quantization.Float8QuantizationConfig;
import org.keras4j.layers.quantization.QuantizationConfig;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;

/**
 * A densely connected layer over any axes, by an Einstein sum ({@code keras.layers.EinsumDense}): {@code
 * activation(einsum(equation, x, kernel) + bias)}. The equation is of one of the forms {@code ab,bc->ac},
 * {@code ...ab,bc->...ac} and {@code ab...,bc->ac...}.
 *
 * <p>Input shape: as the equation says, with the batch axis first. Output shape: {@code (batch,
 * outputShape...)}, with the axes of the ellipsis. Weights: {@code kernel}, of the shape that the equation
 * gives it, and {@code bias}, with the sizes of the bias axes.
 *
 * <pre>{@code
 * Tensor y = new EinsumDense("abc,cd->abd", -1, 64).biasAxes("d").invoke(Ops.ones(new long[] {2, 32, 128})); // (2, 32, 64)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class EinsumDense extends AdaptableLayer<EinsumDense> implements Calibratable {
  private static final String COLUMNS = "gptq_unpacked_column_size";

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
  private @Nullable Float8Product float8;
  private @Nullable KernelCalibration calibration;
  private @Nullable Integer unpackedColumns; // of a config, until the kernel is there
  private @Nullable Variable bias;
  private int inputRank;

  private EinsumDense() {
    this.outputShape = new long[0];
    this.equation = "";
  }

  /**
   * With this equation.
   *
   * @param equation the product, {@code "abc,cd->abd"}
   * @param outputShape the sizes of the output, without the batch axis and the ellipsis; -1 for those that
   *     the input tells
   */
  public EinsumDense(String equation, long... outputShape) {
    this.equation = equation;
    this.outputShape = outputShape;
  }

  /**
   * The function applied to the result.
   *
   * @param value linear by default, which null means too
   * @return this layer
   */
  public EinsumDense activation(@Nullable ActivationFunction value) {
    return set("activation", () -> activation = ActivationFunction.get(value));
  }

  /**
   * {@link #activation(ActivationFunction)} of a name.
   *
   * @param name {@code "relu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public EinsumDense activation(@Nullable String name) {
    return activation(ActivationFunction.named(name));
  }

  /**
   * {@link #activation(ActivationFunction)} of a layer, which is applied to the result.
   *
   * @param layer a layer without weights, {@code new ReLU()}
   * @return this layer
   */
  public EinsumDense activation(Layer layer) {
    return activation(ActivationFunction.get(layer));
  }

  /**
   * The letters of the output's axes that have a bias.
   *
   * @param value null (the default) for no bias
   * @return this layer
   */
  public EinsumDense biasAxes(@Nullable String value) {
    return set("biasAxes", () -> biasAxes = value);
  }

  /**
   * How the kernel starts.
   *
   * @param value {@code "glorot_uniform"} by default; null for none
   * @return this layer
   */
  public EinsumDense kernelInitializer(@Nullable Initializer value) {
    return set("kernelInitializer", () -> kernelInitializer = value);
  }

  /**
   * {@link #kernelInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public EinsumDense kernelInitializer(@Nullable String name) {
    return kernelInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public EinsumDense kernelRegularizer(@Nullable Regularizer value) {
    return set("kernelRegularizer", () -> kernelRegularizer = value);
  }

  /**
   * {@link #kernelRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public EinsumDense kernelRegularizer(@Nullable String name) {
    return kernelRegularizer(Regularizer.named(name));
  }

  /**
   * What the kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public EinsumDense kernelConstraint(@Nullable Constraint value) {
    return set("kernelConstraint", () -> kernelConstraint = value);
  }

  /**
   * {@link #kernelConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public EinsumDense kernelConstraint(@Nullable String name) {
    return kernelConstraint(Constraint.named(name));
  }

  /**
   * How the bias starts.
   *
   * @param value {@code "zeros"} by default; null for none
   * @return this layer
   */
  public EinsumDense biasInitializer(@Nullable Initializer value) {
    return set("biasInitializer", () -> biasInitializer = value);
  }

  /**
   * {@link #biasInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public EinsumDense biasInitializer(@Nullable String name) {
    return biasInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the bias.
   *
   * @param value none by default
   * @return this layer
   */
  public EinsumDense biasRegularizer(@Nullable Regularizer value) {
    return set("biasRegularizer", () -> biasRegularizer = value);
  }

  /**
   * {@link #biasRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public EinsumDense biasRegularizer(@Nullable String name) {
    return biasRegularizer(Regularizer.named(name));
  }

  /**
   * What the bias is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public EinsumDense biasConstraint(@Nullable Constraint value) {
    return set("biasConstraint", () -> biasConstraint = value);
  }

  /**
   * {@link #biasConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public EinsumDense biasConstraint(@Nullable String name) {
    return biasConstraint(Constraint.named(name));
  }

  @Override
  protected void build(Shape input) {
    EinsumShapes s = EinsumShapes.of(label(), equation, biasAxes, input, outputShape);
    inputSpec(new InputSpec().ndim(input.rank()));
    Initializer init = kernelInitializer instanceof FanScaling<?> f
        ? f.withAxesUnlessSet(s.inputAxes(), s.outputAxes())
        : kernelInitializer;
    inputRank = input.rank();
    boolean narrow = "float8".equals(quantizationMode());
    if (narrow) {
      float8 = new Float8Product(this::addWeight, ownPolicy());
    }
    if (quantizationMode() != null && !narrow) {
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
    QuantizedKernel made = new QuantizedKernel(
        this::addWeight, equation, inputRank, shape, ownPolicy(), quantizationConfig);
    Integer columns = made.calibratedColumns();
    if (unpackedColumns != null && columns != null && !unpackedColumns.equals(columns)) {
      throw new IllegalArgumentException(label() + ": its kernel has " + columns
          + " columns, the config's '" + COLUMNS + "' says " + unpackedColumns);
    }
    return made;
  }

  @Override
  public void calibrate(@Nullable CalibratedConfig<?> config) {
    calibration = null;
    if (config != null) {
      Variable floats =
          QuantizedKernel.toQuantize(label(), isBuilt(), float8 == null ? kernel : null);
      requireNoUpdate("is quantized to " + config.mode());
      calibration = new KernelCalibration(label(), config, equation, inputRank, floats.shape());
    }
  }

  @Override
  public void quantize(QuantizationConfig config) {
    Variable floats =
        QuantizedKernel.toQuantize(label(), isBuilt(), float8 == null ? kernel : null);
    if (config instanceof Float8QuantizationConfig) {
      requireNoUpdate("is quantized to float8");
    }
    Calibration.Integers made = config instanceof CalibratedConfig
        ? KernelCalibration.finish(label(), calibration, config, floats)
        : null;
    calibration = null;
    quantizationConfig = config instanceof CalibratedConfig<?> c ? c.withoutData() : config;
    exchangePolicy(QuantizedKernel.policy(config, ownPolicy()));
    if (config instanceof Float8QuantizationConfig) {
      float8 = new Float8Product(this::addWeight, ownPolicy());
      return;
    }
    untrack(floats);
    quantized = quantizedKernel(floats.shape());
    if (made == null) {
      quantized.assign(floats.value());
    } else {
      quantized.assign(made);
    }
    kernel = null;
    adaptable(quantized.values(), floats.shape());
  }

  @Override
  public List<Variable> savedWeights() {
    List<Variable> all = super.savedWeights();
    if (float8 != null) {
      List<Variable> out = new ArrayList<>(all);
      out.removeAll(float8.variables());
      out.addAll(float8.variables());
      return out;
    }
    return quantized == null ? all : quantized.first(all);
  }

  @Override
  protected Map<Variable, Tensor> merged(Tensor update) {
    return quantized == null ? super.merged(update) : quantized.merged(update);
  }

  @Override
  protected Tensor call(Tensor x) {
    if (calibration != null) {
      calibration.add(x);
    }
    if (float8 != null) {
      DType dtype = computeDtype();
      Tensor product = float8.of(
          x,
          Autocast.value(Objects.requireNonNull(kernel)),
          (a, b) -> Ops.einsum(equation, a, b),
          dtype);
      return activate(
          activation,
          bias == null
              ? product
              : Ops.add(product, Float8Product.bias(Autocast.value(bias), dtype)));
    }
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
    Integer columns = quantized == null ? unpackedColumns : quantized.calibratedColumns();
    if (columns != null && !"awq".equals(quantizationMode())) {
      out.put(COLUMNS, columns); // Keras needs it
    }
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (rest.remove(COLUMNS) instanceof Number n) {
      unpackedColumns = n.intValue();
    }
    super.setConfig(rest);
  }

  @Override
  public boolean readsConfigKey(String key) {
    return key.equals(COLUMNS) || super.readsConfigKey(key);
  }
}
