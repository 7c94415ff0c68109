package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.losses.Losses;

/**
 * The mean over samples of the cross-entropy of class numbers ({@code keras.metrics.SparseCategoricalCrossentropy}):
 *
 * <pre>{@code
 * -log(yPred[yTrue])
 * }</pre>
 *
 * <p>Targets are class numbers {@code (batch, ...)} or {@code (batch, ..., 1)}, predictions {@code (batch, ...,
 * classes)}. Weights, one a sample, may be given; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new SparseCategoricalCrossentropy();
 * metric.updateState(new int[] {2, 1}, new double[][] {{0.1, 0.6, 0.3}, {0.05, 0.95, 0}});
 * Tensor value = metric.result();
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#sparseCategoricalCrossentropy
 */
@KerasSerializable(module = "keras.metrics")
public final class SparseCategoricalCrossentropy
    extends FunctionMetric<SparseCategoricalCrossentropy> {
  @Config
  private boolean fromLogits = false;

  @Config
  private @Nullable Integer ignoreClass;

  @Config
  private int axis = -1;

  /** Named {@code sparse_categorical_crossentropy}. */
  public SparseCategoricalCrossentropy() {
    super("sparse_categorical_crossentropy");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public SparseCategoricalCrossentropy(String name) {
    super(name);
  }

  /**
   * Whether predictions are logits, not probabilities.
   *
   * @param value false by default
   * @return this metric
   */
  public SparseCategoricalCrossentropy fromLogits(boolean value) {
    return set("fromLogits", () -> this.fromLogits = value);
  }

  /**
   * The class whose samples do not count.
   *
   * @param value its number; null (the default) for none
   * @return this metric
   */
  public SparseCategoricalCrossentropy ignoreClass(@Nullable Integer value) {
    return set("ignoreClass", () -> this.ignoreClass = value);
  }

  /** {@link #ignoreClass(Integer)} of a number. */
  public SparseCategoricalCrossentropy ignoreClass(int value) {
    return ignoreClass((Integer) value);
  }

  /**
   * The axis of the classes.
   *
   * @param value the last by default
   * @return this metric
   */
  public SparseCategoricalCrossentropy axis(int value) {
    return set("axis", () -> this.axis = value);
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
