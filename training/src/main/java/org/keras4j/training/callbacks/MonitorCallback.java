package org.keras4j.training.callbacks;

import org.jspecify.annotations.Nullable;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.metrics.Metric.Direction;

/**
 * A callback that watches one number of the logs for its best value.
 *
 * @param <S> the class itself
 */
public abstract class MonitorCallback<S extends MonitorCallback<S>> extends FluentCallback<S> {
  private final String monitor;
  private String mode = "auto";
  private double minDelta;
  private @Nullable Direction direction;

  /** Watches a number by its name in the logs. */
  protected MonitorCallback(String monitor) {
    this.monitor = monitor;
  }

  /** The name of the number. */
  public final String monitor() {
    return monitor;
  }

  /**
   * Whether lower or higher values are better.
   *
   * @param value {@code min}, {@code max}, or {@code auto} (the default), by the metric's kind
   * @return this callback
   * @throws IllegalArgumentException unless it is one of these
   */
  public S mode(String value) {
    return set("mode", () -> {
      if (!value.equals("auto") && !value.equals("min") && !value.equals("max")) {
        throw new IllegalArgumentException(getClass().getSimpleName()
            + ": mode expects 'auto', 'min' or 'max', got '" + value + "'");
      }
      this.mode = value;
      this.direction = null;
    });
  }

  final void setMinDelta(double value) {
    this.minDelta = Math.abs(value);
  }

  private Direction find() {
    if (mode.equals("min")) {
      return Direction.DOWN;
    } else if (mode.equals("max")) {
      return Direction.UP;
    }
    String name = monitor.startsWith("val_") ? monitor.substring(4) : monitor;
    for (Metric m : model().metrics()) {
      if (m.name().equals(name) && m.direction() != null) {
        return m.direction();
      }
    }
    if (name.equals("loss")) {
      return Direction.DOWN;
    }
    throw new IllegalArgumentException(getClass().getSimpleName() + ": whether '" + monitor
        + "' should rise or fall is not known; set mode(\"max\") or mode(\"min\")");
  }

  /** Whether a value is better than another, by more than the least difference; true if there is none. */
  protected final boolean isImprovement(double value, @Nullable Double than) {
    Direction d = direction;
    if (d == null) {
      d = find();
      direction = d;
    }
    if (than == null) {
      return true;
    }
    float reference = than.floatValue();
    return d == Direction.UP
        ? (float) (value - minDelta) > reference
        : (float) (value + minDelta) < reference;
  }
}
