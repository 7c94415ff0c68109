package org.keras4j.layers.core;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.AdaptableLayer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.composite.Affine;
import org.keras4j.ops.engine.Prims;

/**
 * Layers with a vector for each of a number of integers.
 *
 * @param <S> the class itself
 */
public abstract class BaseEmbedding<S extends BaseEmbedding<S>> extends AdaptableLayer<S> {
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
  private @Nullable Object quantizationConfig;

  private @Nullable Variable embeddings;

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
          + ": 'input_dim' and 'output_dim' expect positive integers, got " + inputDim + " and "
          + outputDim);
    }
    supportsMasking(maskZero);
  }

  /** How the table starts; {@code "uniform"} by default. */
  public S embeddingsInitializer(@Nullable Object value) {
    return set("embeddings_initializer", () -> embeddingsInitializer = Initializer.get(value));
  }

  /** A penalty on the table. */
  public S embeddingsRegularizer(@Nullable Object value) {
    return set("embeddings_regularizer", () -> embeddingsRegularizer = Regularizer.get(value));
  }

  /** What the table is confined to after each update. */
  public S embeddingsConstraint(@Nullable Object value) {
    return set("embeddings_constraint", () -> embeddingsConstraint = Constraint.get(value));
  }

  /** Whether 0 stands for padding, which the output's mask then tells; false by default. */
  public S maskZero(boolean value) {
    set("mask_zero", () -> maskZero = value);
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

  /** The table as a variable; the layer must be built. */
  public final Variable embeddings() {
    if (embeddings == null) {
      throw new IllegalStateException(label() + ": is not built yet");
    }
    return embeddings;
  }

  @Override
  protected void build(Shape input) {
    embeddings = addWeight(
        "embeddings",
        Shape.of(inputDim, outputDim),
        WeightOptions.initializer(embeddingsInitializer)
            .regularizer(embeddingsRegularizer)
            .constraint(embeddingsConstraint));
    adaptable(embeddings);
  }

  /** The rows of the table, in the compute dtype. */
  final Tensor lookUp(Tensor indices) {
    DType d = indices.dtype();
    Tensor at =
        d == DType.INT32 || d == DType.INT64 ? indices : Prims.convert(indices, DType.INT32);
    // negative integers count from the end
    Tensor size = Prims.scalar(at.dtype(), (long) inputDim);
    Tensor row = Prims.select(Prims.lt(at, Prims.scalar(at.dtype(), 0L)), Prims.add(at, size), at);
    return Prims.convert(Affine.embedding(adapted(), row), computeDtype());
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("activity_regularizer", activityRegularizer());
    return out;
  }

  @Override
  public boolean ignoresConfigKey(String key) {
    return key.equals("input_length");
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
