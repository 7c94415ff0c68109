package org.keras4j.ops.internal.linalg;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.Cholesky;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.primitive.Eigh;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.Svd;
import org.keras4j.core.primitive.TriangularSolve;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.numpy.ArithmeticOps;
import org.keras4j.ops.internal.numpy.Diagonals;
import org.keras4j.ops.internal.numpy.Products;
import org.keras4j.ops.types.Jvp;

/**
 * Linear algebra ({@code keras.ops.linalg}) of matrices {@code (..., m, n)}, each for itself. Integers
 * become floatx; halves are computed in float32.
 */
public final class LinalgOps {
  private LinalgOps() {}

  // an argument as matrices that the primitives take
  static Tensor matrixOf(Op.Args a, int i) {
    Tensor x = Dtypes.asFloat(a.tensor(i));
    if (x.rank() < 2) {
      throw new IllegalArgumentException(
          a.name() + ": expected at least 2 axes, got shape " + x.shape());
    }
    return Prims.convert(x, Dtypes.wide(x.dtype()));
  }

  private static Tensor squareOf(Op.Args a, int i) {
    Tensor x = matrixOf(a, i);
    requireSquare(a, x);
    return x;
  }

  private static void requireSquare(Op.Args a, Tensor x) {
    long m = x.rank() < 2 ? -1 : x.shape().dim(-2);
    long n = x.rank() < 2 ? -1 : x.shape().dim(-1);
    if (x.rank() < 2 || m >= 0 && n >= 0 && m != n) {
      throw new IllegalArgumentException(
          a.name() + ": expected square matrices (..., n, n), got shape " + x.shape());
    }
  }

  // in the dtype of the argument, where that is shorter than what was computed in
  private static Tensor asGiven(Op.Args a, int i, Tensor result) {
    DType t = a.spec(i).dtype();
    return t.isFloat() && t.size() < result.dtype().size() && !result.dtype().isComplex()
        ? Prims.convert(result, t)
        : result;
  }

  static Tensor transposed(Tensor x) {
    return Prims.swap(x, -2, -1);
  }

  private static Tensor adjoint(Tensor x) {
    Tensor t = transposed(x);
    return t.dtype().isComplex() ? Prims.unary(UnaryKind.CONJ, t) : t;
  }

  static Tensor times(Tensor a, Tensor b) {
    return Products.of(a, b, null);
  }

  private static Tensor symmetric(Tensor x) {
    return Prims.mul(Prims.add(x, adjoint(x)), 0.5);
  }

  // identity matrices of the shape and dtype of square ones
  private static Tensor eyeLike(Tensor x) {
    int n = x.shape().intDim(-1);
    NDArray eye = NDArray.zeros(x.dtype(), Shape.of(n, n));
    for (int i = 0; i < n; i++) {
      eye.setDouble(i * (n + 1), 1);
    }
    return Prims.broadcastLike(Engine.constant(eye), x);
  }

  /** {@link #cholesky(Object, boolean)}, the lower factor. */
  public static Tensor cholesky(Object x) {
    return cholesky(x, false);
  }

  /**
   * The triangular factor L of symmetric positive definite matrices, {@code x = L L^T}
   * ({@code keras.ops.cholesky}).
   *
   * @param upper whether to give {@code L^T}
   * @throws IllegalArgumentException if a matrix is not square, or, when run eagerly, not positive definite
   */
  public static Tensor cholesky(Object x, boolean upper) {
    return Op.call(
        "ops.cholesky",
        a -> {
          Tensor l = Engine.bind1(new Cholesky(), symmetric(squareOf(a, 0)));
          if (l instanceof EagerTensor && Double.isNaN(Prims.sumAll(realOf(l)).item())) {
            throw new IllegalArgumentException(
                a.name() + ": the matrix is not positive definite, or not finite");
          }
          return asGiven(a, 0, a.flag(1) ? adjoint(l) : l);
        },
        x,
        upper);
  }

  private static Tensor realOf(Tensor x) {
    return x.dtype().isComplex() ? Prims.unary(UnaryKind.REAL, x) : x;
  }

