package org.keras4j.ops.internal.random;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.RandomBits;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.ops.internal.arguments.Dimensions;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Numbers made of random words by exact operations alone, and so the same on every backend. A function
 * that needs several words an element draws them at once, along a further axis, since equal keys give
 * equal words.
 */
public final class RandomWords {
  private RandomWords() {}

  /** Random uint32 words. */
  public static Tensor words(Tensor key, Shape shape) {
    return Engine.bind1(new RandomBits(shape), key);
  }

  /** Random uint32 words, the same whether the sizes are known or told when the graph runs. */
  public static Tensor words(Tensor key, Dimensions sizes) {
    return sizes.areKnown()
        ? words(key, sizes.shape())
        : sizes.arrange(Philox.words(key, sizes.elements()));
  }

  /** The first {@code bits} (up to 31) bits of words, as int32. */
  public static Tensor top(Tensor words, int bits) {
    Tensor shift = Prims.scalar(DType.UINT32, 32L - bits);
    Tensor high = Prims.binary(BinaryKind.SHIFT_RIGHT_LOGICAL, words, shift);
    return Engine.bind1(new Bitcast(DType.INT32), high);
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

  /**
   * Numbers from 0 (inclusive) to 1 (exclusive), every one that the precision of a dtype allows alike, of
   * that dtype or, for halves, of float32.
   */
  public static Tensor unit(Tensor key, Dimensions shape, DType dtype) {
    int p = precision(dtype);
    if (dtype == DType.FLOAT64) {
      return Prims.mul(Prims.convert(wide(key, shape), dtype), 0x1p-53);
    }
    Tensor n = Prims.convert(top(words(key, shape), p), DType.FLOAT32);
    return Prims.mul(n, Math.scalb(1.0, -p));
  }

  /** Numbers between 0 and 1, neither included, of float32. */
  static Tensor open(Tensor words) {
    Tensor n = Prims.convert(top(words, 23), DType.FLOAT32);
    return Prims.mul(Prims.add(Prims.mul(n, 2), 1), 0x1p-24);
  }

  /**
   * Odd integers between {@code -2^23} and {@code 2^23}, of int32; where float64 is asked for, between
   * {@code -2^52} and {@code 2^52}, of int64.
   */
  public static Tensor odd(Tensor key, Dimensions shape, DType dtype) {
    if (dtype != DType.FLOAT64) {
      return odd(words(key, shape));
    }
    Tensor odd = Prims.or(wide(key, shape), Prims.scalar(DType.INT64, 1L));
    return Prims.sub(odd, Prims.scalar(DType.INT64, 1L << 52));
  }

  /** Odd integers between {@code -2^23} and {@code 2^23}, of int32. */
  public static Tensor odd(Tensor words) {
    Tensor odd = Prims.or(top(words, 24), Prims.scalar(DType.INT32, 1L));
    return Prims.sub(odd, Prims.scalar(DType.INT32, 1L << 23));
  }

  /** Integers of 53 random bits, as int64. */
  private static Tensor wide(Tensor key, Dimensions shape) {
    Tensor pair = words(key, shape.and(2));
    Tensor high = Prims.convert(top(part(pair, 0), 27), DType.INT64);
    Tensor low = Prims.convert(top(part(pair, 1), 26), DType.INT64);
    return Prims.add(Prims.mul(high, Prims.scalar(DType.INT64, 1L << 26)), low);
  }

  /** Integers of 62 random bits, as int64. */
  public static Tensor long62(Tensor key, Dimensions shape) {
    Tensor pair = words(key, shape.and(2));
    Tensor high = Prims.convert(top(part(pair, 0), 31), DType.INT64);
    Tensor low = Prims.convert(top(part(pair, 1), 31), DType.INT64);
    return Prims.add(Prims.mul(high, Prims.scalar(DType.INT64, 1L << 31)), low);
  }

  /** One of several words that were drawn along the last axis. */
  public static Tensor part(Tensor words, int i) {
    Tensor one = Prims.slice(words, -1, i, i + 1);
    Shape s = words.shape().without(-1);
    // of one element the largest is that one, whatever else of the shape is unknown
    return s.isKnown() ? Prims.reshape(one, s) : Prims.reduce(ReduceKind.MAX, one, -1);
  }
}
