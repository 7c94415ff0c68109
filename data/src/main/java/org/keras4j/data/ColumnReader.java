package org.keras4j.data;

import java.lang.reflect.Array;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.messages.Failures;

/** Brings the cells of a {@link Column} into arrays, row by row. */
final class ColumnReader {
  private final Column column;
  private final int[] places;
  private final Shape shape;
  private final int width;
  private final @Nullable Map<String, Integer> labels;
  // each cell is one number
  private final boolean scalars;
  private int at;

  /**
   * For a pass that stands in its first row.
   *
   * @param all the columns that the pass was opened with
   */
  ColumnReader(Column column, List<String> all, Rows first) {
    this.column = column;
    this.places = column.names.stream().mapToInt(all::indexOf).toArray();
    int elements = 0;
    boolean lists = false;
    for (int p : places) {
      Object cell = first.value(p);
      elements += Cells.size(cell);
      lists |= Cells.isList(cell);
    }
    this.shape = column.shape == null ? Shape.of(elements) : column.shape;
    this.width = Math.toIntExact(shape.size());
    Map<String, Integer> numbers = null;
    if (column.labels != null) {
      numbers = new HashMap<>();
      for (String l : column.labels) {
        numbers.put(l, numbers.size());
      }
    }
    this.labels = numbers;
    this.scalars =
        !lists && places.length == width && numbers == null && column.dtype != DType.STRING;
  }

  private ColumnReader(ColumnReader other) {
    this.column = other.column;
    this.places = other.places;
    this.shape = other.shape;
    this.width = other.width;
    this.labels = other.labels;
    this.scalars = other.scalars;
  }

  /** The same for another thread. */
  ColumnReader another() {
    return new ColumnReader(this);
  }

  /** Room for the cells of some rows. */
  Room room(int rows) {
    return new Room(column.dtype, shape, rows);
  }

  /** Puts the cells of the row that a pass stands in at a place. */
  void read(Rows rows, Room to, int row) {
    at = row * width;
    int end = at + width;
    for (int i = 0; i < places.length; i++) {
      try {
        cell(rows, places[i], to, end);
      } catch (IllegalArgumentException e) {
        throw Failures.in("column '" + column.names.get(i) + "'", e);
      }
    }
    if (at != end) {
      throw new IllegalArgumentException("column '" + column + "': expected " + width
          + " elements, as " + shape + " has, got " + (at - row * width));
    }
  }

  private void cell(Rows rows, int place, Room to, int end) {
    if (scalars) {
      if (rows.isNull(place)) {
        missing(to, end);
      } else if (to.isFloat) {
        to.set(next(end), rows.number(place));
      } else {
        to.set(next(end), rows.integer(place));
      }
      return;
    }
    put(rows.value(place), to, end);
  }

  private int next(int end) {
    if (at >= end) {
      throw new IllegalArgumentException(
          "expected " + width + " elements, as " + shape + " has, got more");
    }
    return at++;
  }

  private void put(@Nullable Object value, Room to, int end) {
    if (value == null) {
      missing(to, end);
    } else if (value instanceof Collection<?> c) {
      for (Object x : c) {
        put(x, to, end);
      }
    } else if (value instanceof float[] f) {
      for (float x : f) {
        to.set(next(end), x);
      }
    } else if (value instanceof long[] l && labels == null && to.texts == null) {
      for (long x : l) {
        to.set(next(end), x);
      }
    } else if (value.getClass().isArray()) {
      int n = Array.getLength(value);
      for (int i = 0; i < n; i++) {
        put(Array.get(value, i), to, end);
      }
    } else if (labels != null) {
      Integer number = labels.get(value.toString());
      if (number == null) {
        throw Cells.expected("one of " + labels.keySet(), value);
      }
      to.set(next(end), number);
    } else if (to.texts != null) {
      to.texts[next(end)] = value.toString();
    } else if (to.isFloat) {
      to.set(next(end), Cells.number(value));
    } else {
      to.set(next(end), Cells.integer(value));
    }
  }

  private void missing(Room to, int end) {
    Object m = column.missing;
    if (m == null) {
      throw new IllegalArgumentException(
          "the cell is empty; what that counts as can be told by Column.missing");
    } else if (m instanceof Double d && to.texts == null) {
      if (to.isFloat) {
        to.set(next(end), d.doubleValue());
      } else {
        to.set(next(end), d.longValue());
      }
    } else {
      put(m, to, end);
    }
  }

  /** An array being filled. */
  static final class Room {
    private final DType dtype;
    private final Shape shape;
    private final int rows;
    private final int width;
    private final boolean isFloat;
    private final @Nullable NDArray numbers;
    private final @Nullable FloatBuffer floats;
    private final @Nullable String @Nullable [] texts;

    Room(DType dtype, Shape row, int rows) {
      this.dtype = dtype;
      this.shape = row;
      this.rows = rows;
      this.width = Math.toIntExact(row.size());
      this.isFloat = dtype.isFloat();
      Shape all = row.insert(0, rows);
      boolean text = dtype == DType.STRING;
      texts = text ? new String[Math.toIntExact(all.size())] : null;
      numbers = text ? null : NDArray.zeros(dtype, all);
      floats =
          dtype == DType.FLOAT32 ? Objects.requireNonNull(numbers).bytes().asFloatBuffer() : null;
    }

    void set(int i, double v) {
      if (floats != null) {
        floats.put(i, (float) v);
      } else {
        Objects.requireNonNull(numbers).setDouble(i, v);
      }
    }

    void set(int i, long v) {
      if (isFloat) {
        set(i, (double) v);
      } else {
        Objects.requireNonNull(numbers).setLong(i, v);
      }
    }

    int rows() {
      return rows;
    }

    /** Takes rows out of another room of the same column. */
    void copy(int at, Room from, int first, int count) {
      if (texts != null) {
        System.arraycopy(
            Objects.requireNonNull(from.texts), first * width, texts, at * width, count * width);
        return;
      }
      int bytes = width * dtype.size();
      Objects.requireNonNull(numbers)
          .bytes()
          .put(
              at * bytes,
              Objects.requireNonNull(from.numbers).bytes(),
              first * bytes,
              count * bytes);
    }

    /** The same with room for more rows. */
    Room grown(int rows) {
      Room out = new Room(dtype, shape, rows);
      if (texts != null) {
        System.arraycopy(texts, 0, Objects.requireNonNull(out.texts), 0, texts.length);
      } else {
        Objects.requireNonNull(out.numbers)
            .bytes()
            .put(Objects.requireNonNull(numbers).bytes());
      }
      return out;
    }

    /** The first rows, without a copy. */
    NDArray first(int rows) {
      return array().slice(0, rows);
    }

    /** Copies of rows. */
    NDArray rows(int[] which) {
      return array().rows(which);
    }

    private NDArray array() {
      if (numbers != null) {
        return numbers;
      }
      String[] all = Objects.requireNonNull(texts);
      int width = Math.toIntExact(shape.size());
      return NDArray.ofStrings(all, shape.insert(0, width == 0 ? 0 : all.length / width));
    }
  }
}
