package org.keras4j.training.losses;

import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Squared error for small differences, absolute error for large ones ({@code keras.losses.Huber}):
 *
 * <pre>{@code
 * x = yTrue - yPred
 * loss = mean(0.5 x²)                     where |x| <= delta
 *        mean(delta |x| - 0.5 delta²)     elsewhere
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)} of floats. The loss of a sample is the mean
 * over the last axis; {@link #invoke} reduces these, of shape {@code (batch, d0, ..., dN-1)}, to a scalar of the
 * loss's dtype, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0, 1}, {0, 0}};
 * double[][] yPred = {{1, 1}, {1, 0}};
 * Tensor loss = new Huber().name("smooth").delta(0.5).invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#huber
 */
@KerasSerializable(module = "keras.losses")
public final class Huber extends PairwiseLoss<Huber> {
  private double delta = 1.0;

  /** Named {@code huber_loss}, reduced over the batch. */
  public Huber() {
    super("huber_loss");
  }

  /**
   * Where squared turns into absolute. Keras does not save it.
   *
   * @param value 1 by default
   * @return this loss
   */
  public Huber delta(double value) {
    return set("delta", () -> this.delta = value);
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
