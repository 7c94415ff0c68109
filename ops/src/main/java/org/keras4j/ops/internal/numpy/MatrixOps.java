package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Compare.Direction;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dimensions;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Parts;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Diagonals, triangles and grids. Diagonal {@code k} lies above the main one, or below if negative. */
public final class MatrixOps {
  private MatrixOps() {}

  // compares column - row with k
  private static Tensor band(Dimensions s, int k, Direction d) {
    return Prims.compare(d, Prims.sub(s.iota(1), s.iota(0)), Prims.scalar(DType.INT32, (long) k));
  }

  /** The identity matrix of floatx. */
  public static Tensor eye(Object n) {
    return eye(n, null, 0, null);
  }

  /**
   * Ones on a diagonal, zeros elsewhere ({@code keras.ops.eye}).
   *
   * @param n rows, an integer; in a graph an integer scalar may tell them, which is known when it runs
   * @param m columns, likewise; null for as many
   * @param k which diagonal
   * @param dtype null for floatx
   */
  public static Tensor eye(Object n, @Nullable Object m, int k, @Nullable Object dtype) {
    return banded("ops.eye", Direction.EQ, n, m, k, dtype);
  }

  /** The identity matrix of floatx. */
  public static Tensor identity(Object n) {
    return identity(n, null);
  }

  /** The identity matrix ({@code keras.ops.identity}); {@code dtype} null for floatx. */
  public static Tensor identity(Object n, @Nullable Object dtype) {
    return banded("ops.identity", Direction.EQ, n, null, 0, dtype);
  }

  /** Ones on and below the main diagonal. */
  public static Tensor tri(Object n) {
    return tri(n, null, 0, null);
  }

  /** Ones on and below diagonal {@code k}, zeros above ({@code keras.ops.tri}); as {@link #eye(Object, Object, int, Object)}. */
  public static Tensor tri(Object n, @Nullable Object m, int k, @Nullable Object dtype) {
    return banded("ops.tri", Direction.LE, n, m, k, dtype);
  }

  private static Tensor banded(
      String name, Direction which, Object n, @Nullable Object m, int k, @Nullable Object dtype) {
    return Op.call(
        name,
        a -> {
          Object rows = Objects.requireNonNull(a.get(0));
          Dimensions s = Dimensions.of(name, Arrays.asList(rows, a.isGiven(1) ? a.get(1) : rows));
          return Prims.convert(band(s, k, which), Dtypes.orFloatx(dtype));
        },
        n,
        m,
        k,
        dtype);
  }

  /** The part on and below the main diagonal. */
  public static Tensor tril(Object x) {
    return tril(x, 0);
  }

  /** The part of matrices {@code (..., m, n)} on and below diagonal {@code k}, zeros above ({@code keras.ops.tril}). */
  public static Tensor tril(Object x, int k) {
    return Op.call("ops.tril", a -> triangle(a, Direction.LE), x, k);
  }

  /** The part on and above the main diagonal. */
  public static Tensor triu(Object x) {
    return triu(x, 0);
  }

  /** The part of matrices {@code (..., m, n)} on and above diagonal {@code k}, zeros below ({@code keras.ops.triu}). */
  public static Tensor triu(Object x, int k) {
    return Op.call("ops.triu", a -> triangle(a, Direction.GE), x, k);
  }

  private static Tensor triangle(Op.Args a, Direction d) {
    Tensor t = matrix(a.tensor(0));
    Tensor row = Prims.expandDims(Sizes.positions(t, t.rank() - 2), 1);
    Tensor column = Sizes.positions(t, t.rank() - 1);
    Tensor k = Prims.scalar(DType.INT32, Axes.longInteger(a.get(1)));
    Tensor inside = Prims.compare(d, Prims.sub(column, row), k);
    return Prims.select(inside, t, Prims.scalar(t.dtype(), 0L));
  }

  private static Tensor matrix(Tensor t) {
    if (t.rank() < 2) {
      throw new IllegalArgumentException("expected matrices, got shape " + t.shape());
    }
    return t;
  }

  /** The main diagonal of a matrix, or the matrix with a vector on it. */
  public static Tensor diag(Object x) {
    return diag(x, 0);
  }

