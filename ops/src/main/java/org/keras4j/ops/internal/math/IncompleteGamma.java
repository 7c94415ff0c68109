package org.keras4j.ops.internal.math;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * The regularized lower incomplete gamma function, {@code P(a, x)}, the integral of {@code t^(a-1) exp(-t) / gamma(a)} from 0 to
 * {@code x}, by one quadrature for all arguments, so that it is the same on every backend and its derivatives for {@code a} and
 * {@code x} are those of the formula.
 *
 * <p>With {@code b = a - 1}, the place of the integrand's peak, and {@code t = b (1 + m)}, the integrand is {@code exp(b (log1p(m) -
 * m))} times a factor that depends on {@code b} alone, which Stirling's series gives for {@code b >= 7}; smaller {@code a} are
 * raised by 8, and the difference is a sum of 8 terms. From {@code x} the integral goes away from the peak until the integrand has
 * fallen by a factor that rounding cannot see: to the left it is {@code P}, to the right what {@code P} lacks to 1. As
 * {@code m - log1p(m)} is at least {@code m^2 / 2} on the left and {@code m^2 / (2 + 2 m)} on the right, the end is a root of a
 * quadratic equation. Gauss-Legendre's rule integrates what is left to 1e-9 of the result with 20 nodes and to 1e-12 with 32.
 *
 * <p>Everything is computed in float64, and with an axis more for the nodes.
 */
