package org.keras4j.training.optimizers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.schedules.LearningRateSchedule;

/** The learning rate of an optimizer: a number, which is a variable then, a schedule, or a supplier. */
final class LearningRate {
  private final Optimizer optimizer;
  private @Nullable Variable variable;

  LearningRate(Optimizer optimizer) {
    this.optimizer = optimizer;
  }

  /** Takes a rate, without touching the value of a variable that there is. */
  void start(Object rate) {
    optimizer.learningRate = check(rate);
    if (rate instanceof Number && variable == null) {
      variable = optimizer.state.addCounter(
          "learning_rate", Keras.floatx(), (Supplier<Object>) () -> optimizer.learningRate);
    } else if (!(rate instanceof Number) && variable != null) {
      optimizer.state.remove(variable);
      variable = null;
    }
  }

  private Object check(Object rate) {
    if (!(rate instanceof Number
        || rate instanceof LearningRateSchedule
        || rate instanceof Supplier)) {
      throw new IllegalArgumentException(optimizer.label()
          + ": learningRate expects a number, a LearningRateSchedule or a Supplier, got " + rate);
    }
    return rate;
  }

  /** That of the next step. */
  Tensor now() {
    Variable v = variable;
    if (v != null) {
      return v.value();
    }
    Object rate = optimizer.learningRate;
    if (rate instanceof LearningRateSchedule s) {
      return s.call(optimizer.iterationsVariable().value());
    }
    return ArrayLike.tensor(((Supplier<?>) rate).get(), Keras.floatx());
  }

  @Nullable
  Object source() {
    return variable != null ? null : optimizer.learningRate;
  }

  void set(Object rate) {
    Variable v = variable;
    if (rate instanceof Tensor t && v != null) {
      v.assign(Prims.convert(t, v.dtype()));
      return;
    }
    check(rate);
    if (rate instanceof Number n) {
      if (optimizer.learningRate instanceof LearningRateSchedule && optimizer.isBuilt()) {
        throw new IllegalStateException(optimizer.label()
            + ": was made with a LearningRateSchedule, so its learning rate cannot be set to "
            + rate);
      }
      if (v != null && v.isInitialized()) {
        v.assign(Prims.scalar(v.dtype(), n.doubleValue()));
      }
    }
    start(rate);
  }

  /** What a config holds: the number as it is now, or the schedule. */
  Object config() {
    Variable v = variable;
    if (v == null) {
      return optimizer.learningRate;
    }
    DType d = v.dtype();
    return v.isInitialized()
        ? v.eager().item()
        : NDArray.scalar(d, ((Number) optimizer.learningRate).doubleValue()).item();
  }
}
