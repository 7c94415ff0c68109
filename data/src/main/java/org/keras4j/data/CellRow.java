package org.keras4j.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The cells of one row, of which numbers are no objects. */
final class CellRow {
  private static final byte OBJECT = 0;
  private static final byte NUMBER = 1;
  private static final byte INTEGER = 2;

  private final @Nullable Object[] objects;
  private final double[] numbers;
  private final long[] integers;
  private final byte[] kinds;

  CellRow(int columns) {
    objects = new Object[columns];
    numbers = new double[columns];
    integers = new long[columns];
    kinds = new byte[columns];
  }

  /** All cells are empty from now on. */
  void clear() {
    Arrays.fill(objects, null);
    Arrays.fill(kinds, OBJECT);
  }

  void set(int column, double value) {
    numbers[column] = value;
    kinds[column] = NUMBER;
  }

  void set(int column, long value) {
    integers[column] = value;
    kinds[column] = INTEGER;
  }

  void set(int column, @Nullable Object value) {
    objects[column] = value;
    kinds[column] = OBJECT;
  }

  @Nullable
  Object value(int column) {
    // of either type, so that no branch brings integers to doubles
    return switch (kinds[column]) {
      case NUMBER -> (Object) numbers[column];
      case INTEGER -> (Object) integers[column];
      default -> objects[column];
    };
  }

  boolean isNull(int column) {
    return kinds[column] == OBJECT && objects[column] == null;
  }

  double number(int column) {
    return switch (kinds[column]) {
      case NUMBER -> numbers[column];
      case INTEGER -> integers[column];
      default -> Cells.number(objects[column]);
    };
  }

  long integer(int column) {
    return kinds[column] == INTEGER ? integers[column] : Cells.integer(value(column));
  }
}