final class IncompleteGamma {
  private static final int RAISED = 8;
  private static final double LARGEST = 1000; // as many times the peak: nothing is left beyond
  private static final double LOWEST =
      -1 + 1e-12; // of m, which is -1 where x is 0: nothing is left below
  // of Stirling's series, by the odd powers of 1 / b
  private static final double[] STIRLING = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156
  };

  private IncompleteGamma() {}

  /**
   * {@code P(a, x)}.
   *
   * @param a floats, at least 0
   * @param x floats of the same dtype, at least 0, of a shape that broadcasts with the other
   * @return floats of that dtype, of both shapes broadcast; NaN where an argument is negative or NaN, or both are 0 or infinite
   */
  static Tensor lower(Tensor a, Tensor x) {
    boolean isDouble = a.dtype() == DType.FLOAT64;
    Tensor wideA = Prims.convert(a, DType.FLOAT64);
    Tensor wideX = Prims.convert(x, DType.FLOAT64);
    Tensor zero = Prims.scalarLike(wideA, 0);
    Tensor inside = Prims.and(
        Prims.and(Prims.lt(zero, wideA), Prims.lt(zero, wideX)),
        Prims.and(
            Prims.unary(UnaryKind.IS_FINITE, wideA), Prims.unary(UnaryKind.IS_FINITE, wideX)));
    Tensor one = Prims.scalarLike(wideA, 1);
    Tensor safeA = Prims.select(inside, wideA, one);
    Tensor safeX = Prims.select(inside, wideX, one);
    Tensor p = inside(safeA, safeX, isDouble ? 32 : 20, isDouble ? 38 : 20);
    return Prims.convert(Prims.select(inside, p, edge(wideA, wideX)), a.dtype());
  }

  // where an argument is 0 or infinite
  private static Tensor edge(Tensor a, Tensor x) {
    Tensor zero = Prims.scalarLike(a, 0);
    Tensor infinity = Prims.scalarLike(a, Double.POSITIVE_INFINITY);
    Tensor nan = Prims.scalarLike(a, Double.NaN);
    Tensor isAZero = Prims.eq(a, zero);
    Tensor isXZero = Prims.eq(x, zero);
    Tensor isAInfinite = Prims.eq(a, infinity);
    Tensor isXInfinite = Prims.eq(x, infinity);
    Tensor nothing = Prims.or(
        Prims.and(isXZero, Prims.lt(zero, a)),
        Prims.and(isAInfinite, Prims.and(Prims.le(zero, x), Prims.lt(x, infinity))));
    Tensor all = Prims.or(
        Prims.and(isAZero, Prims.lt(zero, x)),
        Prims.and(isXInfinite, Prims.and(Prims.le(zero, a), Prims.lt(a, infinity))));
    return Prims.select(nothing, zero, Prims.select(all, Prims.scalarLike(a, 1), nan));
  }

  private static Tensor inside(Tensor a, Tensor x, int nodes, double fall) {
    Tensor isSmall = Prims.lt(a, Prims.scalarLike(a, RAISED));
    Tensor b = Prims.sub(Prims.select(isSmall, Prims.add(a, RAISED), a), 1);
    Tensor place = Prims.min(Prims.div(Prims.sub(x, b), b), Prims.scalarLike(b, LARGEST));
    Tensor m = Prims.max(place, Prims.scalarLike(b, LOWEST));
    Tensor isRight = Prims.lt(Prims.scalarLike(m, 0), m);
    Tensor depth = Prims.add(Prims.sub(m, Prims.unary(UnaryKind.LOG1P, m)), Prims.div(fall, b));
    Tensor right = Prims.add(depth, sqrt(Prims.add(Prims.mul(depth, depth), Prims.mul(depth, 2))));
    Tensor left = Prims.max(Prims.sub(0, sqrt(Prims.mul(depth, 2))), Prims.scalarLike(depth, -1));
    Tensor way = Prims.sub(Prims.select(isRight, right, left), m);
    double[][] rule = legendre(nodes);
    Tensor at = Prims.add(
        Prims.expandDims(m, -1),
        Prims.mul(Prims.expandDims(way, -1), Engine.constant(NDArray.of(rule[0], nodes))));
    Tensor height = Prims.unary(
        UnaryKind.EXP,
        Prims.mul(Prims.expandDims(b, -1), Prims.sub(Prims.unary(UnaryKind.LOG1P, at), at)));
    Tensor mean =
        Prims.sum(Prims.mul(height, Engine.constant(NDArray.of(rule[1], nodes))), at.rank() - 1);
    Tensor part = Prims.mul(Prims.mul(mean, factor(b)), Prims.unary(UnaryKind.ABS, way));
    Tensor p = Prims.select(isRight, Prims.sub(1, part), part);
    Tensor smallA = Prims.select(isSmall, a, Prims.scalarLike(a, 1));
    Tensor below = Prims.select(isSmall, terms(smallA, x), Prims.scalarLike(a, 0));
    return Prims.add(p, below);
  }

  /** {@code b^(b+1) exp(-b) / gamma(b + 1)}. */
  private static Tensor factor(Tensor b) {
    Tensor z = Prims.div(1, b);
    Tensor z2 = Prims.mul(z, z);
    Tensor series = Prims.scalarLike(b, STIRLING[STIRLING.length - 1]);
    for (int i = STIRLING.length - 2; i >= 0; i--) {
      series = Prims.add(Prims.mul(series, z2), STIRLING[i]);
    }
    return Prims.mul(
        Prims.unary(UnaryKind.EXP, Prims.sub(0, Prims.mul(series, z))),
        sqrt(Prims.div(b, 2 * Math.PI)));
  }

  /** {@code P(a, x) - P(a + 8, x)}, the sum of {@code x^(a+k) exp(-x) / gamma(a+k+1)}. */
  private static Tensor terms(Tensor a, Tensor x) {
    Tensor log = Prims.sub(
        Prims.sub(Prims.mul(a, Prims.unary(UnaryKind.LOG, x)), x),
        Prims.unary(UnaryKind.LGAMMA, Prims.add(a, 1)));
    Tensor term = Prims.unary(UnaryKind.EXP, log);
    Tensor sum = term;
    for (int k = 1; k < RAISED; k++) {
      term = Prims.div(Prims.mul(term, x), Prims.add(a, k));
      sum = Prims.add(sum, term);
    }
    return sum;
  }

  private static Tensor sqrt(Tensor x) {
    return Prims.unary(UnaryKind.SQRT, x);
  }

  /** Nodes and weights of Gauss-Legendre's rule on [0, 1], by Newton's method on the roots of the polynomial. */
  static double[][] legendre(int n) {
    double[] nodes = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      double z = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
      double slope = 1;
      for (int step = 0; step < 8; step++) {
        double before = 0;
        double value = 1;
        for (int k = 0; k < n; k++) {
          double next = ((2 * k + 1) * z * value - k * before) / (k + 1);
          before = value;
          value = next;
        }
        slope = n * (z * value - before) / (z * z - 1);
        z -= value / slope;
      }
      nodes[i] = (1 - z) / 2;
      weights[i] = 1 / ((1 - z * z) * slope * slope);
    }
    return new double[][] {nodes, weights};
  }
}
