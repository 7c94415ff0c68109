package org.keras4j.core;

import java.util.Arrays;
import java.util.StringJoiner;

/** The dimensions of a tensor. A dimension of {@link #UNKNOWN} (-1) is not known yet. */
public final class Shape {
  /** Stands for a dimension that is not known; Keras's {@code None}. */
  public static final long UNKNOWN = -1;

  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new long[0]);

  private final long[] dims;

  private Shape(long[] dims) {
    this.dims = dims;
  }

  /**
   * A shape of the given dimensions.
   *
   * @throws IllegalArgumentException if one is below -1
   */
  public static Shape of(long... dims) {
    for (long d : dims) {
      if (d < -1) {
        throw new IllegalArgumentException(
            "A dimension is at least 0, or -1 for unknown, got " + Arrays.toString(dims));
      }
    }
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /**
   * The shape of a list of numbers, {@code null} standing for unknown.
   *
   * @throws IllegalArgumentException if it holds something else
   */
  public static Shape of(Iterable<?> dims) {
    return of(java.util.stream.StreamSupport.stream(dims.spliterator(), false)
        .mapToLong(d -> d == null ? UNKNOWN : dimension(d, dims))
        .toArray());
  }

  private static long dimension(Object d, Iterable<?> dims) {
    if (d instanceof Number n && n.doubleValue() == n.longValue()) {
      return n.longValue();
    }
    throw new IllegalArgumentException(
        "A dimension is a whole number, or null for unknown, got " + d + " in " + dims);
  }

  public int rank() {
    return dims.length;
  }

  /** The size of an axis; negative axes count from the end. */
  public long dim(int axis) {
    return dims[axis(axis)];
  }

  /** The axis as a non-negative number. */
  public int axis(int axis) {
    int a = axis < 0 ? axis + dims.length : axis;
    if (a < 0 || a >= dims.length) {
      throw new IllegalArgumentException(
          "Axis " + axis + " is out of range for shape " + this + " of rank " + dims.length);
    }
    return a;
  }

  /** The size of the last axis. */
  public long last() {
    return dim(-1);
  }

  /** The size of an axis as an int; it must be known. */
  public int intDim(int axis) {
    long d = dim(axis);
    if (d == UNKNOWN) {
      throw new IllegalArgumentException("Axis " + axis + " of shape " + this + " must be known");
    }
    if (d != (int) d) {
      throw new IllegalArgumentException("Axis " + axis + " of shape " + this + " is too large");
    }
    return (int) d;
  }

  /** Whether every dimension is known. */
  public boolean isKnown() {
    for (long d : dims) {
      if (d < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The number of elements, or -1 if a dimension is not known.
   *
   * @throws MemoryLimitException if the known dimensions other than 0 multiply to more than 2^63 - 1: nobody could count
   *     the elements, nor the steps from one to the next of an empty array
   */
  public long size() {
    long n = 1;
    boolean empty = false;
    boolean known = true;
    for (long d : dims) {
      known &= d >= 0;
      empty |= d == 0;
      if (d > 1) {
        long high = Math.multiplyHigh(n, d);
        n *= d;
        if (high != 0 || n < 0) {
          throw new MemoryLimitException(
              "Shape " + this + " is larger than any memory: it has more than 2^63 - 1 elements");
        }
      }
    }
    return !known ? UNKNOWN : empty ? 0 : n;
  }

  public long[] toArray() {
    return dims.clone();
  }

  /** This shape with one dimension replaced. */
  public Shape with(int axis, long size) {
    long[] d = dims.clone();
    d[axis(axis)] = size;
    return new Shape(d);
  }

  /** This shape without one axis. */
  public Shape without(int axis) {
    int a = axis(axis);
    long[] d = new long[dims.length - 1];
    System.arraycopy(dims, 0, d, 0, a);
    System.arraycopy(dims, a + 1, d, a, d.length - a);
    return new Shape(d);
  }

  /** This shape with a dimension put before position {@code at}, 0 to rank. */
  public Shape insert(int at, long size) {
    requirePlace(at);
    long[] d = new long[dims.length + 1];
    System.arraycopy(dims, 0, d, 0, at);
    d[at] = size;
    System.arraycopy(dims, at, d, at + 1, dims.length - at);
    return new Shape(d);
  }

  /** The dimensions from {@code from} (inclusive) to {@code to} (exclusive). */
  public Shape slice(int from, int to) {
    requirePlace(from);
    requirePlace(Math.max(from, to));
    return new Shape(Arrays.copyOfRange(dims, from, Math.max(from, to)));
  }

  private void requirePlace(int at) {
    if (at < 0 || at > dims.length) {
      throw new IllegalArgumentException(
          "Place " + at + " is out of range for shape " + this + " of rank " + dims.length);
    }
  }

  /** The dimensions from {@code from} on. */
  public Shape slice(int from) {
    return slice(from, dims.length);
  }

  public Shape concat(Shape other) {
    long[] d = Arrays.copyOf(dims, dims.length + other.dims.length);
    System.arraycopy(other.dims, 0, d, dims.length, other.dims.length);
    return new Shape(d);
  }

  /** Whether both could be the shape of one tensor: equal where both are known. */
  public boolean isCompatible(Shape other) {
    if (dims.length != other.dims.length) {
      return false;
    }
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] >= 0 && other.dims[i] >= 0 && dims[i] != other.dims[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The shape that both broadcast to, by NumPy's rules. An unknown dimension against 1 or another
   * unknown is unknown; against n it is n.
   *
   * @throws IllegalArgumentException naming both shapes if they do not broadcast
   */
  public static Shape broadcast(Shape a, Shape b) {
    int n = Math.max(a.dims.length, b.dims.length);
    long[] d = new long[n];
    for (int i = 1; i <= n; i++) {
      long x = i <= a.dims.length ? a.dims[a.dims.length - i] : 1;
      long y = i <= b.dims.length ? b.dims[b.dims.length - i] : 1;
      if (x == y || y == 1) {
        d[n - i] = x;
      } else if (x == 1) {
        d[n - i] = y;
      } else if (x == UNKNOWN) {
        d[n - i] = y;
      } else if (y == UNKNOWN) {
        d[n - i] = x;
      } else {
        throw new IllegalArgumentException("Shapes " + a + " and " + b + " do not broadcast");
      }
    }
    return new Shape(d);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** As Python prints a shape: {@code (None, 32)}. */
  @Override
  public String toString() {
    if (dims.length == 1) {
      return "(" + text(dims[0]) + ",)";
    }
    StringJoiner j = new StringJoiner(", ", "(", ")");
    for (long d : dims) {
      j.add(text(d));
    }
    return j.toString();
  }

  private static String text(long d) {
    return d == UNKNOWN ? "None" : Long.toString(d);
  }
}
