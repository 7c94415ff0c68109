package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;

/**
 * Binary functions of integers at the corners of every dtype, eager and compiled, against arithmetic without
 * bounds whose results wrap: the extremes, 0, 1, -1, divisors of 0, the lowest number by -1, negative exponents,
 * shifts beyond the width.
 */
class IntegerCornersTest {
  private static final List<DType> INTEGERS = List.of(
      DType.INT8,
      DType.INT16,
      DType.INT32,
      DType.INT64,
      DType.UINT8,
      DType.UINT16,
      DType.UINT32,
      DType.UINT64);

  private record Binary(BinaryOperator<Object> f, Exact want) {}

  /** The result of two numbers of a dtype, before it wraps. */
  private interface Exact {
    BigInteger of(BigInteger a, BigInteger b, DType t);
  }

  private static Map<String, Binary> functions() {
    Map<String, Binary> out = new LinkedHashMap<>();
    out.put("add", new Binary(Ops::add, (a, b, t) -> a.add(b)));
    out.put("subtract", new Binary(Ops::subtract, (a, b, t) -> a.subtract(b)));
    out.put("multiply", new Binary(Ops::multiply, (a, b, t) -> a.multiply(b)));
    out.put("maximum", new Binary(Ops::maximum, (a, b, t) -> a.max(b)));
    out.put("minimum", new Binary(Ops::minimum, (a, b, t) -> a.min(b)));
    out.put("bitwise_and", new Binary(Ops::bitwiseAnd, (a, b, t) -> a.and(b)));
    out.put("bitwise_or", new Binary(Ops::bitwiseOr, (a, b, t) -> a.or(b)));
    out.put("bitwise_xor", new Binary(Ops::bitwiseXor, (a, b, t) -> a.xor(b)));
    out.put("floor_divide", new Binary(Ops::floorDivide, (a, b, t) -> floorQuotient(a, b)));
    out.put(
        "mod",
        new Binary(
            Ops::mod, (a, b, t) -> zero(b) ? b : a.subtract(floorQuotient(a, b).multiply(b))));
    out.put("fmod", new Binary(Ops::fmod, (a, b, t) -> zero(b) ? b : a.remainder(b)));
    out.put("power", new Binary(Ops::power, IntegerCornersTest::power));
    out.put("gcd", new Binary(Ops::gcd, (a, b, t) -> a.gcd(b)));
    out.put(
        "lcm",
        new Binary(
            Ops::lcm,
            (a, b, t) -> zero(a) || zero(b)
                ? BigInteger.ZERO
                : a.divide(a.gcd(b)).multiply(b).abs()));
    out.put(
        "bitwise_left_shift",
        new Binary(
            Ops::bitwiseLeftShift,
            (a, b, t) -> isWide(b, t) ? BigInteger.ZERO : a.shiftLeft(b.intValueExact())));
    out.put(
        "bitwise_right_shift",
        new Binary(
            Ops::bitwiseRightShift,
            (a, b, t) -> isWide(b, t)
                ? BigInteger.valueOf(Math.min(a.signum(), 0))
                : a.shiftRight(b.intValueExact())));
    return out;
  }

  private static boolean zero(BigInteger b) {
    return b.signum() == 0;
  }

  private static BigInteger floorQuotient(BigInteger a, BigInteger b) {
    if (zero(b)) {
      return b;
    }
    BigInteger[] qr = a.divideAndRemainder(b);
    boolean down = qr[1].signum() != 0 && qr[1].signum() != b.signum();
    return down ? qr[0].subtract(BigInteger.ONE) : qr[0];
  }

  private static BigInteger power(BigInteger a, BigInteger b, DType t) {
    if (b.signum() < 0) {
      return a.abs().equals(BigInteger.ONE) ? (b.testBit(0) ? a : BigInteger.ONE) : BigInteger.ZERO;
    }
    // as many bits as the dtype has, which is what wraps
    return a.modPow(b, BigInteger.ONE.shiftLeft(8 * t.size()));
  }

  // an amount is read without a sign
  private static boolean isWide(BigInteger b, DType t) {
    return b.signum() < 0 || b.compareTo(BigInteger.valueOf(8L * t.size())) >= 0;
  }