  /** {@link #choleskyInverse(Object, boolean)} of lower factors. */
  public static Tensor choleskyInverse(Object x) {
    return choleskyInverse(x, false);
  }

  /**
   * The inverse of matrices by their Cholesky factors ({@code keras.ops.cholesky_inverse}).
   *
   * @param x the factors that {@link #cholesky(Object, boolean)} gives
   * @param upper whether they are upper ones
   */
  public static Tensor choleskyInverse(Object x, boolean upper) {
    return Op.call(
        "ops.cholesky_inverse",
        a -> {
          Tensor factor = squareOf(a, 0);
          boolean up = a.flag(1);
          Tensor inverse =
              Engine.bind1(new TriangularSolve(!up, false, false), factor, eyeLike(factor));
          return asGiven(
              a, 0, up ? times(inverse, adjoint(inverse)) : times(adjoint(inverse), inverse));
        },
        x,
        upper);
  }

  /** The determinants of square matrices, {@code (...)} ({@code keras.ops.det}). */
  public static Tensor det(Object x) {
    return Op.call(
        "ops.det",
        a -> {
          Tensor t = squareOf(a, 0);
          List<Tensor> lu = Engine.bind(new Lu(), List.of(t));
          Tensor d = Diagonals.of(lu.get(0), 0);
          int last = d.rank() - 1;
          Tensor moved = Prims.ne(lu.get(1), Prims.iotaOf(lu.get(1), last, DType.INT32));
          // each row exchange turns the sign
          Tensor turn = Prims.sub(1, Prims.mul(Prims.convert(moved, d.dtype()), 2));
          return asGiven(a, 0, Prims.reduce(ReduceKind.PROD, Prims.mul(d, turn), last));
        },
        x);
  }

  /**
   * Eigenvalues and eigenvectors of square matrices ({@code keras.ops.eig}). The order of the values is the
   * backend's.
   *
   * @return values {@code (..., n)} and vectors, as columns, {@code (..., n, n)}, both complex; a vector has length
   *     1, and its largest component is real, as in LAPACK
   */
  public static List<Tensor> eig(Object x) {
    return Op.call(
        "ops.eig",
        a -> {
          List<Tensor> r = Engine.bind(new Eig(), List.of(squareOf(a, 0)));
          return List.of(r.get(0), turned(r.get(1)));
        },
        x);
  }

  // by the phase of the largest component of each column, which becomes real and keeps its sign
  private static Tensor turned(Tensor vectors) {
    if (vectors.shape().last() == 0) {
      return vectors;
    }
    int row = vectors.rank() - 2;
    Tensor size = Prims.abs(vectors);
    Tensor largest = Prims.expandDims(Engine.bind1(new ArgReduce(true, row), size), row);
    Tensor rows = Prims.expandDims(Prims.iotaOf(vectors, row, DType.INT32), 1);
    Tensor chosen = Prims.eq(rows, largest);
    Tensor zero = Prims.scalarLike(vectors, 0);
    Tensor p = Prims.reduce(ReduceKind.SUM, Prims.select(chosen, vectors, zero), row);
    Tensor back = Prims.expandDims(Prims.unary(UnaryKind.CONJ, p), row);
    Tensor length = Prims.abs(back);
    Tensor down = Prims.lt(Prims.unary(UnaryKind.REAL, back), Prims.scalarLike(length, 0));
    Tensor by = Prims.select(down, Prims.unary(UnaryKind.NEG, length), length);
    Tensor none = Prims.eq(length, Prims.scalarLike(length, 0));
    Tensor unit =
        Prims.div(back, Prims.convert(Prims.select(none, Prims.onesLike(by), by), vectors.dtype()));
    return Prims.mul(vectors, unit);
  }

