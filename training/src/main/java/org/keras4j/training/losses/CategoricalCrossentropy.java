package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The cross-entropy of one-hot targets ({@code keras.losses.CategoricalCrossentropy}); class numbers take {@link
 * SparseCategoricalCrossentropy}:
 *
 * <pre>{@code
 * loss = -sum(yTrue * log(yPred))
 * }</pre>
 *
 * <p>Targets, one-hot or probabilities, and predictions, probabilities or logits, have one shape {@code (batch, ...,
 * classes)} of floats; {@link #invoke} reduces the losses {@code (batch, ...)} to a scalar, unless {@link #reduction}
 * says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0, 1, 0}, {0, 0, 1}};
 * double[][] yPred = {{0.05, 0.95, 0}, {0.1, 0.8, 0.1}};
 * Tensor loss = new CategoricalCrossentropy().labelSmoothing(0.1).invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#categoricalCrossentropy
 */
@KerasSerializable(module = "keras.losses")
public final class CategoricalCrossentropy extends PairwiseLoss<CategoricalCrossentropy> {
  @Config
  private boolean fromLogits = false;

  @Config
  private double labelSmoothing = 0.0;

  @Config
  private int axis = -1;

  /** Named {@code categorical_crossentropy}, reduced over the batch. */
  public CategoricalCrossentropy() {
    super("categorical_crossentropy");
  }

  /**
   * Whether predictions are logits, not probabilities.
   *
   * @param value false by default
   * @return this loss
   */
  public CategoricalCrossentropy fromLogits(boolean value) {
    return set("fromLogits", () -> this.fromLogits = value);
  }

  /**
   * How far targets are drawn to the middle, 0 to 1.
   *
   * @param value 0 by default
   * @return this loss
   */
  public CategoricalCrossentropy labelSmoothing(double value) {
    return set("labelSmoothing", () -> this.labelSmoothing = value);
  }

  /**
   * The axis of the classes.
   *
   * @param value the last by default
   * @return this loss
   */
  public CategoricalCrossentropy axis(int value) {
    return set("axis", () -> this.axis = value);
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.categoricalCrossentropy(yTrue, yPred, fromLogits, labelSmoothing, axis);
  }
}
