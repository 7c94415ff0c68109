package org.keras4j.training.schedules;

import java.util.Map;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.Ops;

/** A schedule of the time that has passed, in units of so many steps. */
abstract class TimeDecay<S extends TimeDecay<S>> extends FluentSchedule<S> {
  @Config
  private double initialLearningRate;

  @Config
  private Number decaySteps = 1;

  @Config
  private double decayRate;

  @Config
  private boolean staircase;

  TimeDecay(String name) {
    super(name);
  }

  TimeDecay(String name, double initialLearningRate, long decaySteps, double decayRate) {
    super(name);
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = decaySteps;
    this.decayRate = decayRate;
    check();
  }

  /**
   * Whether the time is rounded down, so that the learning rate falls in steps.
   *
   * @param value false by default
   * @return this schedule
   */
  public S staircase(boolean value) {
    return set("staircase", () -> this.staircase = value);
  }

  final double initialLearningRate() {
    return initialLearningRate;
  }

  final double decayRate() {
    return decayRate;
  }

  private void check() {
    if (!(decaySteps.doubleValue() > 0)) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + ": decaySteps expects more than 0, got " + decaySteps);
    }
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    check();
  }

  /** The learning rate after a time. */
  abstract Tensor rateAfter(Tensor elapsed);

  @Override
  protected final Tensor rate(Object step) {
    Tensor p = Ops.divide(Ops.convertToTensor(step, Keras.floatx()), decaySteps.doubleValue());
    return rateAfter(staircase ? Ops.floor(p) : p);
  }
}
