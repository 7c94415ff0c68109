package org.keras4j.ops.internal.numpy;

import java.util.function.BinaryOperator;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Compare.Direction;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.composite.NumpyComposites;
import org.keras4j.ops.internal.engine.Prims;

/** Elementwise comparison, logic and tests of elements. Two operands broadcast as in NumPy; the result is bool. */
public final class ComparisonOps {
  private ComparisonOps() {}

  private static Tensor comparing(String name, Direction d, Object x1, Object x2) {
    return Op.call(
        name,
        a -> {
          Tensor[] t = Dtypes.promoted(a, 0, 1);
          return Prims.compare(d, t[0], t[1]);
        },
        x1,
        x2);
  }

  /** {@code x1 == x2} ({@code keras.ops.equal}). */
  public static Tensor equal(Object x1, Object x2) {
    return comparing("ops.equal", Direction.EQ, x1, x2);
  }

  /** {@code x1 != x2} ({@code keras.ops.not_equal}). */
  public static Tensor notEqual(Object x1, Object x2) {
    return comparing("ops.not_equal", Direction.NE, x1, x2);
  }

  /** {@code x1 < x2} ({@code keras.ops.less}). */
  public static Tensor less(Object x1, Object x2) {
    return comparing("ops.less", Direction.LT, x1, x2);
  }

  /** {@code x1 <= x2} ({@code keras.ops.less_equal}). */
  public static Tensor lessEqual(Object x1, Object x2) {
    return comparing("ops.less_equal", Direction.LE, x1, x2);
  }

  /** {@code x1 > x2} ({@code keras.ops.greater}). */
  public static Tensor greater(Object x1, Object x2) {
    return comparing("ops.greater", Direction.GT, x1, x2);
  }

  /** {@code x1 >= x2} ({@code keras.ops.greater_equal}). */
  public static Tensor greaterEqual(Object x1, Object x2) {
    return comparing("ops.greater_equal", Direction.GE, x1, x2);
  }

  private static Tensor logical(String name, BinaryOperator<Tensor> f, Object x1, Object x2) {
    return Op.call(name, a -> f.apply(a.tensor(0, DType.BOOL), a.tensor(1, DType.BOOL)), x1, x2);
  }

  /** Whether both are true, numbers counting as {@code != 0} ({@code keras.ops.logical_and}). */
  public static Tensor logicalAnd(Object x1, Object x2) {
    return logical("ops.logical_and", Prims::and, x1, x2);
  }

  /** Whether at least one is true ({@code keras.ops.logical_or}). */
  public static Tensor logicalOr(Object x1, Object x2) {
    return logical("ops.logical_or", Prims::or, x1, x2);
  }

  /** Whether exactly one is true ({@code keras.ops.logical_xor}). */
  public static Tensor logicalXor(Object x1, Object x2) {
    return logical("ops.logical_xor", (a, b) -> Prims.binary(BinaryKind.XOR, a, b), x1, x2);
  }

  /** Whether the element is false or 0 ({@code keras.ops.logical_not}). */
  public static Tensor logicalNot(Object x) {
    return Op.call("ops.logical_not", a -> Prims.not(a.tensor(0, DType.BOOL)), x);
  }

  /** Whether neither NaN nor infinite ({@code keras.ops.isfinite}). */
  public static Tensor isfinite(Object x) {
    return Op.call("ops.isfinite", a -> finite(a.tensor(0)), x);
  }

  static Tensor finite(Tensor x) {
    if (x.dtype().isComplex()) {
      return Prims.and(
          finite(Prims.unary(UnaryKind.REAL, x)), finite(Prims.unary(UnaryKind.IMAG, x)));
    }
    return x.dtype().isFloat()
        ? Prims.unary(UnaryKind.IS_FINITE, x)
        : Prims.fullLike(x, DType.BOOL, 1);
  }

  /** Whether NaN ({@code keras.ops.isnan}). */
  public static Tensor isnan(Object x) {
    return Op.call("ops.isnan", a -> nan(a.tensor(0)), x);
  }

  static Tensor nan(Tensor x) {
    return x.dtype().isFloat() || x.dtype().isComplex()
        ? Prims.ne(x, x)
        : Prims.fullLike(x, DType.BOOL, 0);
  }

  /** Whether positive or negative infinity ({@code keras.ops.isinf}). */
  public static Tensor isinf(Object x) {
    return Op.call("ops.isinf", a -> infinite(a.tensor(0)), x);
  }

