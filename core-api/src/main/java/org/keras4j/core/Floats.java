package org.keras4j.core;

/** Bit patterns of the small floating-point types, rounding to nearest even. */
public final class Floats {
  private Floats() {}

  public static float fromHalf(short bits) {
    int s = (bits & 0x8000) << 16;
    int e = bits >> 10 & 0x1f;
    int m = bits & 0x3ff;
    if (e == 31) {
      return Float.intBitsToFloat(s | 0x7f800000 | m << 13);
    }
    if (e == 0) {
      float v = m * 0x1p-24f;
      return s == 0 ? v : -v;
    }
    return Float.intBitsToFloat(s | e + 112 << 23 | m << 13);
  }

  public static short toHalf(float v) {
    return (short) round(v, 5, 10, true);
  }

  public static float fromBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  public static short toBfloat16(float v) {
    int b = Float.floatToRawIntBits(v);
    if (Float.isNaN(v)) {
      return (short) (b >>> 16 | 0x40);
    }
    return (short) (b + 0x7fff + (b >>> 16 & 1) >>> 16);
  }

  /** Four exponent bits, three of mantissa, no infinity. */
  public static float fromE4m3fn(byte bits) {
    int e = bits >> 3 & 0xf;
    int m = bits & 7;
    float v;
    if (e == 15 && m == 7) {
      v = Float.NaN;
    } else if (e == 0) {
      v = m * 0x1p-9f;
    } else {
      v = Math.scalb(1 + m / 8f, e - 7);
    }
    return bits < 0 ? -v : v;
  }

  public static byte toE4m3fn(float v) {
    return (byte) round(v, 4, 3, false);
  }

  /** Five exponent bits, two of mantissa. */
  public static float fromE5m2(byte bits) {
    return fromHalf((short) (bits << 8));
  }

  public static byte toE5m2(float v) {
    return (byte) round(v, 5, 2, true);
  }

  // rounds to a type of the given bits; types without infinity overflow to NaN
  private static int round(float v, int exponentBits, int mantissaBits, boolean infinity) {
    int sign = Float.floatToRawIntBits(v) < 0 ? 1 << exponentBits + mantissaBits : 0;
    int ones = (1 << exponentBits) - 1;
    int bias = ones >> 1;
    int nan = infinity
        ? ones << mantissaBits | 1 << mantissaBits - 1
        : (1 << exponentBits + mantissaBits) - 1;
    if (Float.isNaN(v)) {
      return sign | nan;
    }
    double a = Math.abs((double) v);
    int e = a == 0 ? 1 - bias : Math.max(Math.getExponent(a), 1 - bias);
    double scaled = Math.rint(Math.scalb(a, mantissaBits - e));
    long m = (long) Math.min(scaled, 1L << 40);
    if (m >= 2L << mantissaBits) {
      m >>= 1;
      e++;
    }
    int code = m < 1L << mantissaBits
        ? (int) m
        : (e + bias << mantissaBits) + (int) (m - (1L << mantissaBits));
    int limit = infinity ? ones << mantissaBits : nan;
    if (Double.isInfinite(a) || e + bias > ones || code >= limit) {
      return sign | limit;
    }
    return sign | code;
  }
}
