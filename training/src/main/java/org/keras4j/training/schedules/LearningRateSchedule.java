package org.keras4j.training.schedules;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.Registry;

/**
 * A learning rate as a function of the step ({@code keras.optimizers.schedules.LearningRateSchedule}). One of one's own with
 * settings extends {@link FluentSchedule}.
 *
 * <pre>{@code
 * final class Falling extends LearningRateSchedule {
 *   @Override public Tensor call(Object step) {
 *     return Ops.divide(0.1, Ops.add(Ops.cast(step, "float32"), 1));
 *   }
 * }
 * var optimizer = new SGD(new Falling());
 * }</pre>
 */
public abstract class LearningRateSchedule implements Configurable {
  /**
   * The learning rate.
   *
   * @param step the number of steps done, an integer scalar, array-like
   * @return a float scalar
   */
  public abstract Tensor call(Object step);

  /** The schedule of a config; itself if it is one. */
  public static @Nullable LearningRateSchedule get(@Nullable Object identifier) {
    return Registry.resolve("keras.optimizers.schedules", LearningRateSchedule.class, identifier);
  }
}
