package org.keras4j.ops.internal.linalg;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.Svd;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Norms of vectors and matrices. */
public final class Norms {
  private Norms() {}

  public static Tensor of(
      String name, Tensor x, @Nullable Object ord, @Nullable Object axis, boolean keep) {
    int[] axes = Axes.of(axis, x.rank());
    if (axis == null && ord == null) {
      return euclidean(x, axes, keep);
    }
    if (axes.length == 1) {
      return vector(name, x, ord, axes, keep);
    }
    if (axes.length != 2) {
      throw new IllegalArgumentException(
          name + ": expected one axis for vectors or two for matrices, got " + axes.length
              + " of shape " + x.shape());
    }
    return matrix(name, x, ord, axes[0], axes[1], keep);
  }

  private static Tensor fold(ReduceKind kind, Tensor x, boolean keep, int... axes) {
    return keep ? Prims.reduceKeep(kind, x, axes) : Prims.reduce(kind, x, axes);
  }

  private static Tensor squares(Tensor x) {
    if (!x.dtype().isComplex()) {
      return Prims.square(x);
    }
    return Prims.add(
        Prims.square(Prims.unary(UnaryKind.REAL, x)), Prims.square(Prims.unary(UnaryKind.IMAG, x)));
  }

  private static Tensor euclidean(Tensor x, int[] axes, boolean keep) {
    return Prims.sqrt(fold(ReduceKind.SUM, squares(x), keep, axes));
  }

  private static Tensor vector(
      String name, Tensor x, @Nullable Object ord, int[] axes, boolean keep) {
    if (ord != null && !(ord instanceof Number)) {
      throw new IllegalArgumentException(
          name + ": ord of a vector norm must be a number, got '" + ord + "'");
    }
    double p = ord == null ? 2 : ((Number) ord).doubleValue();
    if (p == 2) {
      return euclidean(x, axes, keep);
    }
    Tensor moduli = Prims.abs(x);
    if (p == Double.POSITIVE_INFINITY) {
      // of no elements 0, which counts among them all for the gradient of a tie too
      Tensor largest = fold(ReduceKind.MAX, moduli, keep, axes);
      return Prims.max(largest, Prims.scalarLike(largest, 0));
    } else if (p == Double.NEGATIVE_INFINITY) {
      return fold(ReduceKind.MIN, moduli, keep, axes);
    } else if (p == 0) {
      Tensor other = Prims.ne(moduli, Prims.scalarLike(moduli, 0));
      return fold(ReduceKind.SUM, Prims.convert(other, moduli.dtype()), keep, axes);
    } else if (p == 1) {
      return fold(ReduceKind.SUM, moduli, keep, axes);
    }
    Tensor powers = Prims.pow(moduli, Prims.scalarLike(moduli, p));
    Tensor sum = fold(ReduceKind.SUM, powers, keep, axes);
    return Prims.pow(sum, Prims.scalarLike(sum, 1 / p));
  }

  private static Tensor matrix(
      String name, Tensor x, @Nullable Object ord, int row, int column, boolean keep) {
    if (ord == null || "fro".equals(ord) || "f".equals(ord)) {
      return euclidean(x, new int[] {row, column}, keep);
    }
    double p = ord instanceof Number n ? n.doubleValue() : Double.NaN;
    if (p == 1 || p == -1) {
      return extremeSum(x, p > 0, row, column, keep);
    } else if (Double.isInfinite(p)) {
      return extremeSum(x, p > 0, column, row, keep);
    }
    boolean nuclear = "nuc".equals(ord);
    if (!nuclear && p != 2 && p != -2) {
      throw new IllegalArgumentException(
          name + ": ord of a matrix norm must be 'fro', 'nuc', 1, -1, 2, -2 or an infinity, got '"
              + ord + "'");
    }
    Tensor last = Prims.transpose(x, Axes.movedLast(x.rank(), row, column));
    Tensor wide = Prims.convert(last, Dtypes.wide(x.dtype()));
    Tensor s = Engine.bind(new Svd(false), List.of(wide)).get(1);
    Tensor y =
        Prims.reduce(nuclear ? ReduceKind.SUM : p > 0 ? ReduceKind.MAX : ReduceKind.MIN, s, -1);
    if (x.dtype().isFloat()) {
      y = Prims.convert(y, x.dtype());
    }
    return keep ? Prims.expandDims(y, Math.min(row, column), Math.max(row, column)) : y;
  }

  // the largest or smallest of the sums of moduli along one of two axes
  private static Tensor extremeSum(Tensor x, boolean largest, int summed, int other, boolean keep) {
    Tensor sums = Prims.sumKeep(Prims.abs(x), summed);
    ReduceKind kind = largest ? ReduceKind.MAX : ReduceKind.MIN;
    Tensor kept = Prims.reduceKeep(kind, sums, other);
    // sums over single elements take the axes away
    return keep ? kept : Prims.sum(kept, summed, other);
  }
}