  /**
   * Diagonal {@code k} of a matrix, or the square matrix with a vector on its diagonal {@code k} and
   * zeros elsewhere ({@code keras.ops.diag}).
   */
  public static Tensor diag(Object x, int k) {
    return Op.call(
        "ops.diag",
        a -> {
          Tensor t = a.tensor(0);
          int at = Axes.integer(a.get(1));
          if (t.rank() != 1 && t.rank() != 2) {
            throw new IllegalArgumentException(
                "expected a vector or a matrix, got shape " + t.shape());
          }
          return t.rank() == 1 ? withDiagonal(t, at) : Diagonals.of(t, at);
        },
        x,
        k);
  }

  /** The matrix with all elements on its main diagonal. */
  public static Tensor diagflat(Object x) {
    return diagflat(x, 0);
  }

  /** The square matrix with all elements in C order on diagonal {@code k} ({@code keras.ops.diagflat}). */
  public static Tensor diagflat(Object x, int k) {
    return Op.call(
        "ops.diagflat",
        a -> withDiagonal(Prims.reshape(a.tensor(0), -1), Axes.integer(a.get(1))),
        x,
        k);
  }

  private static Tensor withDiagonal(Tensor t, int k) {
    // the vector moved by k stands in the columns; only the diagonal is kept
    Tensor v = t;
    if (k != 0) {
      long[] low = {Math.max(k, 0)};
      long[] high = {Math.max(-k, 0)};
      v = Prims.pad(t, 0, low, high);
    }
    Tensor i = Sizes.positions(v, 0);
    Tensor onDiagonal =
        Prims.eq(Prims.sub(i, Prims.expandDims(i, 1)), Prims.scalar(DType.INT32, (long) k));
    return Prims.select(onDiagonal, v, Prims.scalar(t.dtype(), 0L));
  }

  /** The main diagonal over the first two axes. */
  public static Tensor diagonal(Object x) {
    return diagonal(x, 0, 0, 1);
  }

  /**
   * A diagonal over two axes, as the last axis of the result ({@code keras.ops.diagonal}).
   *
   * @param offset which diagonal
   * @param axis1 the rows of the matrices
   * @param axis2 their columns
   */
  public static Tensor diagonal(Object x, int offset, int axis1, int axis2) {
    return Op.call("ops.diagonal", MatrixOps::diagonalOf, x, offset, axis1, axis2);
  }

  static Tensor diagonalOf(Op.Args a) {
    Tensor t = matrix(a.tensor(0));
    int[] axes = Axes.of(new int[] {Axes.integer(a.get(2)), Axes.integer(a.get(3))}, t.rank());
    return Diagonals.of(
        Axes.moved(t, axes, new int[] {t.rank() - 2, t.rank() - 1}), Axes.integer(a.get(1)));
  }

  /** The sum of the main diagonal over the first two axes. */
  public static Tensor trace(Object x) {
    return trace(x, 0, 0, 1);
  }

  /** The sum of a diagonal over two axes ({@code keras.ops.trace}); as {@link #diagonal(Object, int, int, int)}. */
  public static Tensor trace(Object x, int offset, int axis1, int axis2) {
    return Op.call(
        "ops.trace",
        a -> {
          Tensor d = diagonalOf(a);
          return Prims.sum(Prims.convert(d, Dtypes.accumulated(d.dtype())), d.rank() - 1);
        },
        x,
        offset,
        axis1,
        axis2);
  }

  /** Falling powers of the elements, as many as there are. */
  public static Tensor vander(Object x) {
    return vander(x, null, false);
  }

