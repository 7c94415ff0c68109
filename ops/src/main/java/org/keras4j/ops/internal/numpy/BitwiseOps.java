package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LeadingZeros;
import org.keras4j.core.primitive.PopulationCount;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ReducePrecision;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.core.primitive.While;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.facade.Extension;

/** Elementwise functions of the bits of integers. Two operands broadcast and combine to one dtype. */
public final class BitwiseOps {
  private BitwiseOps() {}

  private static Tensor bits(String name, BinaryKind kind, Object x, Object y) {
    return Elementwise.promoting(name, (a, b) -> Prims.binary(kind, a, b), x, y);
  }

  /** The bits set in both ({@code keras.ops.bitwise_and}); of bools the logical and. */
  public static Tensor bitwiseAnd(Object x, Object y) {
    return bits("ops.bitwise_and", BinaryKind.AND, x, y);
  }

  /** The bits set in either ({@code keras.ops.bitwise_or}); of bools the logical or. */
  public static Tensor bitwiseOr(Object x, Object y) {
    return bits("ops.bitwise_or", BinaryKind.OR, x, y);
  }

  /** The bits set in exactly one ({@code keras.ops.bitwise_xor}). */
  public static Tensor bitwiseXor(Object x, Object y) {
    return bits("ops.bitwise_xor", BinaryKind.XOR, x, y);
  }

  /** All bits turned over ({@code keras.ops.bitwise_not}); of bools the logical not. */
  public static Tensor bitwiseNot(Object x) {
    return Elementwise.mapping("ops.bitwise_not", Prims::not, x);
  }

  /** {@link #bitwiseNot} under its other name ({@code keras.ops.bitwise_invert}). */
  public static Tensor bitwiseInvert(Object x) {
    return Elementwise.mapping("ops.bitwise_invert", Prims::not, x);
  }

  /** The bits of {@code x} moved {@code y} places up ({@code keras.ops.bitwise_left_shift}). */
  public static Tensor bitwiseLeftShift(Object x, Object y) {
    return Elementwise.promoting("ops.bitwise_left_shift", BitwiseOps::up, x, y);
  }

  /**
   * How many bits are 1 in the absolute value of each integer (NumPy's {@code bitwise_count}).
   *
   * @param x integers, any shape
   * @return counts in the shape and dtype of x
   * @throws IllegalArgumentException if x does not hold integers
   */
  @Extension
  public static Tensor bitwiseCount(Object x) {
    return Elementwise.mapping(
        "ops.bitwise_count",
        t -> Engine.bind1(
            new PopulationCount(), t.dtype().isInteger() ? Prims.unary(UnaryKind.ABS, t) : t),
        x);
  }

  /**
   * How many bits stand before the first 1 of each integer, counted from the highest; all of them if it is 0, none if it is
   * negative ({@code jax.lax.clz}).
   *
   * @param x integers, any shape
   * @return counts in the shape and dtype of x
   * @throws IllegalArgumentException if x does not hold integers
   */
  @Extension
  public static Tensor countLeadingZeros(Object x) {
    return Elementwise.mapping(
        "ops.count_leading_zeros", t -> Engine.bind1(new LeadingZeros(), t), x);
  }

  /**
   * Rounds floats to those that a narrower format has, and keeps their dtype ({@code jax.lax.reduce_precision}): to nearest, of two to
   * the even one. With fewer bits of exponent than the dtype has, what is too large becomes infinite and what is below the smallest
   * normal number a zero of its sign. NaN stays. The gradient is rounded alike.
   *
   * @param x floats, any shape
   * @param exponentBits bits of the exponent, at least 1; 8 in bfloat16 and float32, 5 in float16
   * @param mantissaBits bits of the mantissa as stored, at least 1; 7 in bfloat16, 10 in float16
   * @return the shape and dtype of x
   * @throws IllegalArgumentException if x does not hold floats, or a width is below 1
   */
  @Extension
  public static Tensor reducePrecision(Object x, int exponentBits, int mantissaBits) {
    return Op.call(
        "ops.reduce_precision",
        a -> Engine.bind1(new ReducePrecision(a.integer(1), a.integer(2)), a.tensor(0)),
        x,
        exponentBits,
        mantissaBits);
  }

  /** {@link #bitwiseLeftShift} under its other name ({@code keras.ops.left_shift}). */
  public static Tensor leftShift(Object x, Object y) {
    return Elementwise.promoting("ops.left_shift", BitwiseOps::up, x, y);
  }

