package org.keras4j.core.primitive;

import java.util.List;
import java.util.function.LongSupplier;
import org.keras4j.core.DType;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;

/**
 * The checks that shape rules share; each failure names inputs and what was expected. Which function failed is said by that
 * function: users know no primitives.
 */
final class Rule {
  private Rule() {}

  static void require(boolean ok, List<TensorSpec> in, String expected) {
    if (!ok) {
      throw new IllegalArgumentException("got " + in + ", expected " + expected);
    }
  }

  /** A size computed by exact arithmetic. */
  static long size(List<TensorSpec> in, LongSupplier exact) {
    try {
      return exact.getAsLong();
    } catch (ArithmeticException e) {
      throw new MemoryLimitException("got " + in + ", which give an axis of more than 2^63 - 1");
    }
  }

  static void inputs(List<TensorSpec> in, int n) {
    require(in.size() == n, in, n + " inputs");
  }

  static void atLeast(List<TensorSpec> in, int n) {
    require(in.size() >= n, in, "at least " + n + " inputs");
  }

  static void sameType(List<TensorSpec> in, int i, int j) {
    require(in.get(i).dtype() == in.get(j).dtype(), in, "inputs of one dtype");
  }

  static Shape broadcast(List<TensorSpec> in) {
    Shape s = in.get(0).shape();
    for (int i = 1; i < in.size(); i++) {
      s = Shape.broadcast(s, in.get(i).shape());
    }
    return s;
  }

  static int unknown(Shape s) {
    int n = 0;
    for (int i = 0; i < s.rank(); i++) {
      n += s.dim(i) < 0 ? 1 : 0;
    }
    return n;
  }

  static void axes(List<TensorSpec> in, IntList axes) {
    int rank = in.get(0).rank();
    for (int i = 0; i < axes.size(); i++) {
      int a = axes.get(i);
      require(
          a >= 0 && a < rank && axes.indexOf(a) == i,
          in,
          "axes from 0 to " + (rank - 1) + " without repetition, not " + axes);
    }
  }

  static void permutation(List<TensorSpec> in, IntList perm, int rank) {
    require(perm.size() == rank, in, "a permutation of " + rank + " axes, not " + perm);
    axes(in, perm);
  }

  static void indices(List<TensorSpec> in, int i) {
    DType t = in.get(i).dtype();
    require(t == DType.INT32 || t == DType.INT64, in, "indices of int32 or int64");
  }

  static void startVector(List<TensorSpec> in, int i) {
    require(
        in.get(i).equals(TensorSpec.of(DType.INT32, in.get(0).rank())),
        in,
        "an int32 vector with a start for each axis");
  }

  static void matrix(List<TensorSpec> in, int i) {
    require(in.get(i).rank() >= 2, in, "matrices (..., m, n)");
    DType t = in.get(i).dtype();
    require(t.isFloat() || t.isComplex(), in, "floats");
  }

  static void square(List<TensorSpec> in, int i) {
    matrix(in, i);
    Shape s = in.get(i).shape();
    require(s.dim(-1) < 0 || s.dim(-2) < 0 || s.dim(-1) == s.dim(-2), in, "square matrices");
  }

  static void pairs(List<TensorSpec> in, IntList left, IntList right) {
    require(left.size() == right.size(), in, "pairs of axes, not " + left + " and " + right);
    Shape a = in.get(0).shape();
    Shape b = in.get(1).shape();
    for (int i = 0; i < left.size(); i++) {
      long x = a.dim(left.get(i));
      long y = b.dim(right.get(i));
      require(
          x < 0 || y < 0 || x == y,
          in,
          "equal sizes of axis " + left.get(i) + " of the first and " + right.get(i)
              + " of the second");
    }
  }

  static long min(long a, long b) {
    return a < 0 || b < 0 ? Shape.UNKNOWN : Math.min(a, b);
  }

  static void operands(List<TensorSpec> in, Graph g) {
    List<TensorSpec> want = g.inputSpecs();
    boolean ok = want.size() == in.size();
    for (int i = 0; ok && i < want.size(); i++) {
      ok = want.get(i).dtype() == in.get(i).dtype()
          && want.get(i).shape().isCompatible(in.get(i).shape());
    }
    require(ok, in, "the inputs of its graph, " + want);
  }
}
