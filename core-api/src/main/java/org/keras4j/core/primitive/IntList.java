package org.keras4j.core.primitive;

import java.util.Arrays;

/** An immutable list of ints with value equality, for attributes. */
public final class IntList {
  private final int[] values;

  private IntList(int[] values) {
    this.values = values;
  }

  public static IntList of(int... values) {
    return new IntList(values.clone());
  }

  /** {@code from} (inclusive) to {@code to} (exclusive). */
  public static IntList range(int from, int to) {
    int[] v = new int[Math.max(0, to - from)];
    for (int i = 0; i < v.length; i++) {
      v[i] = from + i;
    }
    return new IntList(v);
  }

  public int size() {
    return values.length;
  }

  public int get(int i) {
    return values[i];
  }

  public boolean contains(int v) {
    return indexOf(v) >= 0;
  }

  /** The first position of a value, or -1. */
  public int indexOf(int v) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == v) {
        return i;
      }
    }
    return -1;
  }

  public int[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof IntList l && Arrays.equals(values, l.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
