package org.keras4j.ops.internal.partition;

/**
 * What a process has of a value of the whole graph.
 *
 * @param axis where rows are divided
 * @param factor how many elements of that axis there are for each sample
 */
record Layout(Kind kind, int axis, long factor) {
  enum Kind {
    /** All of it, every process the same. */
    WHOLE,
    /** The elements that belong to its samples. */
    ROWS,
    /** A term: the value is the sum over the processes. */
    PARTIAL
  }

  static final Layout WHOLE = new Layout(Kind.WHOLE, -1, 0);
  static final Layout PARTIAL = new Layout(Kind.PARTIAL, -1, 0);

  static Layout rows(int axis, long factor) {
    return new Layout(Kind.ROWS, axis, factor);
  }

  boolean isRows() {
    return kind == Kind.ROWS;
  }

  boolean isPartial() {
    return kind == Kind.PARTIAL;
  }

  boolean isWhole() {
    return kind == Kind.WHOLE;
  }

  /** Rows at another axis. */
  Layout at(int other) {
    return rows(other, factor);
  }
}
