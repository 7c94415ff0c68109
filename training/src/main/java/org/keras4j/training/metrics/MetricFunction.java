package org.keras4j.training.metrics;

import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.training.losses.LossFunction;

/** A metric as a function of targets and predictions, giving one number a sample. */
@FunctionalInterface
public interface MetricFunction {
  Tensor call(Object yTrue, Object yPred);

  /**
   * A function of {@link Metrics}, or one of {@link org.keras4j.training.losses.Losses}.
   *
   * @param name its Keras name, {@code "binary_accuracy"}
   * @param settings its other arguments by their Keras names, {@code Map.of("threshold", 0.3)}
   * @throws IllegalArgumentException if there is no such function or it lacks one of the arguments
   */
  static MetricFunction named(String name, Map<String, Object> settings) {
    if (Metrics.ACCURACIES.contains(name)
        && MetricNames.resolve(name) instanceof MeanMetricWrapper m) {
      m.setConfig(settings);
      return m::compute;
    }
    return LossFunction.named(name, settings)::call;
  }
}
