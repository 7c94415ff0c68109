package org.keras4j.ops.internal.autodiff;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Cholesky;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.TriangularSolve;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Gradient rules of triangular factorizations. They are written for cotangents of the form {@code Re(conj(c)
 * dz)}, as the literature has it; complex ones are conjugated on the way in and out.
 */
final class FactorVjp {
  private FactorVjp() {}

  /** {@code L^-H phi(L^H c) L^-1}, made symmetric; phi takes the lower triangle and half the diagonal. */
  static List<@Nullable Tensor> cholesky(Cholesky p, Vjp.Site s) {
    Tensor l = s.out(0);
    Tensor ct = Matrices.conj(s.ct());
    Tensor inner = Matrices.lowerHalved(Matrices.product(Matrices.adjoint(l), ct));
    Tensor lc = Matrices.conj(l);
    Tensor left = Matrices.solve(lc, inner, true, true, false);
    Tensor both = Matrices.solveRight(l, left, true, false, false);
    return s.give(Matrices.conj(Matrices.symmetric(both)));
  }

  static List<@Nullable Tensor> triangularSolve(TriangularSolve p, Vjp.Site s) {
    // linear in b and algebraic in a, so no conjugates come in
    Tensor a = s.in(0);
    Tensor x = s.out(0);
    Tensor cb =
        Engine.bind1(new TriangularSolve(p.lower(), !p.transpose(), p.unitDiagonal()), a, s.ct());
    Tensor ca = null;
    if (s.wants(0)) {
      Tensor full = p.transpose()
          ? Matrices.product(x, Matrices.transpose(cb))
          : Matrices.product(cb, Matrices.transpose(x));
      Tensor part = p.lower()
          ? p.unitDiagonal() ? Matrices.strictlyLower(full) : Matrices.lower(full)
          : p.unitDiagonal() ? Matrices.strictlyUpper(full) : Matrices.upper(full);
      ca = Prims.neg(part);
    }
    return s.give(ca, cb);
  }

  static List<@Nullable Tensor> lu(Lu p, Vjp.Site s) {
    // algebraic as well: transposes without conjugates
    Tensor packed = s.out(0);
    Tensor ct = s.ct();
    long m = packed.shape().intDim(-2);
    long n = packed.shape().intDim(-1);
    long k = Math.min(m, n);
    Tensor square = Matrices.rows(Matrices.columns(packed, 0, k), 0, k);
    Tensor ctSquare = Matrices.rows(Matrices.columns(ct, 0, k), 0, k);
    Tensor cl = Matrices.strictlyLower(ctSquare);
    Tensor cu = Matrices.upper(ctSquare);
    Tensor l = Prims.add(Matrices.strictlyLower(square), Matrices.eyeLike(square, square.dtype()));
    Tensor u = Matrices.upper(square);
    Tensor rest = null;
    if (m > n) {
      // the rows below: L2 = A2 U^-1
      Tensor l2 = Matrices.rows(packed, n, m);
      rest = Matrices.solveRight(u, Matrices.rows(ct, n, m), false, true, false);
      cu = Prims.sub(cu, Matrices.upper(Matrices.product(Matrices.transpose(l2), rest)));
    } else if (n > m) {
      // the columns to the right: U2 = L^-1 A2
      Tensor u2 = Matrices.columns(packed, m, n);
      rest = Matrices.solve(l, Matrices.columns(ct, m, n), true, true, true);
      cl = Prims.sub(cl, Matrices.strictlyLower(Matrices.product(rest, Matrices.transpose(u2))));
    }
    Tensor inner = Prims.add(
        Matrices.strictlyLower(Matrices.product(Matrices.transpose(l), cl)),
        Matrices.upper(Matrices.product(cu, Matrices.transpose(u))));
    Tensor left = Matrices.solve(l, inner, true, true, true);
    Tensor c = Matrices.solveRight(u, left, false, true, false);
    if (rest != null) {
      c = Prims.concat(List.of(c, rest), m > n ? -2 : -1);
    }
    // row i of the factors' product is row perm[i] of the input
    Tensor perm = s.out(2);
    Tensor rows = Prims.expandDims(perm, -1);
    Tensor numbers = Prims.iota(Shape.of(m), 0, DType.INT32);
    Tensor moves = Prims.convert(Prims.eq(rows, numbers), c.dtype());
    return s.give(Matrices.product(Matrices.transpose(moves), c));
  }

  static List<@Nullable Tensor> qr(Qr p, Vjp.Site s) {
    Tensor q = s.out(0);
    Tensor r = s.out(1);
    long m = s.in(0).shape().intDim(-2);
    long n = s.in(0).shape().intDim(-1);
    if (p.full() && m > n) {
      throw s.missing("in complete mode Q of a tall matrix is not unique; use the reduced mode");
    }
    Tensor cq = s.ct(0) == null ? Prims.zerosLike(q) : Matrices.conj(s.ct(0));
    Tensor cr = s.ct(1) == null ? Prims.zerosLike(r) : Matrices.conj(s.ct(1));
    if (m >= n) {
      return s.give(Matrices.conj(tall(q, r, cq, cr)));
    }
    // the columns to the right: V = Q^H Y
    Tensor y = Matrices.columns(s.in(0), m, n);
    Tensor cv = Matrices.columns(cr, m, n);
    Tensor right = Matrices.product(q, cv);
    Tensor more = Prims.add(cq, Matrices.product(y, Matrices.adjoint(cv)));
    Tensor left = tall(q, Matrices.columns(r, 0, m), more, Matrices.columns(cr, 0, m));
    return s.give(Matrices.conj(Prims.concat(List.of(left, right), -1)));
  }

  /** {@code (cq + Q sym(R cr^H - cq^H Q)) R^-H}, where sym mirrors the lower triangle. */
  private static Tensor tall(Tensor q, Tensor r, Tensor cq, Tensor cr) {
    Tensor m = Prims.sub(
        Matrices.product(r, Matrices.adjoint(cr)), Matrices.product(Matrices.adjoint(cq), q));
    Tensor half = Matrices.lowerHalved(m);
    Tensor mirrored = Prims.add(half, Matrices.adjoint(half));
    Tensor sum = Prims.add(cq, Matrices.product(q, mirrored));
    return Matrices.solveRight(Matrices.conj(r), sum, false, true, false);
  }
}
