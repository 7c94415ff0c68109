package org.keras4j.layers.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseTensor;
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
import org.keras4j.ops.internal.composite.AffineComposites;

/**
 * A densely connected layer ({@code keras.layers.Dense}): {@code activation(x @ kernel + bias)} along the
 * last axis.
 *
 * <p>Input shape: {@code (batch, ..., inputs)}, dense or sparse: of a {@link SparseTensor} only the entries are
 * multiplied. Output shape: {@code (batch, ..., units)}. Weights: {@code kernel (inputs, units)}, {@code bias (units)}.
 *
 * <pre>{@code
 * Tensor y = new Dense(10).name("logits").activation("softmax").invoke(Ops.ones(new long[] {2, 3})); // (2, 10)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Dense extends AdaptableLayer<Dense> implements Calibratable {
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
  private @Nullable Float8Product float8;
  private @Nullable KernelCalibration calibration;
  private @Nullable Variable bias;

  private Dense() {
    inputSpec(new InputSpec().minNdim(2));
    supportsMasking(true);
  }

  /**
   * With this many outputs.
   *
   * @param units the length of the outputs, above 0
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

  /**
   * The function applied to the result.
   *
   * @param value linear by default, which null means too
   * @return this layer
   */
  public Dense activation(@Nullable ActivationFunction value) {
    return set("activation", () -> activation = ActivationFunction.get(value));
  }

  /**
   * {@link #activation(ActivationFunction)} of a name.
   *
   * @param name {@code "relu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public Dense activation(@Nullable String name) {
    return activation(ActivationFunction.named(name));
  }

  /**
   * {@link #activation(ActivationFunction)} of a layer, which is applied to the result.
   *
   * @param layer a layer without weights, {@code new ReLU()}
   * @return this layer
   */
  public Dense activation(Layer layer) {
    return activation(ActivationFunction.get(layer));
  }

  /**
   * Whether there is a bias.
   *
   * @param value true by default
   * @return this layer
   */
  public Dense useBias(boolean value) {
    return set("useBias", () -> useBias = value);
  }

  /**
   * How the kernel starts.
   *
   * @param value {@code "glorot_uniform"} by default; null for none
   * @return this layer
   */
  public Dense kernelInitializer(@Nullable Initializer value) {
    return set("kernelInitializer", () -> kernelInitializer = value);
  }

  /**
   * {@link #kernelInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public Dense kernelInitializer(@Nullable String name) {
    return kernelInitializer(Initializer.named(name));
  }

  /**
   * How the bias starts.
   *
   * @param value {@code "zeros"} by default; null for none
   * @return this layer
   */
  public Dense biasInitializer(@Nullable Initializer value) {
    return set("biasInitializer", () -> biasInitializer = value);
  }

  /**
   * {@link #biasInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public Dense biasInitializer(@Nullable String name) {
    return biasInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public Dense kernelRegularizer(@Nullable Regularizer value) {
    return set("kernelRegularizer", () -> kernelRegularizer = value);
  }

  /**
   * {@link #kernelRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public Dense kernelRegularizer(@Nullable String name) {
    return kernelRegularizer(Regularizer.named(name));
  }

  /**
   * A penalty on the bias.
   *
   * @param value none by default
   * @return this layer
   */
  public Dense biasRegularizer(@Nullable Regularizer value) {
    return set("biasRegularizer", () -> biasRegularizer = value);
  }

  /**
   * {@link #biasRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public Dense biasRegularizer(@Nullable String name) {
    return biasRegularizer(Regularizer.named(name));
  }

  /**
   * What the kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public Dense kernelConstraint(@Nullable Constraint value) {
    return set("kernelConstraint", () -> kernelConstraint = value);
  }

  /**
   * {@link #kernelConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public Dense kernelConstraint(@Nullable String name) {
    return kernelConstraint(Constraint.named(name));
  }

  /**
   * What the bias is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public Dense biasConstraint(@Nullable Constraint value) {
    return set("biasConstraint", () -> biasConstraint = value);
  }

  /**
   * {@link #biasConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public Dense biasConstraint(@Nullable String name) {
    return biasConstraint(Constraint.named(name));
  }

  @Override
  protected void build(Shape input) {
    Shape shape = Shape.of(input.intDim(-1), units);
    boolean narrow = "float8".equals(quantizationMode());
    if (narrow) {
      float8 = new Float8Product(this::addWeight, ownPolicy());
    }
    if (quantizationMode() != null && !narrow) {
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
        this::addWeight, "...a,ab->...b", 2, shape, ownPolicy(), quantizationConfig);
  }

  @Override
  public void calibrate(@Nullable CalibratedConfig<?> config) {
    calibration = null;
    if (config != null) {
      Variable floats =
          QuantizedKernel.toQuantize(label(), isBuilt(), float8 == null ? kernel : null);
      requireNoUpdate("is quantized to " + config.mode());
      calibration = new KernelCalibration(label(), config, "...a,ab->...b", 2, floats.shape());
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
      Tensor product =
          float8.of(x, Autocast.value(Objects.requireNonNull(kernel)), Ops::matmul, dtype);
      return activate(
          activation,
          bias == null
              ? product
              : Ops.add(product, Float8Product.bias(Autocast.value(bias), dtype)));
    }
    if (quantized != null) {
      Tensor product = updated(quantized.product(x, computeDtype()), a -> Ops.matmul(x, a));
      return activate(activation, bias == null ? product : Ops.add(product, bias));
    }
    Tensor k = adapted();
    if (x.dtype() == k.dtype() && !(x instanceof SparseTensor) && x.shape().last() >= 0) {
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
