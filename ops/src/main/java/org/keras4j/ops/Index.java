package org.keras4j.ops;

import org.jspecify.annotations.Nullable;

/**
 * A part of an axis in {@link Ops#getItem(Object, Object...)}: Python's {@code start:stop:step}, where null leaves a
 * bound out.
 */
public record Index(
    @Nullable Integer start,
    @Nullable Integer stop,
    @Nullable Integer step) {
  /** As many whole axes as the other keys leave: Python's {@code ...}. */
  public static final Object ELLIPSIS = new Object() {
    @Override
    public String toString() {
      return "...";
    }
  };

  /** A new axis of size 1: Python's {@code None}. */
  public static final Object NEW_AXIS = new Object() {
    @Override
    public String toString() {
      return "None";
    }
  };

  /** The whole axis, {@code :}. */
  public static final Index ALL = new Index(null, null, null);

  /**
   * @throws IllegalArgumentException if the step is 0
   */
  public Index {
    if (step != null && step == 0) {
      throw new IllegalArgumentException("A step of 0 picks nothing");
    }
  }

  /** {@code start:stop}. */
  public static Index range(@Nullable Integer start, @Nullable Integer stop) {
    return new Index(start, stop, null);
  }

  /** {@code start:stop:step}. */
  public static Index range(
      @Nullable Integer start, @Nullable Integer stop, @Nullable Integer step) {
    return new Index(start, stop, step);
  }
}
