package org.keras4j.ops;

import java.util.function.UnaryOperator;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.RandomBits;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.engine.Engine;
import org.keras4j.ops.engine.Prims;

/**
 * Numbers made of random words by exact operations alone, and so the same on every backend. A function
 * that needs several words an element draws them at once, along a further axis, since equal keys give
 * equal words.
 */
final class RandomWords {
  private RandomWords() {}

  /** Random uint32 words. */
  static Tensor words(Tensor key, Shape shape) {
    return Engine.bind1(new RandomBits(shape), key);
  }

  /** The first {@code bits} (up to 31) bits of words, as int32. */
  static Tensor top(Tensor words, int bits) {
    Tensor shift = Prims.scalar(DType.UINT32, 32L - bits);
    Tensor high = Prims.binary(BinaryKind.SHIFT_RIGHT_LOGICAL, words, shift);
    return next(high, t -> Engine.bind1(new Bitcast(DType.INT32), t));
  }

  /** How many bits a float's significand holds. */
  private static int precision(DType dtype) {
    switch (dtype) {
      case FLOAT16:
        return 11;
      case BFLOAT16:
        return 8;
      case FLOAT32:
        return 24;
      case FLOAT64:
        return 53;
      default:
        throw new IllegalArgumentException(
            "Random numbers are of float16, bfloat16, float32 or float64, got dtype " + dtype);
    }
  }

  /** Numbers from 0 (inclusive) to 1 (exclusive), every one that the precision allows alike. */
  static Tensor unit(Tensor key, Shape shape, DType dtype) {
    int p = precision(dtype);
    if (dtype == DType.FLOAT64) {
      return Prims.mul(Prims.convert(wide(key, shape), dtype), 0x1p-53);
    }
    Tensor bits = next(words(key, shape), t -> top(t, p));
    Tensor n = next(bits, t -> Prims.convert(t, DType.FLOAT32));
    Tensor u = next(n, t -> Prims.mul(t, Math.scalb(1.0, -p)));
    return next(u, t -> Prims.convert(t, dtype));
  }

  /** Applies a function, and frees an eager operand that nobody else knows: drawn weights may be large. */
  static Tensor next(Tensor x, UnaryOperator<Tensor> f) {
    Tensor y = f.apply(x);
    if (x instanceof EagerTensor e && y instanceof EagerTensor r && e.handle() != r.handle()) {
      e.close();
    }
    return y;
  }

  /** Numbers between 0 and 1, neither included, of float32. */
  static Tensor open(Tensor words) {
    return Prims.mul(odd(words), 0x1p-24);
  }

  /** Numbers between -1 and 1, neither included and never 0, of float32, or of float64 if asked for. */
  static Tensor symmetric(Tensor key, Shape shape, DType dtype) {
    if (dtype != DType.FLOAT64) {
      return next(words(key, shape), RandomWords::symmetric);
    }
    Tensor n = Prims.convert(wide(key, shape), dtype);
    // of 53 bits the lowest gives way to the one that makes the number odd
    Tensor even = Prims.unary(UnaryKind.FLOOR, Prims.mul(n, 0.5));
    Tensor odd = Prims.add(Prims.mul(even, 2), 1);
    return Prims.mul(Prims.sub(odd, 0x1p52), 0x1p-52);
  }

  /** Numbers between -1 and 1, neither included and never 0, of float32. */
  static Tensor symmetric(Tensor words) {
    return next(next(odd(words), t -> Prims.sub(t, 0x1p23)), t -> Prims.mul(t, 0x1p-23));
  }

  // odd numbers below 2^24
  private static Tensor odd(Tensor words) {
    Tensor n = next(top(words, 23), t -> Prims.convert(t, DType.FLOAT32));
    return next(next(n, t -> Prims.mul(t, 2)), t -> Prims.add(t, 1));
  }

  /** Integers of 53 random bits, as int64. */
  private static Tensor wide(Tensor key, Shape shape) {
    Tensor pair = words(key, shape.insert(shape.rank(), 2));
    Tensor high = Prims.convert(top(part(pair, 0), 27), DType.INT64);
    Tensor low = Prims.convert(top(part(pair, 1), 26), DType.INT64);
    return Prims.add(Prims.mul(high, Prims.scalar(DType.INT64, 1L << 26)), low);
  }

  /** Integers of 62 random bits, as int64. */
  static Tensor long62(Tensor key, Shape shape) {
    Tensor pair = words(key, shape.insert(shape.rank(), 2));
    Tensor high = Prims.convert(top(part(pair, 0), 31), DType.INT64);
    Tensor low = Prims.convert(top(part(pair, 1), 31), DType.INT64);
    return Prims.add(Prims.mul(high, Prims.scalar(DType.INT64, 1L << 31)), low);
  }

  /** One of several words that were drawn along the last axis. */
  static Tensor part(Tensor words, int i) {
    Tensor one = Prims.slice(words, -1, i, i + 1);
    Shape s = words.shape().without(-1);
    // of one element the largest is that one, whatever else of the shape is unknown
    return s.isKnown() ? Prims.reshape(one, s) : Prims.reduce(ReduceKind.MAX, one, -1);
  }
}
