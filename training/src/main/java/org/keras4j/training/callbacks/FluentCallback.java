package org.keras4j.training.callbacks;

import org.keras4j.core.Fluent;

/**
 * A callback whose settings return its own type, so that they chain in any order.
 *
 * <pre>{@code
 * final class StopAt extends FluentCallback<StopAt> {
 *   private double loss;
 *
 *   public StopAt loss(double value) {
 *     return set("loss", () -> this.loss = value);
 *   }
 *
 *   @Override public void onEpochEnd(int epoch, Logs logs) {
 *     if (logs.get("loss") <= loss) {
 *       model().setStopTraining(true);
 *     }
 *   }
 * }
 * Callback callback = new StopAt().loss(0.1);
 * }</pre>
 *
 * @param <S> the class itself
 */
public abstract class FluentCallback<S extends FluentCallback<S>> extends Callback
    implements Fluent<S> {
  /** A callback. */
  protected FluentCallback() {}

  /**
   * Changes a setting, if no model took up the callback yet.
   *
   * @param setting the setter's name
   * @param assignment what changes it
   * @return this callback
   * @throws IllegalStateException if one did
   */
  @SuppressWarnings("unchecked")
  protected final S set(String setting, Runnable assignment) {
    if (isInUse()) {
      throw Fluent.tooLate(getClass().getSimpleName(), "callback", setting);
    }
    assignment.run();
    return (S) this;
  }
}