  private static Tensor infinite(Tensor x) {
    if (x.dtype().isComplex()) {
      return Prims.or(
          infinite(Prims.unary(UnaryKind.REAL, x)), infinite(Prims.unary(UnaryKind.IMAG, x)));
    }
    return x.dtype().isFloat() ? is(Prims.abs(x), Double.POSITIVE_INFINITY) : never(x);
  }

  private static Tensor is(Tensor x, double value) {
    return x.dtype().isFloat() ? Prims.eq(x, Prims.scalarLike(x, value)) : never(x);
  }

  private static Tensor never(Tensor x) {
    return Prims.fullLike(x, DType.BOOL, 0);
  }

  /** Whether positive infinity ({@code keras.ops.isposinf}). */
  public static Tensor isposinf(Object x) {
    return Op.call("ops.isposinf", a -> is(a.tensor(0), Double.POSITIVE_INFINITY), x);
  }

  /** Whether negative infinity ({@code keras.ops.isneginf}). */
  public static Tensor isneginf(Object x) {
    return Op.call("ops.isneginf", a -> is(a.tensor(0), Double.NEGATIVE_INFINITY), x);
  }

  /** Whether the imaginary part is 0 ({@code keras.ops.isreal}). */
  public static Tensor isreal(Object x) {
    return Op.call(
        "ops.isreal",
        a -> {
          Tensor t = a.tensor(0);
          if (!t.dtype().isComplex()) {
            return Prims.fullLike(t, DType.BOOL, 1);
          }
          Tensor im = Prims.unary(UnaryKind.IMAG, t);
          return Prims.eq(im, Prims.scalarLike(im, 0));
        },
        x);
  }

  /** Whether elements are equal within {@code 1e-8 + 1e-5 |x2|}. */
  public static Tensor isclose(Object x1, Object x2) {
    return isclose(x1, x2, 1e-5, 1e-8, false);
  }

  /**
   * Whether elements are equal within {@code atol + rtol |x2|} ({@code keras.ops.isclose}).
   *
   * @param equalNan whether NaN equals NaN
   */
  public static Tensor isclose(Object x1, Object x2, Object rtol, Object atol, boolean equalNan) {
    return Op.call("ops.isclose", ComparisonOps::close, x1, x2, rtol, atol, equalNan);
  }

  private static Tensor close(Op.Args a) {
    Tensor[] t = Dtypes.promotedFloat(a, 0, 1);
    Tensor x = t[0];
    Tensor y = t[1];
    Tensor bound = Prims.abs(y);
    DType d = bound.dtype();
    bound = Prims.add(a.tensor(3, d), Prims.mul(a.tensor(2, d), bound));
    Tensor near = Prims.le(Prims.abs(Prims.sub(x, y)), bound);
    // infinities are close to themselves only
    Tensor r = Prims.or(Prims.eq(x, y), Prims.and(near, Prims.and(finite(x), finite(y))));
    return Boolean.TRUE.equals(a.get(4)) ? Prims.or(r, Prims.and(nan(x), nan(y))) : r;
  }

  /** Whether all elements are equal within {@code 1e-8 + 1e-5 |x2|}. */
  public static Tensor allclose(Object x1, Object x2) {
    return allclose(x1, x2, 1e-5, 1e-8, false);
  }

  /** Whether {@link #isclose(Object, Object, Object, Object, boolean)} holds for all elements ({@code keras.ops.allclose}). */
  public static Tensor allclose(Object x1, Object x2, Object rtol, Object atol, boolean equalNan) {
    return Op.call(
        "ops.allclose",
        a -> {
          Tensor c = close(a);
          return Prims.reduce(ReduceKind.AND, c, IntList.range(0, c.rank()).toArray());
        },
        x1,
        x2,
        rtol,
        atol,
        equalNan);
  }

  /** Which elements of {@code x1} occur in {@code x2}. */
  public static Tensor isin(Object x1, Object x2) {
    return isin(x1, x2, false, false);
  }

  /**
   * Which elements of {@code x1} occur anywhere in {@code x2} ({@code keras.ops.isin}).
   *
   * @param assumeUnique taken for Keras's sake; the result does not depend on it
   * @param invert asks for those that do not occur
   */
  public static Tensor isin(Object x1, Object x2, boolean assumeUnique, boolean invert) {
    return Op.call(
        "ops.isin",
        a -> {
          Tensor[] t = Dtypes.promoted(a, 0, 1);
          Tensor r = NumpyComposites.isIn(t[0], Prims.reshape(t[1], -1));
          return Boolean.TRUE.equals(a.get(3)) ? Prims.not(r) : r;
        },
        x1,
        x2,
        assumeUnique,
        invert);
  }
}
