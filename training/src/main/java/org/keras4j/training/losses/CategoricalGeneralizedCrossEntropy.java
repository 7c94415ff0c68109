package org.keras4j.training.losses;

import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The cross-entropy of class numbers that bears wrong labels ({@code
 * keras.losses.CategoricalGeneralizedCrossEntropy}; Zhang and Sabuncu 2018, <a
 * href="https://arxiv.org/abs/1805.07836">Generalized Cross Entropy Loss</a>), where {@code p} is the probability
 * given to the right class:
 *
 * <pre>{@code
 * loss = (1 - p^q) / q
 * }</pre>
 *
 * <p>Targets are class numbers {@code (batch,)} or {@code (batch, 1)}, predictions probabilities {@code (batch,
 * classes)}; {@link #invoke} reduces the losses {@code (batch,)} to a scalar, unless {@link #reduction} says
 * otherwise.
 *
 * <pre>{@code
 * int[] yTrue = {0, 1, 0, 1};
 * double[][] yPred = {{0.7, 0.3}, {0.2, 0.8}, {0.6, 0.4}, {0.4, 0.6}};
 * Tensor loss = new CategoricalGeneralizedCrossEntropy().q(0.7).invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#categoricalGeneralizedCrossEntropy
 */
@KerasSerializable(module = "keras.losses")
public final class CategoricalGeneralizedCrossEntropy
    extends PairwiseLoss<CategoricalGeneralizedCrossEntropy> {
  @Config
  private double q = 0.5;

  /** Named {@code categorical_generalized_cross_entropy}, reduced over the batch. */
  public CategoricalGeneralizedCrossEntropy() {
    super("categorical_generalized_cross_entropy");
  }

  /**
   * Between 0 (cross-entropy) and 1 (absolute error), both excluded.
   *
   * @param value 0.5 by default
   * @return this loss
   * @throws IllegalArgumentException if it is not between 0 and 1
   */
  public CategoricalGeneralizedCrossEntropy q(double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          "CategoricalGeneralizedCrossEntropy: q must lie between 0 and 1, got " + value);
    }
    return set("q", () -> this.q = value);
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.categoricalGeneralizedCrossEntropy(yTrue, yPred, q);
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    q(q);
  }
}