  /**
   * Eigenvalues and eigenvectors of symmetric (Hermitian) matrices ({@code keras.ops.eigh}).
   *
   * @return values {@code (..., n)} in ascending order and vectors, as columns, {@code (..., n, n)}
   */
  public static List<Tensor> eigh(Object x) {
    return Op.call("ops.eigh", a -> Engine.bind(new Eigh(), List.of(symmetric(squareOf(a, 0)))), x);
  }

  /** The inverses of square matrices ({@code keras.ops.inv}); of a singular one infinities or NaN. */
  public static Tensor inv(Object x) {
    return Op.call(
        "ops.inv",
        a -> {
          Tensor t = squareOf(a, 0);
          return asGiven(a, 0, solved(t, eyeLike(t)));
        },
        x);
  }

  // a x = b for matrices b
  private static Tensor solved(Tensor a, Tensor b) {
    List<Tensor> lu = Engine.bind(new Lu(), List.of(a));
    int batch = a.rank() - 2;
    Tensor rows = Prims.gatherNd(b, Prims.expandDims(lu.get(2), -1), batch);
    Tensor y = Engine.bind1(new TriangularSolve(true, false, true), lu.get(0), rows);
    return Engine.bind1(new TriangularSolve(false, false, false), lu.get(0), y);
  }

  /**
   * The LU decomposition with row exchanges ({@code keras.ops.lu_factor}).
   *
   * @return both factors packed, L without its diagonal of ones, {@code (..., m, n)}, and for each row the
   *     int32 number of the row it was exchanged with, {@code (..., min(m, n))}
   */
  public static List<Tensor> luFactor(Object x) {
    return Op.call(
        "ops.lu_factor",
        a -> {
          List<Tensor> lu = Engine.bind(new Lu(), List.of(matrixOf(a, 0)));
          return List.of(asGiven(a, 0, lu.get(0)), lu.get(1));
        },
        x);
  }

  /** {@link #qr(Object, String)}, reduced. */
  public static List<Tensor> qr(Object x) {
    return qr(x, "reduced");
  }

  /**
   * The QR decomposition, {@code x = Q R} with orthonormal columns of Q ({@code keras.ops.qr}).
   *
   * @param mode {@code "reduced"} for Q {@code (..., m, k)} and R {@code (..., k, n)},
   *     {@code k = min(m, n)}, or {@code "complete"} for Q {@code (..., m, m)} and R {@code (..., m, n)}
   */
  public static List<Tensor> qr(Object x, String mode) {
    return Op.call(
        "ops.qr",
        a -> {
          String m = a.text(1);
          if (!m.equals("reduced") && !m.equals("complete")) {
            throw new IllegalArgumentException(
                a.name() + ": mode must be 'reduced' or 'complete', got '" + m + "'");
          }
          return Engine.bind(new Qr(m.equals("complete")), List.of(matrixOf(a, 0)));
        },
        x,
        mode);
  }

  /** {@link #svd(Object, boolean, boolean)}, with square U and V. */
  public static List<Tensor> svd(Object x) {
    return svd(x, true, true);
  }

  /**
   * The singular value decomposition, {@code x = U diag(s) Vh} ({@code keras.ops.svd}).
   *
   * @param fullMatrices whether U and Vh are square; else {@code (..., m, k)} and {@code (..., k, n)},
   *     {@code k = min(m, n)}
   * @param computeUv whether U and Vh are wanted
   * @return U, the singular values {@code (..., k)} in descending order, and Vh; or the values alone
   */
  public static List<Tensor> svd(Object x, boolean fullMatrices, boolean computeUv) {
    return Op.call(
        "ops.svd",
        a -> {
          boolean both = a.flag(2);
          List<Tensor> r = Engine.bind(new Svd(both && a.flag(1)), List.of(matrixOf(a, 0)));
          return both ? r : List.of(r.get(1));
        },
        x,
        fullMatrices,
        computeUv);
  }

