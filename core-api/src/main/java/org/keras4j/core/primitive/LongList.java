package org.keras4j.core.primitive;

import java.util.Arrays;

/** An immutable list of longs with value equality, for attributes. */
public final class LongList {
  private final long[] values;

  private LongList(long[] values) {
    this.values = values;
  }

  public static LongList of(long... values) {
    return new LongList(values.clone());
  }

  /** {@code count} times the same value. */
  public static LongList repeat(long value, int count) {
    long[] v = new long[count];
    Arrays.fill(v, value);
    return new LongList(v);
  }

  public int size() {
    return values.length;
  }

  public long get(int i) {
    return values[i];
  }

  public boolean contains(long v) {
    return indexOf(v) >= 0;
  }

  /** The first position of a value, or -1. */
  public int indexOf(long v) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == v) {
        return i;
      }
    }
    return -1;
  }

  public long[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof LongList l && Arrays.equals(values, l.values);
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