  /**
   * Powers of the elements of a vector, one row an element ({@code keras.ops.vander}).
   *
   * @param n how many powers; null for as many as elements
   * @param increasing whether they rise from 0 instead of falling to it
   */
  public static Tensor vander(Object x, @Nullable Integer n, boolean increasing) {
    return Op.call(
        "ops.vander",
        a -> {
          Tensor t = a.tensor(0);
          if (t.rank() != 1) {
            throw new IllegalArgumentException("expected a vector, got shape " + t.shape());
          }
          t = t.dtype().isBool() ? Prims.convert(t, DType.INT32) : t;
          int columns = a.isGiven(1) ? Axes.integer(a.get(1)) : t.shape().intDim(0);
          if (columns < 0) {
            throw new IllegalArgumentException(
                "expected a number of powers of at least 0, got " + columns);
          }
          Engine.requireRoom(t.spec().withShape(t.shape().insert(1, columns)));
          Tensor column = Prims.expandDims(t, 1);
          List<Tensor> powers = new ArrayList<>();
          Tensor power = Prims.onesLike(column);
          for (int i = 0; i < columns; i++) {
            powers.add(Boolean.TRUE.equals(a.get(2)) ? powers.size() : 0, power);
            power = Prims.mul(power, column);
          }
          return columns == 0 ? Prims.slice(column, 1, 0, 0) : Prims.concat(powers, 1);
        },
        x,
        n,
        increasing);
  }

  /** Grids with Cartesian indexing. */
  public static List<Tensor> meshgrid(Object... x) {
    return meshgrid(x, "xy");
  }

  /**
   * The coordinates of all points of a grid ({@code keras.ops.meshgrid}).
   *
   * @param x the coordinates along each axis, scalars or vectors
   * @param indexing {@code "xy"}, where the first axis of the results belongs to the second vector, or
   *     {@code "ij"}
   * @return for each vector its element at every point
   */
  public static List<Tensor> meshgrid(Object[] x, String indexing) {
    return Op.call(
        "ops.meshgrid",
        a -> {
          String order = a.text(1);
          if (!"xy".equals(order) && !"ij".equals(order)) {
            throw new IllegalArgumentException("expected indexing 'xy' or 'ij', got " + order);
          }
          List<Tensor> vectors = new ArrayList<>();
          for (Tensor t : Parts.tensors(a, 0)) {
            vectors.add(t.rank() == 0 ? Prims.expandDims(t, 0) : t);
          }
          return grid(vectors, "xy".equals(order));
        },
        x,
        indexing);
  }

  private static List<Tensor> grid(List<Tensor> vectors, boolean cartesian) {
    int n = vectors.size();
    List<Tensor> columns = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Tensor v = vectors.get(i);
      if (v.rank() != 1) {
        throw new IllegalArgumentException("expected scalars and vectors, got shape " + v.shape());
      }
      int axis = cartesian && n > 1 && i < 2 ? 1 - i : i;
      int[] added = new int[n - 1];
      int k = 0;
      for (int j : IntList.range(0, n).toArray()) {
        if (j != axis) {
          added[k++] = j;
        }
      }
      columns.add(Prims.expandDims(v, added));
    }
    // a sum of zeros carries the shape of the whole grid, unknown dimensions too
    List<Tensor> out = new ArrayList<>();
    if (n > 0) {
      Tensor whole = Prims.fullLike(columns.get(0), DType.INT32, 0);
      for (Tensor c : columns.subList(1, n)) {
        whole = Prims.add(whole, Prims.fullLike(c, DType.INT32, 0));
      }
      for (Tensor c : columns) {
        out.add(Prims.broadcastLike(c, whole));
      }
    }
    return out;
  }

  /**
   * The sign of the determinant of square matrices {@code (..., n, n)} and the logarithm of its
   * absolute value ({@code keras.ops.slogdet}); of a singular matrix 0 and negative infinity.
   *
   * @return sign and logarithm, {@code (...)}
   */
  public static List<Tensor> slogdet(Object x) {
    return Op.call(
        "ops.slogdet",
        a -> {
          Tensor t = matrix(a.tensor(0, Dtypes.floating(a.get(0))));
          List<Tensor> lu = Engine.bind(new Lu(), List.of(t));
          Tensor d = Diagonals.of(lu.get(0), 0);
          int last = d.rank() - 1;
          Tensor pivots = lu.get(1);
          Tensor moved = Prims.ne(pivots, Sizes.positions(pivots, last));
          // each row exchange turns the sign
          Tensor turn = Prims.sub(1, Prims.mul(Prims.convert(moved, d.dtype()), 2));
          Tensor sign =
              Prims.reduce(ReduceKind.PROD, Prims.mul(Prims.unary(UnaryKind.SIGN, d), turn), last);
          return List.of(sign, Prims.sum(Prims.log(Prims.abs(d)), last));
        },
        x);
  }
}