  /**
   * The solution of {@code a x = b} ({@code keras.ops.solve}).
   *
   * @param a square matrices {@code (..., n, n)}
   * @param b vectors {@code (..., n)} with one axis less, or matrices {@code (..., n, k)}; one vector
   *     {@code (n,)} or matrix {@code (n, k)} serves all of a
   * @return the shape of b, after the axes of a that b lacks
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Tensor solve(Object a, Object b) {
    return Op.call("ops.solve", x -> equation(x, LinalgOps::solved), a, b);
  }

  /** {@link #solveTriangular(Object, Object, boolean)} of upper triangular matrices. */
  public static Tensor solveTriangular(Object a, Object b) {
    return solveTriangular(a, b, false);
  }

  /**
   * The solution of {@code a x = b} for triangular matrices, whose other triangle is not read
   * ({@code keras.ops.solve_triangular}).
   *
   * @param a square matrices {@code (..., n, n)}
   * @param b vectors {@code (..., n)} with one axis less, or matrices {@code (..., n, k)}; one vector
   *     {@code (n,)} or matrix {@code (n, k)} serves all of a
   * @param lower whether the lower triangle counts
   * @return the shape of b, after the axes of a that b lacks
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Tensor solveTriangular(Object a, Object b, boolean lower) {
    return Op.call(
        "ops.solve_triangular",
        x -> {
          TriangularSolve p = new TriangularSolve(x.flag(2), false, false);
          return equation(x, (m, right) -> Engine.bind1(p, m, right));
        },
        a,
        b,
        lower);
  }

  private interface Solver {
    Tensor solve(Tensor a, Tensor b);
  }

  private static Tensor equation(Op.Args x, Solver solver) {
    Tensor a = squareOf(x, 0);
    Tensor b = Dtypes.asFloat(x.tensor(1));
    DType t = Dtypes.wide(Dtypes.common(a, b).get(0).dtype());
    a = Prims.convert(a, t);
    b = Prims.convert(b, t);
    Shape want = a.shape().slice(0, a.rank() - 1);
    boolean vector = b.rank() == 1 || b.shape().isCompatible(want);
    Tensor right = vector ? Prims.expandDims(b, -1) : b;
    if (right.rank() > 1 && right.rank() < a.rank()) {
      right = ArithmeticOps.add(right, Prims.zerosLike(Prims.slice(a, -1, 0, 1)));
    }
    if (right.rank() != a.rank() || !right.shape().slice(0, right.rank() - 1).isCompatible(want)) {
      throw new IllegalArgumentException(
          x.name() + ": expected a (..., n, n) and b (..., n) or (..., n, k), got " + a.shape()
              + " and " + b.shape());
    }
    Tensor s = solver.solve(a, right);
    // one column: its sum takes the axis away, whatever else of the shape is unknown
    return asGiven(x, 1, vector ? Prims.sum(s, -1) : s);
  }

  private static double smallest(DType t) {
    return t == DType.FLOAT64 || t == DType.COMPLEX128 ? Math.ulp(1.0) : Math.ulp(1f);
  }

  // the larger one of the sizes of matrices, as a float scalar
  private static Tensor longest(Tensor x, DType t) {
    return Prims.convert(Prims.max(Prims.dimSize(x, -1), Prims.dimSize(x, -2)), t);
  }

  /** {@link #lstsq(Object, Object, Double)} with the default cutoff. */
  public static Tensor lstsq(Object a, Object b) {
    return lstsq(a, b, null);
  }

