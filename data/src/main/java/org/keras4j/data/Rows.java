package org.keras4j.data;

import org.jspecify.annotations.Nullable;

/**
 * A pass through a {@link Table}, which stands before the first row. Used by one thread. Columns are the ones that the pass was
 * opened with, by their place there.
 */
public interface Rows extends AutoCloseable {
  /** Goes to the next row; false if there is none. */
  boolean next();

  /**
   * A cell of this row.
   *
   * @return null where it is empty; else a {@link Number}, a {@link Boolean}, a string, or several of them in an array or list
   */
  @Nullable
  Object value(int column);

  /** Whether a cell is empty. */
  default boolean isNull(int column) {
    return value(column) == null;
  }

  /**
   * A cell that is not empty as a number: texts are read, true is 1.
   *
   * @throws IllegalArgumentException if it is none
   */
  default double number(int column) {
    return Cells.number(value(column));
  }

  /**
   * A cell that is not empty as a whole number.
   *
   * @throws IllegalArgumentException if it is none
   */
  default long integer(int column) {
    return Cells.integer(value(column));
  }

  /** A cell that is not empty as a text. */
  default String text(int column) {
    return String.valueOf(value(column));
  }

  /** Ends the pass; may be called several times. */
  @Override
  void close();
}