  /**
   * The bits of {@code x} moved {@code y} places down ({@code keras.ops.bitwise_right_shift}); signed
   * integers keep their sign.
   */
  public static Tensor bitwiseRightShift(Object x, Object y) {
    return Elementwise.promoting("ops.bitwise_right_shift", BitwiseOps::down, x, y);
  }

  /** {@link #bitwiseRightShift} under its other name ({@code keras.ops.right_shift}). */
  public static Tensor rightShift(Object x, Object y) {
    return Elementwise.promoting("ops.right_shift", BitwiseOps::down, x, y);
  }

  // bools count as int32
  private static Tensor integer(Tensor x) {
    return x.dtype().isBool() ? Prims.convert(x, DType.INT32) : x;
  }

  private static Tensor up(Tensor a, Tensor b) {
    return Prims.binary(BinaryKind.SHIFT_LEFT, integer(a), integer(b));
  }

  private static Tensor down(Tensor a, Tensor b) {
    Tensor x = integer(a);
    return Prims.binary(
        x.dtype().isUnsigned() ? BinaryKind.SHIFT_RIGHT_LOGICAL : BinaryKind.SHIFT_RIGHT_ARITHMETIC,
        x,
        integer(b));
  }

  /** The bits as elements of floatx. */
  public static Tensor view(Object x) {
    return view(x, null);
  }

  /**
   * The bits read as elements of another dtype ({@code keras.ops.view}); where the sizes of the dtypes
   * differ, the last axis shrinks or grows.
   *
   * @param dtype null for floatx
   */
  public static Tensor view(Object x, @Nullable Object dtype) {
    return Op.call(
        "ops.view",
        a -> {
          Tensor t = a.tensor(0);
          DType d = Dtypes.orFloatx(a.get(1));
          return t.dtype() == d ? t : Engine.bind1(new Bitcast(d), t);
        },
        x,
        dtype);
  }

  /**
   * The greatest common divisor of integers ({@code keras.ops.gcd}). It is not negative, but where it is larger by
   * one than the dtype's largest number, which wraps; that of 0 and 0 is 0.
   */
  public static Tensor gcd(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.gcd", (x, y) -> positive(divisor(counted(x), counted(y))), x1, x2);
  }

  /** The least common multiple of integers, not negative unless it wraps ({@code keras.ops.lcm}); 0 where one is 0. */
  public static Tensor lcm(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.lcm",
        (x, y) -> {
          Tensor a = counted(x);
          Tensor b = counted(y);
          // quotients by 0 are 0
          return Prims.mul(Prims.div(a, divisor(a, b)), positive(b));
        },
        x1,
        x2);
  }

  // Euclid's algorithm, for all elements at once until the last is done
  private static Tensor divisor(Tensor x, Tensor y) {
    Tensor zeros = Prims.zerosLike(Prims.add(x, y));
    Tensor a = Prims.add(x, zeros);
    Tensor b = Prims.add(y, zeros);
    List<TensorSpec> carries = List.of(a.spec(), b.spec());
    Graph condition = Trace.subgraph(carries, new ArrayList<>(), c -> {
      Tensor left = Prims.ne(c.get(1), Prims.scalar(c.get(1).dtype(), 0L));
      int[] all = IntList.range(0, left.rank()).toArray();
      return List.of(Prims.reduce(ReduceKind.OR, left, all));
    });
    Graph body = Trace.subgraph(carries, new ArrayList<>(), c -> {
      Tensor zero = Prims.scalar(c.get(1).dtype(), 0L);
      Tensor done = Prims.eq(c.get(1), zero);
      Tensor by = Prims.select(done, Prims.scalar(c.get(1).dtype(), 1L), c.get(1));
      return List.of(
          Prims.select(done, c.get(0), c.get(1)), Prims.binary(BinaryKind.REM, c.get(0), by));
    });
    return Engine.bind(new While(condition, body, 2), List.of(a, b)).get(0);
  }

  // integers, the signed ones with a sign of minus: the lowest has no positive counterpart
  private static Tensor counted(Tensor x) {
    if (!x.dtype().isInteger() && !x.dtype().isBool()) {
      throw new IllegalArgumentException("expected integers, got dtype " + x.dtype());
    }
    Tensor i = integer(x);
    return i.dtype().isUnsigned()
        ? i
        : Prims.select(Prims.lt(i, Prims.scalarLike(i, 0)), i, Prims.unary(UnaryKind.NEG, i));
  }

  private static Tensor positive(Tensor x) {
    return x.dtype().isUnsigned() ? x : Prims.unary(UnaryKind.NEG, x);
  }
}