  /**
   * The x of least norm among those with least {@code |a x - b|} ({@code keras.ops.lstsq}).
   *
   * @param a a matrix {@code (m, n)}
   * @param b {@code (m,)} or {@code (m, k)}
   * @param rcond singular values below this part of the largest count as 0; null for
   *     {@code max(m, n)} times the dtype's precision
   * @return {@code (n,)} or {@code (n, k)}
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Tensor lstsq(Object a, Object b, @Nullable Double rcond) {
    return Op.call("ops.lstsq", LinalgOps::leastSquares, a, b, rcond);
  }

  private static Tensor leastSquares(Op.Args x) {
    Tensor a = matrixOf(x, 0);
    Tensor b = Dtypes.asFloat(x.tensor(1));
    if (a.rank() != 2
        || b.rank() < 1
        || b.rank() > 2
        || !b.shape().slice(0, 1).isCompatible(a.shape().slice(0, 1))) {
      throw new IllegalArgumentException(x.name() + ": expected a (m, n) and b (m,) or (m, k), got "
          + a.shape() + " and " + b.shape());
    }
    DType t = Dtypes.wide(Dtypes.common(a, b).get(0).dtype());
    Tensor right = Prims.convert(b.rank() == 1 ? Prims.expandDims(b, 1) : b, t);
    List<Tensor> usv = Engine.bind(new Svd(false), List.of(Prims.convert(a, t)));
    Tensor s = usv.get(1);
    Tensor cut = Prims.mul(longest(a, s.dtype()), smallest(t));
    if (x.isGiven(2)) {
      double r = x.number(2).doubleValue();
      cut = Prims.scalarLike(s, r < 0 ? smallest(t) : r);
    }
    Tensor limit = Prims.mul(Prims.slice(s, 0, 0, 1), cut);
    Tensor counts = Prims.and(Prims.gt(s, Prims.scalarLike(s, 0)), Prims.ge(s, limit));
    Tensor safe = Prims.select(counts, s, Prims.scalarLike(s, 1));
    Tensor inverse = Prims.select(counts, Prims.div(1, safe), Prims.scalarLike(s, 0));
    Tensor projected = Prims.mul(Prims.expandDims(inverse, 1), times(adjoint(usv.get(0)), right));
    Tensor solution = times(adjoint(usv.get(2)), projected);
    return asGiven(x, 0, b.rank() == 1 ? Prims.sum(solution, 1) : solution);
  }

  /** {@link #matrixRank(Object, Double)} with the default tolerance. */
  public static Tensor matrixRank(Object x) {
    return matrixRank(x, null);
  }

  /**
   * How many singular values of each matrix exceed a tolerance, int32 ({@code keras.ops.matrix_rank}).
   *
   * @param tol null for the largest one times {@code max(m, n)} times the dtype's precision
   */
  public static Tensor matrixRank(Object x, @Nullable Double tol) {
    return Op.call(
        "ops.matrix_rank",
        a -> {
          Tensor t = matrixOf(a, 0);
          Tensor s = Engine.bind(new Svd(false), List.of(t)).get(1);
          Tensor limit;
          if (a.isGiven(1)) {
            limit = Prims.scalarLike(s, a.number(1).doubleValue());
          } else {
            Tensor cut = Prims.mul(longest(t, s.dtype()), smallest(t.dtype()));
            limit = Prims.mul(Prims.maxKeep(s, -1), cut);
          }
          return Prims.sum(Prims.convert(Prims.gt(s, limit), DType.INT32), -1);
        },
        x,
        tol);
  }

  /**
   * Powers of square matrices ({@code keras.ops.matrix_power}), by squaring.
   *
   * @param x {@code (..., n, n)}, any numbers
   * @param n the exponent; 0 gives identity matrices, negative ones are powers of the inverse
   * @return {@code (..., n, n)} of the dtype of x; floats if n is negative
   * @throws IllegalArgumentException if the matrices are not square
   */
  public static Tensor matrixPower(Object x, int n) {
    return Op.call(
        "ops.matrix_power",
        a -> {
          int power = a.integer(1);
          boolean whole = a.spec(0).dtype().isInteger() && power >= 0;
          Tensor t = whole ? a.tensor(0) : matrixOf(a, 0);
          requireSquare(a, t);
          if (power == 0) {
            return asGiven(a, 0, eyeLike(t));
          }
          Tensor base = power < 0 ? solved(t, eyeLike(t)) : t;
          Tensor out = null;
          for (long left = Math.abs((long) power); left > 0; left >>= 1) {
            if ((left & 1) == 1) {
              out = out == null ? base : times(out, base);
            }
            base = left > 1 ? times(base, base) : base;
          }
          return asGiven(a, 0, java.util.Objects.requireNonNull(out));
        },
        x,
        n);
  }

