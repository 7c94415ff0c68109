package org.keras4j.training.optimizers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Fluent;
import org.keras4j.training.schedules.LearningRateSchedule;

/**
 * An optimizer with the settings that Keras's have in common, as fluent methods, legal until it is built.
 *
 * @param <S> the class itself, which the methods return
 */
public abstract class BaseOptimizer<S extends BaseOptimizer<S>> extends Optimizer
    implements Fluent<S> {
  /**
   * An optimizer with an automatic name.
   *
   * @param learningRate a number
   */
  protected BaseOptimizer(double learningRate) {
    super(learningRate);
  }

  /**
   * An optimizer whose learning rate a schedule tells.
   *
   * @param learningRate the schedule
   */
  protected BaseOptimizer(LearningRateSchedule learningRate) {
    super(learningRate);
  }

  /**
   * An optimizer whose learning rate is asked for at each step.
   *
   * @param learningRate gives a number
   */
  protected BaseOptimizer(Supplier<? extends Number> learningRate) {
    super(learningRate);
  }

  /** Of one of the three kinds. */
  BaseOptimizer(Object learningRate) {
    super(learningRate);
  }

  @SuppressWarnings("unchecked")
  final S set(String setting, Runnable change) {
    mutable(setting);
    change.run();
    validate();
    return (S) this;
  }

  /**
   * The name, which starts the paths of the variables.
   *
   * @param value Keras's name of the class, numbered, by default
   * @return this optimizer
   */
  public S name(String value) {
    return set("name", () -> setName(value));
  }

  /**
   * The learning rate.
   *
   * @param value a number
   * @return this optimizer
   */
  public S learningRate(double value) {
    return set("learningRate", () -> setLearningRate(value));
  }

  /**
   * A schedule that tells the learning rate, step by step.
   *
   * @param value the schedule
   * @return this optimizer
   */
  public S learningRate(LearningRateSchedule value) {
    return set("learningRate", () -> setLearningRate(value));
  }

  /**
   * A function that is asked for the learning rate at each step.
   *
   * @param value gives a number
   * @return this optimizer
   */
  public S learningRate(Supplier<? extends Number> value) {
    return set("learningRate", () -> setLearningRate(value));
  }

  /**
   * How much variables shrink each step, times the learning rate.
   *
   * @param value null for not at all, the default of most
   * @return this optimizer
   */
  public S weightDecay(@Nullable Double value) {
    return set("weightDecay", () -> this.weightDecay = value);
  }

  /** {@link #weightDecay(Double)} of a number. */
  public S weightDecay(double value) {
    return weightDecay((Double) value);
  }

  /**
   * The largest norm of a gradient.
   *
   * @param value null (the default) for any
   * @return this optimizer
   */
  public S clipnorm(@Nullable Double value) {
    return set("clipnorm", () -> this.clipnorm = value);
  }

  /** {@link #clipnorm(Double)} of a number. */
  public S clipnorm(double value) {
    return clipnorm((Double) value);
  }

  /**
   * The largest absolute value of a gradient's elements.
   *
   * @param value null (the default) for any
   * @return this optimizer
   */
  public S clipvalue(@Nullable Double value) {
    return set("clipvalue", () -> this.clipvalue = value);
  }

  /** {@link #clipvalue(Double)} of a number. */
  public S clipvalue(double value) {
    return clipvalue((Double) value);
  }

  /**
   * The largest norm of all gradients together.
   *
   * @param value null (the default) for any
   * @return this optimizer
   */
  public S globalClipnorm(@Nullable Double value) {
    return set("globalClipnorm", () -> this.globalClipnorm = value);
  }

  /** {@link #globalClipnorm(Double)} of a number. */
  public S globalClipnorm(double value) {
    return globalClipnorm((Double) value);
  }

  /**
   * Whether moving averages of the variables are kept, which they become in the end.
   *
   * @param value false by default
   * @return this optimizer
   */
  public S useEma(boolean value) {
    return set("useEma", () -> this.useEma = value);
  }

  /**
   * How much of the moving average stays each step.
   *
   * @param value 0.99 by default
   * @return this optimizer
   */
  public S emaMomentum(double value) {
    return set("emaMomentum", () -> this.emaMomentum = value);
  }

  /**
   * After how many steps variables become their moving averages.
   *
   * @param value null (the default) for never
   * @return this optimizer
   */
  public S emaOverwriteFrequency(@Nullable Integer value) {
    return set("emaOverwriteFrequency", () -> this.emaOverwriteFrequency = value);
  }

  /** {@link #emaOverwriteFrequency(Integer)} of a number. */
  public S emaOverwriteFrequency(int value) {
    return emaOverwriteFrequency((Integer) value);
  }

  /**
   * What the loss is multiplied with and gradients are divided by.
   *
   * @param value null (the default) for nothing
   * @return this optimizer
   */
  public S lossScaleFactor(@Nullable Double value) {
    return set("lossScaleFactor", () -> this.lossScaleFactor = value);
  }

  /** {@link #lossScaleFactor(Double)} of a number. */
  public S lossScaleFactor(double value) {
    return lossScaleFactor((Double) value);
  }

  /**
   * Over how many steps gradients are averaged before one update.
   *
   * @param value null (the default) for one
   * @return this optimizer
   */
  public S gradientAccumulationSteps(@Nullable Integer value) {
    return set("gradientAccumulationSteps", () -> this.gradientAccumulationSteps = value);
  }

  /** {@link #gradientAccumulationSteps(Integer)} of a number. */
  public S gradientAccumulationSteps(int value) {
    return gradientAccumulationSteps((Integer) value);
  }
}
