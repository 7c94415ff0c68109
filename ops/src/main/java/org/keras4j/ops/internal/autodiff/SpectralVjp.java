package org.keras4j.ops.internal.autodiff;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.primitive.Eigh;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Svd;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Gradient rules of eigenvalues and singular values. Inside, cotangents have the form {@code Re(conj(c) dz)};
 * complex ones are conjugated on the way in and out.
 */
final class SpectralVjp {
  private SpectralVjp() {}

  /** {@code 1 / (d_j - d_i)} off the diagonal; 0 where two are equal. */
  private static Tensor gaps(Tensor d) {
    Tensor difference = Prims.sub(Prims.expandDims(d, -2), Prims.expandDims(d, -1));
    Tensor zero = Prims.eq(difference, Prims.scalarLike(d, 0));
    return Prims.select(
        zero,
        Prims.scalarLike(d, 0),
        Prims.div(1, Prims.select(zero, Prims.scalarLike(d, 1), difference)));
  }

  /** A real factor times a matrix that may be complex. */
  private static Tensor scaled(Tensor real, Tensor a) {
    return Prims.mul(a.dtype().isComplex() ? Prims.convert(real, a.dtype()) : real, a);
  }

  /** {@code V (diag(cw) + F o (V^H cv)) V^H} with {@code F = 1 / (w_j - w_i)}, made symmetric. */
  static List<@Nullable Tensor> eigh(Eigh p, Vjp.Site s) {
    Tensor v = s.out(1);
    Tensor w = s.out(0);
    Tensor inner = null;
    if (s.ct(1) != null) {
      Tensor projected = Matrices.product(Matrices.adjoint(v), Matrices.conj(s.ct(1)));
      inner = Prims.mul(gaps(w), projected);
    }
    if (s.ct(0) != null) {
      Tensor diagonal =
          Matrices.timesDiagonal(Matrices.eyeLike(v, v.dtype()), Matrices.conj(s.ct(0)));
      inner = inner == null ? diagonal : Prims.add(inner, diagonal);
    }
    // a rule is asked only if a result has a cotangent
    Tensor full =
        Matrices.product(Matrices.product(v, Objects.requireNonNull(inner)), Matrices.adjoint(v));
    return s.give(Matrices.conj(Matrices.symmetric(full)));
  }

  static List<@Nullable Tensor> svd(Svd p, Vjp.Site s) {
    Tensor u = s.out(0);
    Tensor sigma = s.out(1);
    Tensor vt = s.out(2);
    long m = s.in(0).shape().intDim(-2);
    long n = s.in(0).shape().intDim(-1);
    long k = Math.min(m, n);
    boolean vectors = s.ct(0) != null || s.ct(2) != null;
    if (p.full() && m != n) {
      if (vectors) {
        throw s.missing(
            "with full matrices U and V of a matrix that is not square are not unique; use"
                + " fullMatrices = false");
      }
      u = Matrices.columns(u, 0, k);
      vt = Matrices.rows(vt, 0, k);
    }
    if (!vectors) {
      return s.give(Matrices.conj(
          Matrices.product(Matrices.timesDiagonal(u, like(s.ct(1), u)), vt)));
    }
    Tensor cu = s.ct(0) == null ? Prims.zerosLike(u) : Matrices.conj(s.ct(0));
    Tensor cv = Matrices.adjoint(s.ct(2) == null ? Prims.zerosLike(vt) : Matrices.conj(s.ct(2)));
    Tensor v = Matrices.adjoint(vt);
    Tensor f = gaps(Prims.square(sigma));
    Tensor zero = Prims.eq(sigma, Prims.scalarLike(sigma, 0));
    Tensor inverse = Prims.select(
        zero,
        Prims.scalarLike(sigma, 0),
        Prims.div(1, Prims.select(zero, Prims.scalarLike(sigma, 1), sigma)));
    Tensor sc = like(sigma, u);
    Tensor ic = like(inverse, u);
    Tensor a = Matrices.product(Matrices.adjoint(u), cu);
    Tensor b = Matrices.product(Matrices.adjoint(v), cv);
    Tensor inner = Prims.add(
        Matrices.timesDiagonal(scaled(f, Prims.sub(a, Matrices.adjoint(a))), sc),
        Matrices.diagonalTimes(sc, scaled(f, Prims.sub(b, Matrices.adjoint(b)))));
    if (s.ct(1) != null) {
      inner = Prims.add(
          inner, Matrices.timesDiagonal(Matrices.eyeLike(inner, u.dtype()), like(s.ct(1), u)));
    }
    if (u.dtype().isComplex()) {
      // the phases of a pair of singular vectors turn together
      Tensor turn = Prims.mul(Matrices.diagonalPart(Prims.sub(a, Matrices.adjoint(a))), 0.5);
      inner = Prims.add(inner, Matrices.timesDiagonal(turn, ic));
    }
    Tensor c = Matrices.product(Matrices.product(u, inner), vt);
    // what lies outside of the spaces that U and V span
    Tensor outU = Prims.sub(cu, Matrices.product(u, a));
    Tensor outV = Prims.sub(cv, Matrices.product(v, b));
    if (m > k) {
      c = Prims.add(c, Matrices.product(Matrices.timesDiagonal(outU, ic), vt));
    }
    if (n > k) {
      c = Prims.add(c, Matrices.product(Matrices.timesDiagonal(u, ic), Matrices.adjoint(outV)));
    }
    return s.give(Matrices.conj(c));
  }

  private static Tensor like(@Nullable Tensor real, Tensor u) {
    return Prims.convert(java.util.Objects.requireNonNull(real), u.dtype());
  }

  /** {@code V^-H (diag(cw) + (V^H cv - V^H V diag(Re(V^H cv))) / E) V^H}; eigenvectors have length 1. */
  static List<@Nullable Tensor> eig(Eig p, Vjp.Site s) {
    Tensor w = s.out(0);
    Tensor v = s.out(1);
    Tensor vh = Matrices.adjoint(v);
    Tensor inner = null;
    if (s.ct(1) != null) {
      Tensor a = Matrices.product(vh, Matrices.conj(s.ct(1)));
      Tensor length = Matrices.complex(Prims.unary(UnaryKind.REAL, Matrices.diagonal(a)));
      Tensor free = Prims.sub(a, Matrices.timesDiagonal(Matrices.product(vh, v), length));
      inner = Prims.mul(gaps(Matrices.conj(w)), free);
    }
    if (s.ct(0) != null) {
      Tensor diagonal =
          Matrices.timesDiagonal(Matrices.eyeLike(v, v.dtype()), Matrices.conj(s.ct(0)));
      inner = inner == null ? diagonal : Prims.add(inner, diagonal);
    }
    Tensor c = solve(vh, Matrices.product(Objects.requireNonNull(inner), vh));
    DType from = s.in(0).dtype();
    return s.give(
        from.isComplex() ? Matrices.conj(c) : Prims.convert(Prims.unary(UnaryKind.REAL, c), from));
  }

  private static Tensor solve(Tensor a, Tensor b) {
    List<Tensor> lu = Engine.bind(new Lu(), List.of(a));
    Tensor perm = Prims.expandDims(lu.get(2), -1);
    Tensor rows = Prims.gatherNd(b, perm, b.rank() - 2);
    Tensor y = Matrices.solve(lu.get(0), rows, true, false, true);
    return Matrices.solve(lu.get(0), y, false, false, false);
  }
}