  /** {@link #pinv(Object, Double)} with the default cutoff. */
  public static Tensor pinv(Object x) {
    return pinv(x, null);
  }

  /**
   * The Moore-Penrose inverse of matrices ({@code keras.ops.pinv}).
   *
   * @param rcond singular values up to this part of the largest count as 0; null for
   *     {@code 10 max(m, n)} times the dtype's precision
   * @return {@code (..., n, m)}
   */
  public static Tensor pinv(Object x, @Nullable Double rcond) {
    return Op.call(
        "ops.pinv",
        a -> {
          Tensor t = matrixOf(a, 0);
          List<Tensor> usv = Engine.bind(new Svd(false), List.of(t));
          Tensor s = usv.get(1);
          Tensor cut = a.isGiven(1)
              ? Prims.scalarLike(s, a.number(1).doubleValue())
              : Prims.mul(longest(t, s.dtype()), 10 * smallest(t.dtype()));
          Tensor counts = Prims.gt(s, Prims.mul(Prims.maxKeep(s, -1), cut));
          Tensor safe = Prims.select(counts, s, Prims.scalarLike(s, 1));
          Tensor inverse = Prims.select(counts, Prims.div(1, safe), Prims.scalarLike(s, 0));
          Tensor columns = Prims.expandDims(Prims.convert(inverse, t.dtype()), -2);
          return asGiven(a, 0, times(Prims.mul(adjoint(usv.get(2)), columns), adjoint(usv.get(0))));
        },
        x,
        rcond);
  }

  /** {@link #norm(Object, Object, Object, boolean)} of all elements as one vector. */
  public static Tensor norm(Object x) {
    return norm(x, null, null, false);
  }

  /** {@link #norm(Object, Object, Object, boolean)} without the axes. */
  public static Tensor norm(Object x, @Nullable Object ord, @Nullable Object axis) {
    return norm(x, ord, axis, false);
  }

  /**
   * The norm of vectors (along one axis) or matrices (along two) ({@code keras.ops.norm}).
   *
   * @param ord of vectors: a number p for {@code sum(|x|^p)^(1/p)}, an infinity for the largest or smallest
   *     modulus, 0 for how many are not 0; null for 2. Of matrices: {@code "fro"} (also null),
   *     {@code "nuc"} for the sum of singular values, 2 or -2 for the largest or smallest of them, 1, -1 or
   *     infinities for the largest or smallest sum of moduli of a column or row
   * @param axis one or two axes; null for all, as one vector where ord is null
   * @param keepdims whether the axes stay with size 1
   * @return a float
   * @throws IllegalArgumentException if ord is none for so many axes
   */
  public static Tensor norm(
      Object x, @Nullable Object ord, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.norm",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          boolean keep = a.flag(3);
          return Norms.of(a.name(), t, a.get(1), a.get(2), keep);
        },
        x,
        ord,
        axis,
        keepdims);
  }

  /** The derivative of a function in a direction, without auxiliary results. */
  public static <R> Jvp<R> jvp(
      Function<List<Object>, ? extends R> fun, List<?> primals, List<?> tangents) {
    return jvp(fun, primals, tangents, false);
  }

  /**
   * The value of a function, and its derivative in a direction ({@code keras.ops.jvp}).
   *
   * @param fun a function of a list of arguments, which gives a tensor or a nested structure
   * @param primals the arguments: float tensors, or nested structures of them
   * @param tangents the direction, of the structure and shapes of {@code primals}
   * @param hasAux whether the function gives a list of two, its result and something that is handed through
   */
  @SuppressWarnings("unchecked")
  public static <R> Jvp<R> jvp(
      Function<List<Object>, ?> fun, List<?> primals, List<?> tangents, boolean hasAux) {
    List<?> out = Op.call(
        "ops.jvp",
        a -> Directional.of(a.name(), fun, (List<?>) a.given(1), (List<?>) a.given(2), hasAux),
        fun,
        primals,
        tangents,
        hasAux);
    return new Jvp<>((R) out.get(0), (R) out.get(1), out.get(2));
  }
}
