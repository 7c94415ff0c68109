package org.keras4j.ops.internal.autodiff;

import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Compare.Direction;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.TriangularSolve;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** The algebra of batched matrices {@code (..., m, n)} that decompositions' gradient rules need. */
final class Matrices {
  private Matrices() {}

  /** The product of each pair of matrices. */
  static Tensor product(Tensor a, Tensor b) {
    int rank = a.rank();
    int[] batch = IntList.range(0, rank - 2).toArray();
    return Prims.dot(a, b, batch, batch, new int[] {rank - 1}, new int[] {rank - 2}, null);
  }

  static Tensor transpose(Tensor a) {
    return Prims.swap(a, -1, -2);
  }

  /** The conjugate; itself for reals. */
  static Tensor conj(Tensor a) {
    return a.dtype().isComplex() ? Prims.unary(UnaryKind.CONJ, a) : a;
  }

  /** The conjugate transpose. */
  static Tensor adjoint(Tensor a) {
    return conj(transpose(a));
  }

  /** Where row and column compare this way; a row's number comes first. */
  private static Tensor where(Tensor a, Direction direction) {
    return Prims.compare(
        direction,
        Adjoint.iotaLike(a, a.rank() - 2, DType.INT32),
        Adjoint.iotaLike(a, a.rank() - 1, DType.INT32));
  }

  private static Tensor kept(Tensor a, Direction direction) {
    return Prims.select(where(a, direction), a, Prims.scalarLike(a, 0));
  }

  /** The lower triangle with the diagonal. */
  static Tensor lower(Tensor a) {
    return kept(a, Direction.GE);
  }

  /** The lower triangle without the diagonal. */
  static Tensor strictlyLower(Tensor a) {
    return kept(a, Direction.GT);
  }

  /** The upper triangle with the diagonal. */
  static Tensor upper(Tensor a) {
    return kept(a, Direction.LE);
  }

  static Tensor strictlyUpper(Tensor a) {
    return kept(a, Direction.LT);
  }

  /** The lower triangle with half of the diagonal. */
  static Tensor lowerHalved(Tensor a) {
    return Prims.sub(lower(a), Prims.mul(diagonalPart(a), 0.5));
  }

  /** The diagonal, zeros elsewhere. */
  static Tensor diagonalPart(Tensor a) {
    return kept(a, Direction.EQ);
  }

  /** Ones on the diagonal of matrices like {@code a}. */
  static Tensor eyeLike(Tensor a, DType dtype) {
    return Prims.convert(where(a, Direction.EQ), dtype);
  }

  /** The diagonal as vectors {@code (..., n)}. */
  static Tensor diagonal(Tensor a) {
    return Prims.sum(diagonalPart(a), -1);
  }

  /** Scales columns: {@code a diag(d)}. */
  static Tensor timesDiagonal(Tensor a, Tensor d) {
    return Prims.mul(a, Prims.expandDims(d, -2));
  }

  /** Scales rows: {@code diag(d) a}. */
  static Tensor diagonalTimes(Tensor d, Tensor a) {
    return Prims.mul(Prims.expandDims(d, -1), a);
  }

  /** Half of the sum with the (conjugate) transpose. */
  static Tensor symmetric(Tensor a) {
    return Prims.mul(Prims.add(a, adjoint(a)), 0.5);
  }

  /** {@code a^-1 b} for triangular {@code a}. */
  static Tensor solve(Tensor a, Tensor b, boolean lower, boolean transpose, boolean unit) {
    return Engine.bind1(new TriangularSolve(lower, transpose, unit), a, b);
  }

  /** {@code b a^-1}, or {@code b a^-T}, for triangular {@code a}. */
  static Tensor solveRight(Tensor a, Tensor b, boolean lower, boolean transpose, boolean unit) {
    return transpose(solve(a, transpose(b), lower, !transpose, unit));
  }

  /** The complex number of this real part. */
  static Tensor complex(Tensor re) {
    return Prims.binary(BinaryKind.COMPLEX, re, Prims.zerosLike(re));
  }

  /** Rows {@code from} to {@code to}. */
  static Tensor rows(Tensor a, long from, long to) {
    return Prims.slice(a, -2, from, to);
  }

  /** Columns {@code from} to {@code to}. */
  static Tensor columns(Tensor a, long from, long to) {
    return Prims.slice(a, -1, from, to);
  }
}
