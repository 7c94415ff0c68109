package org.keras4j.ops.internal.math;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.TopK;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.numpy.MatrixOps;

/** Largest elements, special functions, and complex numbers as pairs of reals. */
public final class MathOps {
  private MathOps() {}

  /** {@link #topK(Object, int, boolean)}, sorted. */
  public static List<Tensor> topK(Object x, int k) {
    return topK(x, k, true);
  }

  /**
   * The largest elements of the last axis and their places ({@code keras.ops.top_k}); of equal ones the
   * first come first.
   *
   * @param k how many, at most the size of the last axis
   * @param sorted whether they must descend; they always do
   * @return values {@code (..., k)} and int32 places {@code (..., k)}
   * @throws IllegalArgumentException if there are fewer than k
   */
  public static List<Tensor> topK(Object x, int k, boolean sorted) {
    return Op.call(
        "ops.top_k",
        a -> {
          Tensor t = a.tensor(0);
          int n = a.integer(1);
          if (t.rank() < 1 || n < 0 || (t.shape().last() >= 0 && n > t.shape().last())) {
            throw new IllegalArgumentException(a.name()
                + ": k must be from 0 to the size of the last axis of " + t.shape() + ", got " + n);
          }
          return Engine.bind(new TopK(n), List.of(t));
        },
        x,
        k,
        sorted);
  }

  /**
   * Whether fewer than k predictions exceed that of the target ({@code keras.ops.in_top_k}).
   *
   * @param targets numbers of classes {@code (batch,)}
   * @param predictions {@code (batch, classes)}
   * @return bools {@code (batch,)}; false where the target is no class or its prediction NaN
   */
  public static Tensor inTopK(Object targets, Object predictions, int k) {
    return Op.call(
        "ops.in_top_k",
        a -> {
          Tensor labels = a.tensor(0, DType.INT32);
          Tensor p = Dtypes.asFloat(a.tensor(1));
          if (p.rank() != labels.rank() + 1) {
            throw new IllegalArgumentException(
                a.name() + ": expected targets (batch,) and predictions (batch, classes), got "
                    + labels.shape() + " and " + p.shape());
          }
          Tensor hot = Prims.eq(Prims.expandDims(labels, -1), Prims.iotaOf(p, -1, DType.INT32));
          Tensor lowest = Prims.scalarLike(p, Double.NEGATIVE_INFINITY);
          Tensor own = Prims.maxKeep(Prims.select(hot, p, lowest), -1);
          own = Prims.select(Prims.ne(own, own), lowest, own);
          Tensor above = Prims.convert(Prims.gt(p, own), DType.INT32);
          Tensor rank = Prims.sum(above, -1);
          return Prims.lt(rank, Prims.scalar(DType.INT32, (long) a.integer(2)));
        },
        targets,
        predictions,
        k);
  }

  /** {@link #logsumexp(Object, Object, boolean)} of all elements. */
  public static Tensor logsumexp(Object x) {
    return logsumexp(x, null, false);
  }

  /** {@link #logsumexp(Object, Object, boolean)} without the axes. */
  public static Tensor logsumexp(Object x, @Nullable Object axis) {
    return logsumexp(x, axis, false);
  }