  private static BigInteger wrapped(BigInteger v, DType t) {
    int bits = 8 * t.size();
    BigInteger low = v.and(BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE));
    return !t.isUnsigned() && low.testBit(bits - 1)
        ? low.subtract(BigInteger.ONE.shiftLeft(bits))
        : low;
  }

  private static List<BigInteger> corners(DType t) {
    int bits = 8 * t.size();
    BigInteger end = BigInteger.ONE.shiftLeft(t.isUnsigned() ? bits : bits - 1);
    List<BigInteger> out = new ArrayList<>();
    for (long v : new long[] {0, 1, 2, 3, 7, bits - 1L, bits, bits + 1L}) {
      out.add(BigInteger.valueOf(v));
    }
    out.add(end.subtract(BigInteger.ONE));
    out.add(end.subtract(BigInteger.TWO));
    if (!t.isUnsigned()) {
      for (long v : new long[] {-1, -2, -3, -7}) {
        out.add(BigInteger.valueOf(v));
      }
      out.add(end.negate());
      out.add(end.negate().add(BigInteger.ONE));
    }
    return out;
  }

  private static NDArray array(List<BigInteger> values, DType t) {
    NDArray out = NDArray.zeros(t, Shape.of(values.size()));
    for (int i = 0; i < values.size(); i++) {
      out.setLong(i, values.get(i).longValue());
    }
    return out;
  }

  @Test
  void wrapAndDivideAlike() {
    List<String> wrong = new ArrayList<>();
    for (DType t : INTEGERS) {
      if (!Keras.backend().supports(t)) {
        continue;
      }
      List<BigInteger> a = new ArrayList<>();
      List<BigInteger> b = new ArrayList<>();
      for (BigInteger x : corners(t)) {
        for (BigInteger y : corners(t)) {
          a.add(x);
          b.add(y);
        }
      }
      functions().forEach((name, f) -> {
        try (TensorScope scope = new TensorScope()) {
          Tensor x = Ops.array(array(a, t));
          Tensor y = Ops.array(array(b, t));
          Jit jit = Jit.of(in -> f.f().apply(((List<?>) in).get(0), ((List<?>) in).get(1)));
          NDArray eager = ((Tensor) f.f().apply(x, y)).toNDArray();
          NDArray compiled = ((Tensor) jit.call(List.of(x, y))).toNDArray();
          assertEquals(t, eager.dtype(), name);
          for (int i = 0; i < a.size(); i++) {
            BigInteger want = wrapped(f.want().of(a.get(i), b.get(i), t), t);
            if (eager.getLong(i) != want.longValue() || compiled.getLong(i) != want.longValue()) {
              wrong.add(name + " of " + t + " " + a.get(i) + ", " + b.get(i) + ": expected " + want
                  + ", got " + eager.getLong(i) + " and compiled " + compiled.getLong(i));
            }
          }
        }
      });
    }
    assertEquals(List.of(), wrong, () -> wrong.size() + " wrong\n" + String.join("\n", wrong));
  }

  @Test
  void scalarsOfTheProgramDivideAlike() {
    try (TensorScope scope = new TensorScope()) {
      int[] x = {Integer.MIN_VALUE, -5, 0, 5};
      assertArrayEquals(new int[4], Ops.floorDivide(x, 0).toNDArray().toIntArray());
      assertArrayEquals(new int[4], Ops.mod(x, 0).toNDArray().toIntArray());
      int[] minus = {Integer.MIN_VALUE, 5, 0, -5};
      assertArrayEquals(minus, Ops.floorDivide(x, -1).toNDArray().toIntArray());
      assertArrayEquals(new int[4], Ops.mod(x, -1).toNDArray().toIntArray());
      assertArrayEquals(new int[4], Ops.power(x, -1).toNDArray().toIntArray());
    }
  }

  @Test
  void floatsSaturateInFourBits() {
    assumeTrue(Keras.backend().supports(DType.INT4), "four bits are bytes to others");
    float[] x = {300, -300, 7.9f, -8.9f, 15.5f, Float.POSITIVE_INFINITY, Float.NaN, -0.5f};
    for (String from : List.of("float32", "float16", "bfloat16")) {
      try (TensorScope scope = new TensorScope()) {
        Tensor t = Ops.cast(x, from);
        for (boolean compiled : new boolean[] {false, true}) {
          for (String to : List.of("int4", "uint4")) {
            Tensor y = compiled
                ? (Tensor) Jit.of(v -> Ops.cast(Ops.cast(v, to), "int32")).call(t)
                : Ops.cast(Ops.cast(t, to), "int32");
            int[] want = to.equals("int4")
                ? new int[] {7, -8, 7, -8, 7, 7, 0, 0}
                : new int[] {15, 0, 7, 0, 15, 15, 0, 0};
            assertArrayEquals(want, y.toNDArray().toIntArray(), from + " to " + to);
          }
        }
      }
    }
  }

  @Test
  void extremesKeepNaN() {
    float nan = Float.NaN;
    for (String dtype : List.of("float32", "float16", "bfloat16")) {
      for (String reduction : List.of("max", "min")) {
        try (TensorScope scope = new TensorScope()) {
          Tensor x = Ops.cast(new float[] {nan, 1, 2, 3}, dtype);
          Tensor u = Ops.cast(new float[] {nan, 5, 0, 4}, dtype);
          int[][] at = {{1}, {1}, {0}, {2}};
          double max = reduction.equals("max") ? 4 : 2;
          double[] want = {nan, nan, max, 3};
          Tensor eager = Ops.scatterUpdate(x, at, u, reduction);
          Tensor compiled =
              (Tensor) Jit.of(v -> Ops.scatterUpdate(v, at, u, reduction)).call(x);
          for (Tensor y : List.of(eager, compiled)) {
            NDArray got = y.toNDArray().astype(DType.FLOAT64);
            assertArrayEquals(want, got.toDoubleArray(), 0, dtype + " " + reduction);
          }
        }
      }
    }
    try (TensorScope scope = new TensorScope()) {
      float[] x = {nan, 1, 2, nan, 5};
      int[] ids = {0, 0, 1, 1, 2};
      double[] want = {nan, nan, 5};
      for (Tensor y : List.of(Ops.segmentMax(x, ids, 3), Ops.segmentMin(x, ids, 3))) {
        assertArrayEquals(want, y.toNDArray().astype(DType.FLOAT64).toDoubleArray(), 0);
      }
    }
  }
}
