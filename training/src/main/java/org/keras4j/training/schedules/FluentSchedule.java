package org.keras4j.training.schedules;

import org.keras4j.core.Fluent;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;

/**
 * A schedule whose settings return its own type, so that they chain in any order.
 *
 * <pre>{@code
 * final class Halving extends FluentSchedule<Halving> {
 *   private double first = 0.1;
 *
 *   Halving() {
 *     super("Halving");
 *   }
 *
 *   public Halving first(double value) {
 *     return set("first", () -> this.first = value);
 *   }
 *
 *   @Override protected Tensor rate(Object step) {
 *     return Ops.multiply(first, Ops.power(0.5, Ops.cast(step, "float32")));
 *   }
 * }
 * LearningRateSchedule schedule = new Halving().name("halving").first(0.2);
 * }</pre>
 *
 * @param <S> the class itself
 */
public abstract class FluentSchedule<S extends FluentSchedule<S>> extends LearningRateSchedule
    implements Fluent<S> {
  @Config
  private String name;

  private boolean used;

  /**
   * A schedule.
   *
   * @param name its name by default
   */
  protected FluentSchedule(String name) {
    this.name = name;
  }

  /**
   * The learning rate.
   *
   * @param step the number of steps done, an integer scalar, array-like
   * @return a float scalar
   */
  protected abstract Tensor rate(Object step);

  @Override
  public final Tensor call(Object step) {
    if (!used) {
      used = true;
    }
    return rate(step);
  }

  /** The name. */
  public final String name() {
    return name;
  }

  /**
   * The name, which configs keep.
   *
   * @param value Keras's name of the class by default
   * @return this schedule
   */
  public S name(String value) {
    return set("name", () -> this.name = value);
  }

  /**
   * Changes a setting, if the schedule was not yet called.
   *
   * @param setting the setter's name
   * @param assignment what changes it
   * @return this schedule
   * @throws IllegalStateException if it was called
   */
  @SuppressWarnings("unchecked")
  protected final S set(String setting, Runnable assignment) {
    if (used) {
      throw Fluent.tooLate(getClass().getSimpleName() + " '" + name + "'", "schedule", setting);
    }
    assignment.run();
    return (S) this;
  }
}
