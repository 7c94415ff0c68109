package org.keras4j.training.losses;

import java.util.Map;
import java.util.Objects;
import org.keras4j.core.Tensor;

/** A loss as a function of targets and predictions, giving one number a sample. */
@FunctionalInterface
public interface LossFunction {
  Tensor call(Object yTrue, Object yPred);

  /**
   * A function of {@link Losses}.
   *
   * @param name its Keras name, {@code "binary_crossentropy"}
   * @param settings its other arguments by their Keras names, {@code Map.of("from_logits", true)}
   * @throws IllegalArgumentException if there is no such function or it lacks one of the arguments
   */
  static LossFunction named(String name, Map<String, Object> settings) {
    Loss l = Objects.requireNonNull(LossNames.resolve(name), name);
    l.setConfig(settings);
    return l instanceof PairwiseLoss p ? p::compute : l::call;
  }
}
