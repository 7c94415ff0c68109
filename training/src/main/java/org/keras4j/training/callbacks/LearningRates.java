package org.keras4j.training.callbacks;

import java.util.List;
import org.keras4j.training.optimizers.MultiOptimizer;
import org.keras4j.training.optimizers.Optimizer;

/** The learning rates of a model's optimizer, or of its several optimizers. */
final class LearningRates {
  private LearningRates() {}

  private static Optimizer optimizer(Callback callback, TrainingModel model) {
    Optimizer o = model.optimizer();
    if (o == null) {
      throw new IllegalStateException(
          callback.getClass().getSimpleName() + ": the model has no optimizer");
    }
    return o;
  }

  static boolean several(Callback callback, TrainingModel model) {
    return optimizer(callback, model) instanceof MultiOptimizer;
  }

  static List<Optimizer> optimizers(Callback callback, TrainingModel model) {
    Optimizer o = optimizer(callback, model);
    return o instanceof MultiOptimizer m ? m.optimizers() : List.of(o);
  }

  static double get(Optimizer o) {
    return o.learningRate().item();
  }

  /** Adds {@code learning_rate} to the logs, or {@code learning_rate_NAME} for each of several. */
  static void log(Callback callback, TrainingModel model, Logs logs) {
    boolean several = several(callback, model);
    for (Optimizer o : optimizers(callback, model)) {
      logs.put(several ? "learning_rate_" + o.name() : "learning_rate", get(o));
    }
  }
}
