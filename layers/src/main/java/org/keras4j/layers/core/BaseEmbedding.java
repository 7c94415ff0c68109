package org.keras4j.layers.core;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.spi.BadIndexException;
import org.keras4j.layers.AdaptableLayer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.quantization.Quantizable;
import org.keras4j.layers.quantization.QuantizationConfig;
import org.keras4j.layers.quantization.QuantizedWeight;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.composite.AffineComposites;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.SparseForms;

/**
 * Layers with a vector for each of a number of integers.
 *
 * @param <S> the class itself
 */
public abstract class BaseEmbedding<S extends BaseEmbedding<S>> extends AdaptableLayer<S>
    implements Quantizable {
  @Config
  private int inputDim;

  @Config
  private int outputDim;

  @Config
  private @Nullable Initializer embeddingsInitializer = Initializer.get("uniform");

  @Config
  private @Nullable Regularizer embeddingsRegularizer;

  @Config
  private @Nullable Constraint embeddingsConstraint;

  @Config
  private boolean maskZero;

  @Config
  private @Nullable QuantizationConfig quantizationConfig;

  private @Nullable Variable embeddings;
  private @Nullable QuantizedWeight quantized;

  BaseEmbedding() {
    autocast(false);
  }

  BaseEmbedding(int inputDim, int outputDim) {
    this();
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    configured();
  }

  @Override
  protected void configured() {
    if (inputDim <= 0 || outputDim <= 0) {
      throw new IllegalArgumentException(label()
          + ": 'inputDim' and 'outputDim' expect positive integers, got " + inputDim + " and "
          + outputDim);
    }
    supportsMasking(maskZero);
  }

  /**
   * How the table starts.
   *
   * @param value {@code "uniform"} by default; null for none
   * @return this layer
   */
  public S embeddingsInitializer(@Nullable Initializer value) {
    return set("embeddingsInitializer", () -> embeddingsInitializer = value);
  }

  /**
   * {@link #embeddingsInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S embeddingsInitializer(@Nullable String name) {
    return embeddingsInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the table.
   *
   * @param value none by default
   * @return this layer
   */
  public S embeddingsRegularizer(@Nullable Regularizer value) {
    return set("embeddingsRegularizer", () -> embeddingsRegularizer = value);
  }

  /**
   * {@link #embeddingsRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S embeddingsRegularizer(@Nullable String name) {
    return embeddingsRegularizer(Regularizer.named(name));
  }

  /**
   * What the table is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S embeddingsConstraint(@Nullable Constraint value) {
    return set("embeddingsConstraint", () -> embeddingsConstraint = value);
  }

  /**
   * {@link #embeddingsConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S embeddingsConstraint(@Nullable String name) {
    return embeddingsConstraint(Constraint.named(name));
  }

  /**
   * Whether 0 stands for padding, which the output's mask then tells.
   *
   * @param value false by default
   * @return this layer
   */
  public S maskZero(boolean value) {
    set("maskZero", () -> maskZero = value);
    configured();
    return self();
  }

  final boolean isMaskZero() {
    return maskZero;
  }

  final int inputDim() {
    return inputDim;
  }

  final int outputDim() {
    return outputDim;
  }

  /** How the table starts. */
  final @Nullable Initializer tableInitializer() {
    return embeddingsInitializer;
  }

  final @Nullable QuantizationConfig quantizationConfig() {
    return quantizationConfig;
  }

  /** The table of integers, or null. */
  final @Nullable QuantizedWeight quantized() {
    return quantized;
  }

  /** The table as a variable, if it is not quantized; the layer must be built. */
  public final Variable embeddings() {
    if (embeddings == null) {
      throw new IllegalStateException(
          label() + (quantized == null ? ": is not built yet" : ": is quantized"));
    }
    return embeddings;
  }

  @Override
  protected void build(Shape input) {
    Shape table = Shape.of(inputDim, outputDim);
    String mode = quantizationMode();
    if (mode != null) {
      requireIntegers(mode);
      quantized = quantizedTable();
      adaptable(quantized.values(), table);
      return;
    }
    embeddings = addWeight(
        "embeddings",
        table,
        WeightOptions.initializer(embeddingsInitializer)
            .regularizer(embeddingsRegularizer)
            .constraint(embeddingsConstraint));
    adaptable(embeddings);
  }

  private void requireIntegers(String mode) {
    if (mode.equals("float8")) {
      throw new UnsupportedOperationException(
          label() + ": cannot be quantized to 'float8', only to 'int8' and 'int4'");
    }
  }

  private QuantizedWeight quantizedTable() {
    return new QuantizedWeight(
        this::addWeight,
        new QuantizedWeight.Layout("embeddings", inputDim, outputDim, 1, 1),
        Objects.requireNonNull(quantizationMode()),
        QuantizedWeight.blockSize(quantizationConfig, ownPolicy()),
        null);
  }

  @Override
  public void quantize(QuantizationConfig config) {
    requireIntegers(config.mode());
    Variable floats = QuantizedKernel.toQuantize(label(), isBuilt(), embeddings);
    quantizationConfig = config;
    exchangePolicy(QuantizedKernel.policy(config, ownPolicy()));
    untrack(floats);
    quantized = quantizedTable();
    quantized.quantized(floats.value(), config.weightQuantizer()).forEach(Variable::assign);
    embeddings = null;
    adaptable(quantized.values(), floats.shape());
  }

  @Override
  protected Map<Variable, Tensor> merged(Tensor update) {
    if (quantized == null) {
      return super.merged(update);
    }
    Tensor floats = Ops.add(quantized.floats(update.dtype()), update);
    return quantized.quantized(
        floats, quantizationConfig == null ? null : quantizationConfig.weightQuantizer());
  }

  /** The rows of the table, in the compute dtype. */
  final Tensor lookUp(Tensor given) {
    Tensor indices = SparseForms.dense(given); // no entry means 0
    DType d = indices.dtype();
    Tensor at =
        d == DType.INT32 || d == DType.INT64 ? indices : Prims.convert(indices, DType.INT32);
    // negative integers count from the end
    Tensor size = Prims.scalar(at.dtype(), (long) inputDim);
    Tensor row = Prims.select(Prims.lt(at, Prims.scalar(at.dtype(), 0L)), Prims.add(at, size), at);
    if (quantized != null) {
      return updated(quantized.rows(row, computeDtype()), a -> AffineComposites.embedding(a, row));
    }
    try {
      return Prims.convert(AffineComposites.embedding(adapted(), row), computeDtype());
    } catch (BadIndexException e) {
      throw Failures.inPlaceOf(e, new IllegalArgumentException(outOfRange(indices)));
    }
  }

  private String outOfRange(Tensor indices) {
    String message = label() + ": expected indices from 0 to " + (inputDim - 1);
    if (indices instanceof EagerTensor e) {
      NDArray a = e.toNDArray();
      for (int i = 0; i < a.size(); i++) {
        if (a.getLong(i) < -inputDim || a.getLong(i) >= inputDim) {
          return message + ", got " + a.getLong(i);
        }
      }
    }
    return message;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("activity_regularizer", activityRegularizer());
    return out;
  }

  /** The length of sequences too, which Keras 2 had and nothing needs. */
  @Override
  protected Set<String> olderConfigKeys() {
    Set<String> out = new HashSet<>(super.olderConfigKeys());
    out.add("input_length");
    return out;
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
