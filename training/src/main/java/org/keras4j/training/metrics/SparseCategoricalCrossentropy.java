package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/** The mean cross-entropy of class numbers, as {@link Losses#sparseCategoricalCrossentropy} has it ({@code keras.metrics.SparseCategoricalCrossentropy}). */
@KerasSerializable(module = "keras.metrics")
public final class SparseCategoricalCrossentropy extends MeanMetricWrapper {
  @Config
  private boolean fromLogits = false;

  @Config
  private @Nullable Integer ignoreClass;

  @Config
  private int axis = -1;

  public SparseCategoricalCrossentropy() {
    super("sparse_categorical_crossentropy");
  }

  public SparseCategoricalCrossentropy(String name) {
    super(name);
  }

  /** Whether predictions are logits, not probabilities; false by default. */
  public SparseCategoricalCrossentropy fromLogits(boolean value) {
    this.fromLogits = value;
    return this;
  }

  /** A class number whose samples do not count, or null, the default. */
  public SparseCategoricalCrossentropy ignoreClass(@Nullable Integer value) {
    this.ignoreClass = value;
    return this;
  }

  /** {@link #ignoreClass(Integer)} of a number. */
  public SparseCategoricalCrossentropy ignoreClass(int value) {
    return ignoreClass((Integer) value);
  }

  /** The axis of the classes; the last by default. */
  public SparseCategoricalCrossentropy axis(int value) {
    this.axis = value;
    return this;
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Losses.sparseCategoricalCrossentropy(yTrue, yPred, fromLogits, ignoreClass, axis);
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
