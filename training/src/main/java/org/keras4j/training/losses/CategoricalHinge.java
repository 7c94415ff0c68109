package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The hinge loss of one-hot targets ({@code keras.losses.CategoricalHinge}): how much the prediction of the right
 * class lacks to exceed the largest of the others by 1:
 *
 * <pre>{@code
 * loss = max(max((1 - yTrue) * yPred) - sum(yTrue * yPred) + 1, 0)
 * }</pre>
 *
 * <p>Targets, one-hot, and predictions have one shape {@code (batch, ..., classes)} of floats; {@link #invoke}
 * reduces the losses {@code (batch, ...)} to a scalar, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0, 1, 0}, {0, 0, 1}};
 * double[][] yPred = {{0.05, 0.95, 0}, {0.1, 0.8, 0.1}};
 * Tensor loss = new CategoricalHinge().invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#categoricalHinge
 */
@KerasSerializable(module = "keras.losses")
public final class CategoricalHinge extends PairwiseLoss<CategoricalHinge> {
  /** Named {@code categorical_hinge}, reduced over the batch. */
  public CategoricalHinge() {
    super("categorical_hinge");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.categoricalHinge(yTrue, yPred);
  }
}
