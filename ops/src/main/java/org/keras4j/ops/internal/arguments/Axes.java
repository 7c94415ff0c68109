package org.keras4j.ops.internal.arguments;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LongList;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/** How functions read arguments that are integers or sequences of them: axes, permutations, shapes. */
public final class Axes {
  private Axes() {}

  /**
   * The axes that an argument names, non-negative and without repetition; null means all of them.
   *
   * @param axis null, an integer, or an array or list of integers
   */
  public static int[] of(@Nullable Object axis, int rank) {
    if (axis == null) {
      return IntList.range(0, rank).toArray();
    }
    int[] out = ints(axis);
    boolean[] seen = new boolean[rank];
    for (int i = 0; i < out.length; i++) {
      out[i] = one(out[i], rank);
      if (seen[out[i]]) {
        throw new IllegalArgumentException("Axis " + out[i] + " is named twice");
      }
      seen[out[i]] = true;
    }
    return out;
  }

  /** An axis as a non-negative number. */
  public static int one(int axis, int rank) {
    int a = axis < 0 ? axis + rank : axis;
    if (a < 0 || a >= rank) {
      throw new IllegalArgumentException(
          "Axis " + axis + " is out of range for a tensor of rank " + rank);
    }
    return a;
  }

  /** An integer argument. */
  public static int integer(@Nullable Object x) {
    return Math.toIntExact(longInteger(x));
  }

  /** An integer argument that may be large. */
  public static long longInteger(@Nullable Object x) {
    if (x instanceof Integer || x instanceof Long || x instanceof Short || x instanceof Byte) {
      return ((Number) x).longValue();
    }
    if (x instanceof Tensor t && t.rank() == 0 && t.dtype().isInteger()) {
      return known(t).getLong(0);
    }
    if (x instanceof NDArray a && a.size() == 1 && a.dtype().isInteger()) {
      return a.getLong(0);
    }
    throw new IllegalArgumentException("Expected an integer, got " + x);
  }

  private static NDArray known(Tensor t) {
    NDArray a = ArrayLike.known(t);
    if (a == null) {
      throw new IllegalArgumentException(
          "Expected integers that are known when the graph is made, got" + " a tensor " + t.spec()
              + " that it computes");
    }
    return a;
  }

  /** An integer, or a sequence of them. */
  public static int[] ints(@Nullable Object x) {
    long[] v = longs(x);
    int[] out = new int[v.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.toIntExact(v[i]);
    }
    return out;
  }

  /** An integer, or a sequence of them, in which null stands for an unknown dimension. */
  public static long[] longs(@Nullable Object x) {
    if (x instanceof Shape s) {
      return s.toArray();
    } else if (x instanceof IntList l) {
      return longs(l.toArray());
    } else if (x instanceof LongList l) {
      return l.toArray();
    } else if (x instanceof List<?> l) {
      long[] out = new long[l.size()];
      for (int i = 0; i < out.length; i++) {
        out[i] = l.get(i) == null ? Shape.UNKNOWN : longInteger(l.get(i));
      }
      return out;
    } else if (x instanceof NDArray a && a.rank() == 1 && a.dtype().isInteger()) {
      return a.toLongArray();
    } else if (x instanceof Tensor t && t.rank() == 1 && t.dtype().isInteger()) {
      return known(t).toLongArray();
    } else if (x != null && x.getClass().isArray()) {
      long[] out = new long[Array.getLength(x)];
      for (int i = 0; i < out.length; i++) {
        Object e = Array.get(x, i);
        out[i] = e == null ? Shape.UNKNOWN : longInteger(e);
      }
      return out;
    }
    return new long[] {longInteger(x)};
  }

  /** Whether the argument is a sequence, and not one integer. */
  public static boolean isSequence(@Nullable Object x) {
    return x instanceof List
        || x instanceof Shape
        || x instanceof IntList
        || x instanceof LongList
        || (x instanceof NDArray a && a.rank() > 0)
        || (x instanceof Tensor t && t.rank() > 0)
        || (x != null && x.getClass().isArray());
  }

  /** The tensor with some axes moved to other places; the others keep their order. */
  public static Tensor moved(Tensor t, int[] from, int[] to) {
    if (from.length != to.length) {
      throw new IllegalArgumentException(
          "expected as many destinations as sources, got " + to.length + " and " + from.length);
    }
    int[] p = new int[t.rank()];
    Arrays.fill(p, -1);
    boolean[] taken = new boolean[t.rank()];
    for (int i = 0; i < from.length; i++) {
      p[to[i]] = from[i];
      taken[from[i]] = true;
    }
    int next = 0;
    for (int i = 0; i < p.length; i++) {
      if (p[i] < 0) {
        while (taken[next]) {
          next++;
        }
        p[i] = next++;
      }
    }
    return Prims.transpose(t, p);
  }

  /** The numbers of all axes but two, then these. */
  public static int[] movedLast(int rank, int first, int second) {
    int[] p = new int[rank];
    int k = 0;
    for (int i = 0; i < rank; i++) {
      if (i != first && i != second) {
        p[k++] = i;
      }
    }
    p[rank - 2] = first;
    p[rank - 1] = second;
    return p;
  }
}
