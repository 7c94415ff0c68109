package org.keras4j.training.losses;

import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** Cross-entropy of class numbers that bears wrong labels, as {@link Losses#categoricalGeneralizedCrossEntropy} has it ({@code keras.losses.CategoricalGeneralizedCrossEntropy}). */
@KerasSerializable(module = "keras.losses")
public final class CategoricalGeneralizedCrossEntropy extends PairwiseLoss {
  @Config
  private double q = 0.5;

  public CategoricalGeneralizedCrossEntropy() {
    super("categorical_generalized_cross_entropy");
  }

  /** Between 0 (cross-entropy) and 1 (absolute error), both excluded; 0.5 by default. */
  public CategoricalGeneralizedCrossEntropy q(double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          "CategoricalGeneralizedCrossEntropy: q must lie between 0 and 1, got " + value);
    }
    this.q = value;
    return this;
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