  /**
   * {@code log(sum(e^x))}, without overflow ({@code keras.ops.logsumexp}).
   *
   * @param axis an int, several, or null for all
   * @param keepdims whether the axes stay with size 1
   */
  public static Tensor logsumexp(Object x, @Nullable Object axis, boolean keepdims) {
    return Op.call(
        "ops.logsumexp",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          int[] axes = Axes.of(a.get(1), t.rank());
          Tensor top = Prims.maxKeep(t, axes);
          // an infinity would make NaN of the difference
          Tensor finite = Prims.unary(UnaryKind.IS_FINITE, top);
          top = Prims.stopGradient(Prims.select(finite, top, Prims.scalarLike(top, 0)));
          Tensor sum = Prims.sumKeep(Prims.exp(Prims.sub(t, top)), axes);
          Tensor kept = Prims.add(Prims.log(sum), top);
          return a.flag(2) ? kept : Prims.sum(kept, axes);
        },
        x,
        axis,
        keepdims);
  }

  /**
   * The Euclidean distances between all pairs of rows ({@code keras.ops.cdist}).
   *
   * @param x {@code (..., m, n)}
   * @param y {@code (..., k, n)}; the axes before the last two broadcast
   * @return {@code (..., m, k)}
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Tensor cdist(Object x, Object y) {
    return Op.call(
        "ops.cdist",
        a -> {
          List<Tensor> t = Dtypes.common(a.tensor(0), a.tensor(1));
          Tensor p = t.get(0);
          Tensor q = t.get(1);
          if (p.rank() < 2
              || q.rank() < 2
              || !p.shape().slice(p.rank() - 1).isCompatible(q.shape().slice(q.rank() - 1))) {
            throw new IllegalArgumentException(
                a.name() + ": expected x (..., m, n) and y (..., k, n), got " + p.shape() + " and "
                    + q.shape());
          }
          Tensor d = Prims.sub(Prims.expandDims(p, -2), Prims.expandDims(q, -3));
          return Prims.sqrt(Prims.sum(Prims.square(d), -1));
        },
        x,
        y);
  }

  /** {@code 1 / sqrt(x)} ({@code keras.ops.rsqrt}). */
  public static Tensor rsqrt(Object x) {
    return Op.call("ops.rsqrt", a -> Prims.rsqrt(Dtypes.asFloat(a.tensor(0))), x);
  }

  /** The error function ({@code keras.ops.erf}). */
  public static Tensor erf(Object x) {
    return Op.call("ops.erf", a -> Prims.unary(UnaryKind.ERF, Dtypes.asFloat(a.tensor(0))), x);
  }

  /** One less the error function, exact where that is near 1 ({@code keras.ops.erfc}). */
  public static Tensor erfc(Object x) {
    return Op.call("ops.erfc", a -> Prims.unary(UnaryKind.ERFC, Dtypes.asFloat(a.tensor(0))), x);
  }

  /** The inverse of the error function ({@code keras.ops.erfinv}); NaN beyond -1 and 1. */
  public static Tensor erfinv(Object x) {
    return Op.call(
        "ops.erfinv", a -> Prims.unary(UnaryKind.ERF_INV, Dtypes.asFloat(a.tensor(0))), x);
  }

  /**
   * The regularized lower incomplete gamma function ({@code keras.ops.gammainc}, of Keras 3.16): the integral of {@code t^(x1 - 1)
   * exp(-t) / gamma(x1)} from 0 to {@code x2}, the share of a gamma distribution of shape {@code x1} that lies below {@code x2}.
   * It is differentiable in both arguments, and computed in float64, in memory of 20 times the result (32 times of float64).
   *
   * @param x1 the shape, at least 0; integers and bools become floatx
   * @param x2 the upper end, at least 0, of a shape that broadcasts with the other
   * @return floats from 0 to 1, in the shapes broadcast; NaN where an argument is negative, or both are 0 or both infinite
   * @throws IllegalArgumentException if an argument is complex
   */
  public static Tensor gammainc(Object x1, Object x2) {
    return Op.call(
        "ops.gammainc",
        a -> {
          Tensor[] t = Dtypes.promotedFloat(a, 0, 1);
          if (t[0].dtype().isComplex()) {
            throw new IllegalArgumentException(
                "ops.gammainc: expected real numbers, got " + t[0].spec() + " and " + t[1].spec());
          }
          return IncompleteGamma.lower(t[0], t[1]);
        },
        x1,
        x2);
  }

  /**
   * Pairs along the last axis as complex numbers ({@code keras.ops.view_as_complex}).
   *
   * @param x {@code (..., 2)}, real and imaginary parts
   * @return complex64 {@code (...)}, of float64 complex128
   * @throws IllegalArgumentException if the last axis has not size 2
   */
  public static Tensor viewAsComplex(Object x) {
    return Op.call(
        "ops.view_as_complex",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          if (t.rank() < 1 || t.shape().last() != 2) {
            throw new IllegalArgumentException(
                a.name() + ": expected a last axis of size 2, got shape " + t.shape());
          }
          Tensor wide = Prims.convert(t, t.dtype() == DType.FLOAT64 ? t.dtype() : DType.FLOAT32);
          return Prims.binary(
              BinaryKind.COMPLEX,
              Prims.sum(Prims.slice(wide, -1, 0, 1), -1),
              Prims.sum(Prims.slice(wide, -1, 1, 2), -1));
        },
        x);
  }

  /**
   * Real and imaginary parts along a new last axis ({@code keras.ops.view_as_real}).
   *
   * @return floats {@code (..., 2)}
   */
  public static Tensor viewAsReal(Object x) {
    return Op.call(
        "ops.view_as_real",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          boolean complex = t.dtype().isComplex();
          Tensor re = complex ? Prims.unary(UnaryKind.REAL, t) : t;
          Tensor im = complex ? Prims.unary(UnaryKind.IMAG, t) : Prims.zerosLike(t);
          return Prims.concat(List.of(Prims.expandDims(re, -1), Prims.expandDims(im, -1)), -1);
        },
        x);
  }

  /**
   * The logarithm of the absolute value of the determinants, {@code (...)} ({@code keras.ops.logdet}).
   */
  public static Tensor logdet(Object x) {
    return Op.call("ops.logdet", a -> MatrixOps.slogdet(a.given(0)).get(1), x);
  }
}
