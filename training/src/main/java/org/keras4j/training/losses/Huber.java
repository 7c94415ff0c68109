package org.keras4j.training.losses;

import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** Squared error for small differences, absolute error for large ones, as {@link Losses#huber} has it ({@code keras.losses.Huber}). */
@KerasSerializable(module = "keras.losses")
public final class Huber extends PairwiseLoss {
  private double delta = 1.0;

  public Huber() {
    super("huber_loss");
  }

  /** Where squared turns into absolute; 1 by default. Keras does not save it. */
  public Huber delta(double value) {
    this.delta = value;
    return this;
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.huber(yTrue, yPred, delta);
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (rest.containsKey("delta")) {
      this.delta = ((Number) rest.remove("delta")).doubleValue();
    }
    super.setConfig(rest);
  }
}
