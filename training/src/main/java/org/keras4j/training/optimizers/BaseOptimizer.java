package org.keras4j.training.optimizers;

import org.jspecify.annotations.Nullable;

/**
 * An optimizer with the settings that Keras's have in common, as fluent methods, legal until it is built.
 *
 * @param <S> the class itself, which the methods return
 */
public abstract class BaseOptimizer<S extends BaseOptimizer<S>> extends Optimizer {
  /**
   * An optimizer with an automatic name.
   *
   * @param learningRate a number, a schedule, or a supplier of numbers
   */
  protected BaseOptimizer(Object learningRate) {
    super(learningRate);
  }

  @SuppressWarnings("unchecked")
  final S set(String setting, Runnable change) {
    mutable(setting);
    change.run();
    validate();
    return (S) this;
  }

  /** The name, which starts the paths of the variables. */
  public S name(String value) {
    return set("name", () -> setName(value));
  }

  /** The learning rate: a number, a schedule, or a supplier of numbers. */
  public S learningRate(Object value) {
    return set("learningRate", () -> setLearningRate(value));
  }

  /** How much variables shrink each step, times the learning rate; null for not at all, the default. */
  public S weightDecay(@Nullable Double value) {
    return set("weightDecay", () -> this.weightDecay = value);
  }

  /** {@link #weightDecay(Double)} of a number. */
  public S weightDecay(double value) {
    return weightDecay((Double) value);
  }

  /** The largest norm of a gradient; null (the default) for any. */
  public S clipnorm(@Nullable Double value) {
    return set("clipnorm", () -> this.clipnorm = value);
  }

  /** {@link #clipnorm(Double)} of a number. */
  public S clipnorm(double value) {
    return clipnorm((Double) value);
  }

  /** The largest absolute value of a gradient's elements; null (the default) for any. */
  public S clipvalue(@Nullable Double value) {
    return set("clipvalue", () -> this.clipvalue = value);
  }

  /** {@link #clipvalue(Double)} of a number. */
  public S clipvalue(double value) {
    return clipvalue((Double) value);
  }

  /** The largest norm of all gradients together; null (the default) for any. */
  public S globalClipnorm(@Nullable Double value) {
    return set("globalClipnorm", () -> this.globalClipnorm = value);
  }

  /** {@link #globalClipnorm(Double)} of a number. */
  public S globalClipnorm(double value) {
    return globalClipnorm((Double) value);
  }

  /** Whether moving averages of the variables are kept, which they become in the end; false by default. */
  public S useEma(boolean value) {
    return set("useEma", () -> this.useEma = value);
  }

  /** How much of the moving average stays each step; 0.99 by default. */
  public S emaMomentum(double value) {
    return set("emaMomentum", () -> this.emaMomentum = value);
  }

  /** After how many steps variables become their moving averages; null (the default) for never. */
  public S emaOverwriteFrequency(@Nullable Integer value) {
    return set("emaOverwriteFrequency", () -> this.emaOverwriteFrequency = value);
  }

  /** {@link #emaOverwriteFrequency(Integer)} of a number. */
  public S emaOverwriteFrequency(int value) {
    return emaOverwriteFrequency((Integer) value);
  }

  /** What the loss is multiplied with and gradients are divided by; null (the default) for nothing. */
  public S lossScaleFactor(@Nullable Double value) {
    return set("lossScaleFactor", () -> this.lossScaleFactor = value);
  }

  /** {@link #lossScaleFactor(Double)} of a number. */
  public S lossScaleFactor(double value) {
    return lossScaleFactor((Double) value);
  }

  /** Over how many steps gradients are averaged before one update; null (the default) for one. */
  public S gradientAccumulationSteps(@Nullable Integer value) {
    return set("gradientAccumulationSteps", () -> this.gradientAccumulationSteps = value);
  }

  /** {@link #gradientAccumulationSteps(Integer)} of a number. */
  public S gradientAccumulationSteps(int value) {
    return gradientAccumulationSteps((Integer) value);
  }
}
