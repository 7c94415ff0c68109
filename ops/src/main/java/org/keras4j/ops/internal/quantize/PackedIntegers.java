package org.keras4j.ops.internal.quantize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.core.CoreOps;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.numpy.ArithmeticOps;
import org.keras4j.ops.internal.numpy.BitwiseOps;
import org.keras4j.ops.internal.numpy.ElementaryOps;
import org.keras4j.ops.internal.numpy.JoinOps;
import org.keras4j.ops.internal.numpy.ShapeOps;

/** Integers of a few bits or values, several of which lie in one byte along an axis: how they are put there, and taken out. */
public final class PackedIntegers {
  private PackedIntegers() {}

  /** {@code pack_int4} of an array, an axis and a dtype. */
  public static List<Object> packInt4(Op.Args a) {
    DType d = byteType(a, 2);
    Tensor x = integers(a, d);
    int at = Axes.one(a.integer(1), x.rank());
    int n = x.shape().intDim(at);
    Tensor first = CoreOps.cast(ShapeOps.moveaxis(x, at, 0), DType.INT32);
    if (n % 2 == 1) {
      long[] none = new long[x.rank()];
      long[] one = none.clone();
      one[0] = 1;
      first = Prims.pad(first, 0, none, one);
    }
    Tensor pairs = ShapeOps.reshape(first, split(first.shape(), (n + 1) / 2, 2));
    Tensor low = BitwiseOps.bitwiseAnd(half(pairs, 0), 15);
    Tensor high = BitwiseOps.bitwiseAnd(half(pairs, 1), 15);
    Tensor bytes = BitwiseOps.bitwiseOr(low, BitwiseOps.leftShift(high, 4));
    Tensor packed = CoreOps.cast(d == DType.INT8 ? signed(bytes, 128) : bytes, d);
    Tensor out = ShapeOps.moveaxis(packed, 0, at);
    return List.<Object>of(out, out.shape(), n);
  }

  /** {@code unpack_int4} of bytes, a size, an axis and a dtype. */
  public static Tensor unpackInt4(Op.Args a) {
    DType d = byteType(a, 3);
    Tensor x = bytes(a);
    int at = Axes.one(a.integer(2), x.rank());
    Tensor low;
    Tensor high;
    if (d == DType.INT8 && x.dtype() == DType.INT8) {
      // the sign goes along when a signed byte is shifted to the right
      low = BitwiseOps.rightShift(BitwiseOps.leftShift(x, 4), 4);
      high = BitwiseOps.rightShift(x, 4);
    } else {
      Tensor bytes = CoreOps.cast(x, DType.INT32);
      low = BitwiseOps.bitwiseAnd(bytes, 15);
      high = BitwiseOps.bitwiseAnd(BitwiseOps.rightShift(bytes, 4), 15);
      if (d == DType.INT8) {
        low = signed(low, 8);
        high = signed(high, 8);
      }
    }
    Tensor pairs = JoinOps.stack(List.of(CoreOps.cast(low, d), CoreOps.cast(high, d)), at + 1);
    Shape s = x.shape();
    long size = s.dim(at);
    Tensor flat = ShapeOps.reshape(pairs, s.with(at, size < 0 ? size : 2 * size));
    return Prims.slice(flat, at, 0, a.integer(1));
  }

  /** {@code pack_int2} of an array, an axis and a dtype. */
  public static List<Object> packInt2(Op.Args a) {
    DType d = byteType(a, 2);
    Tensor x = integers(a, d);
    Tensor digits = BitwiseOps.bitwiseAnd(CoreOps.cast(x, DType.INT32), 3);
    return digits(digits, a.integer(1), 4, 4, 0, d);
  }

  /** {@code unpack_int2} of bytes, a size, an axis and a dtype. */
  public static Tensor unpackInt2(Op.Args a) {
    DType d = byteType(a, 3);
    Tensor digits = digits(a, 4, 4);
    return CoreOps.cast(d == DType.INT8 ? signed(digits, 2) : digits, d);
  }

