package org.keras4j.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;

/**
 * One or more columns of a {@link Table} as an array of a batch: {@code (batch, columns)}, or, where cells hold lists,
 * {@code (batch, elements)}. Immutable, and may be sent to other processes.
 */
public final class Column implements Serializable {
  private static final long serialVersionUID = 1L;

  final List<String> names;
  final DType dtype;
  final transient @Nullable Shape shape;
  final @Nullable List<String> labels;
  final transient @Nullable Object missing;

  private Column(
      List<String> names,
      DType dtype,
      @Nullable Shape shape,
      @Nullable List<String> labels,
      @Nullable Object missing) {
    this.names = names;
    this.dtype = dtype;
    this.shape = shape;
    this.labels = labels;
    this.missing = missing;
  }

  /**
   * Numbers of columns side by side, in the default float type.
   *
   * @param names at least one
   * @return the column
   */
  public static Column of(String... names) {
    return of(List.of(names));
  }

  /** Likewise, of a list. */
  public static Column of(List<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("Column: expected the name of a column, got none");
    }
    return new Column(List.copyOf(names), Keras.floatx(), null, null, null);
  }

  /** Texts of columns, as strings. */
  public static Column strings(String... names) {
    return of(names).dtype(DType.STRING);
  }

  /** The same as another dtype. */
  public Column dtype(DType value) {
    return new Column(names, value, shape, labels, missing);
  }

  /** The same as another dtype, by its name. */
  public Column dtype(String value) {
    return dtype(DType.of(value));
  }

  /**
   * The same in another shape.
   *
   * @param dims of one row's part, {@code (28, 28, 1)} say; none for a number a row, {@code (batch,)}
   * @return a column of that shape
   */
  public Column shape(long... dims) {
    return new Column(names, dtype, Shape.of(dims), labels, missing);
  }

  /**
   * Texts as their place among these, for targets of {@code sparse_categorical_crossentropy}: int32 then.
   *
   * @param values all that come up
   * @return a column of labels
   */
  public Column labels(String... values) {
    return labels(List.of(values));
  }

  /** Likewise, of a list. */
  public Column labels(List<String> values) {
    return new Column(names, DType.INT32, shape, List.copyOf(new ArrayList<>(values)), missing);
  }

  /**
   * What an empty cell counts as; without it an empty cell is an error.
   *
   * @param value also NaN, for layers that know what to do with it
   * @return a column that is never empty
   */
  public Column missing(double value) {
    return new Column(names, dtype, shape, labels, value);
  }

  /** Likewise of texts and labels. */
  public Column missing(String value) {
    return new Column(names, dtype, shape, labels, value);
  }

  /** The names of the columns, in order. */
  public List<String> names() {
    return names;
  }

  /** What is sent. */
  private record Sent(
      List<String> names,
      String dtype,
      long @Nullable [] dims,
      @Nullable List<String> labels,
      @Nullable Serializable missing)
      implements Serializable {
    Object readResolve() {
      return new Column(
          names, DType.of(dtype), dims == null ? null : Shape.of(dims), labels, missing);
    }
  }

  Object writeReplace() {
    return new Sent(
        names, dtype.toString(), shape == null ? null : shape.toArray(), labels, (Serializable)
            missing);
  }

  @Override
  public String toString() {
    return names.size() == 1 ? names.get(0) : names.toString();
  }
}