  /** {@code pack_ternary} of an array and an axis. */
  public static List<Object> packTernary(Op.Args a) {
    Tensor x = a.tensor(0);
    Tensor whole = x.dtype().isFloat() ? ElementaryOps.round(x) : x;
    Tensor limited = ArithmeticOps.clip(CoreOps.cast(whole, DType.INT32), -1, 1);
    Tensor digits = ArithmeticOps.add(limited, 1);
    return digits(digits, a.integer(1), 5, 3, 1, DType.UINT8);
  }

  /** {@code unpack_ternary} of bytes, a size and an axis. */
  public static Tensor unpackTernary(Op.Args a) {
    return CoreOps.cast(ArithmeticOps.subtract(digits(a, 5, 3), 1), DType.INT8);
  }

  /** Digits put together along an axis, which is filled up with a digit. */
  private static List<Object> digits(
      Tensor x, int axis, int count, int base, int filling, DType dtype) {
    int at = Axes.one(axis, x.rank());
    int n = x.shape().intDim(at);
    Tensor first = ShapeOps.moveaxis(x, at, 0);
    int more = Math.floorMod(-n, count);
    if (more > 0) {
      long[] none = new long[x.rank()];
      long[] some = none.clone();
      some[0] = more;
      first = Prims.pad(first, filling, none, some);
    }
    Tensor groups = ShapeOps.reshape(first, split(first.shape(), (n + more) / count, count));
    Tensor bytes = half(groups, 0);
    for (int i = 1, place = base; i < count; i++, place *= base) {
      bytes = ArithmeticOps.add(bytes, ArithmeticOps.multiply(half(groups, i), place));
    }
    Tensor packed = CoreOps.cast(dtype == DType.INT8 ? signed(bytes, 128) : bytes, dtype);
    Tensor out = ShapeOps.moveaxis(packed, 0, at);
    return List.<Object>of(out, out.shape(), n);
  }

  /** The digits of bytes along an axis, as many as there were. */
  private static Tensor digits(Op.Args a, int count, int base) {
    Tensor x = bytes(a);
    int at = Axes.one(a.integer(2), x.rank());
    Tensor rest = BitwiseOps.bitwiseAnd(CoreOps.cast(x, DType.INT32), 255);
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tensor higher = ArithmeticOps.floorDivide(rest, base);
      all.add(ArithmeticOps.subtract(rest, ArithmeticOps.multiply(higher, base)));
      rest = higher;
    }
    Shape s = x.shape();
    long size = s.dim(at);
    Tensor flat =
        ShapeOps.reshape(JoinOps.stack(all, at + 1), s.with(at, size < 0 ? size : count * size));
    return Prims.slice(flat, at, 0, a.integer(1));
  }

  private static Tensor integers(Op.Args a, DType dtype) {
    Tensor x = a.tensor(0);
    if (x.dtype() != dtype) {
      throw new IllegalArgumentException(
          a.name() + ": expected integers of " + dtype + ", got " + x.dtype());
    }
    return x;
  }

  private static Tensor bytes(Op.Args a) {
    Tensor x = a.tensor(0);
    if (x.dtype() != DType.INT8 && x.dtype() != DType.UINT8) {
      throw new IllegalArgumentException(
          a.name() + ": expected bytes of int8 or uint8, got " + x.dtype());
    }
    return x;
  }

  private static DType byteType(Op.Args a, int i) {
    DType d = DType.from(a.get(i));
    if (d != DType.INT8 && d != DType.UINT8) {
      throw new IllegalArgumentException(
          a.name() + ": dtype must be 'int8' or 'uint8', got '" + a.get(i) + "'");
    }
    return d;
  }

  // the number whose two's complement this is, given its sign bit
  private static Tensor signed(Tensor x, int sign) {
    return ArithmeticOps.subtract(BitwiseOps.bitwiseXor(x, sign), sign);
  }

  private static Shape split(Shape s, long... first) {
    List<Long> out = new ArrayList<>();
    Arrays.stream(first).forEach(out::add);
    Arrays.stream(s.toArray()).skip(1).forEach(out::add);
    return Shape.of(out);
  }

  private static Tensor half(Tensor pairs, int i) {
    return ShapeOps.squeeze(Prims.slice(pairs, 1, i, i + 1), 1);
  }
}
