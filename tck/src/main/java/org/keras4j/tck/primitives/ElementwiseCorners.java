package org.keras4j.tck.primitives;

import static org.keras4j.tck.primitives.Runs.array;
import static org.keras4j.tck.primitives.Runs.expect;
import static org.keras4j.tck.primitives.Runs.floats;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.Convert;
import org.keras4j.core.primitive.Select;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;

final class ElementwiseCorners {
  private ElementwiseCorners() {}

  static void add(Primitives to) {
    to.on("elementaryFunctions", ElementwiseCorners::elementaryFunctions);
    to.on("specialFunctions", ElementwiseCorners::specialFunctions);
    to.on("wholeNumbers", ElementwiseCorners::wholeNumbers);
    to.on("complexParts", ElementwiseCorners::complexParts);
    to.on("floatArithmetic", ElementwiseCorners::floatArithmetic);
    to.on("broadcasts", ElementwiseCorners::broadcasts);
    to.on("broadcastsManyAxes", ElementwiseCorners::broadcastsManyAxes);
    to.on("wholeArithmetic", ElementwiseCorners::wholeArithmetic);
    to.on(
        "divisionByZeroOfWholeNumbersDoesNotFail",
        ElementwiseCorners::divisionByZeroOfWholeNumbersDoesNotFail);
    to.on("shifts", ElementwiseCorners::shifts);
    to.on("nextFloats", ElementwiseCorners::nextFloats);
    to.on("bools", ElementwiseCorners::bools);
    to.on("comparesAllDtypes", ElementwiseCorners::comparesAllDtypes);
    to.on("convertsBetweenAllDtypes", ElementwiseCorners::convertsBetweenAllDtypes);
    to.on("floatsSaturate", ElementwiseCorners::floatsSaturate);
    to.on("fourBitsWrap", ElementwiseCorners::fourBitsWrap);
    to.on("bits", ElementwiseCorners::bits);
  }

  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final DType[] FLOATS = {DType.FLOAT16, DType.BFLOAT16, DType.FLOAT32, DType.FLOAT64
  };
  private static final DType[] INTEGERS = {
    DType.INT8, DType.INT16, DType.INT32, DType.INT64,
    DType.UINT8, DType.UINT16, DType.UINT32, DType.UINT64
  };

  private static NDArray map(NDArray x, DoubleUnaryOperator f) {
    NDArray y = NDArray.zeros(x.dtype(), x.shape());
    for (int i = 0; i < x.size(); i++) {
      y.setDouble(i, f.applyAsDouble(x.getDouble(i)));
    }
    return y;
  }

  private static NDArray map(NDArray a, NDArray b, DoubleBinaryOperator f) {
    NDArray y = NDArray.zeros(a.dtype(), a.shape());
    for (int i = 0; i < a.size(); i++) {
      y.setDouble(i, f.applyAsDouble(a.getDouble(i), b.getDouble(i)));
    }
    return y;
  }

  private static void unary(UnaryKind k, DoubleUnaryOperator f, double... at) {
    for (DType t : FLOATS) {
      NDArray x = array(t, at, at.length);
      expect(new Unary(k), map(x, f), x);
    }
  }

  static void elementaryFunctions() {
    double[] any = {-2.5, -1, -0.3, 0, 0.3, 0.5, 1, 2.5};
    double[] unit = {-0.9, -0.3, 0, 0.3, 0.9};
    double[] positive = {0.1, 0.5, 1, 2.5, 30};
    unary(UnaryKind.NEG, x -> -x, any);
    unary(UnaryKind.ABS, Math::abs, any);
    unary(UnaryKind.SIGN, Math::signum, any);
    unary(UnaryKind.FLOOR, Math::floor, any);
    unary(UnaryKind.CEIL, Math::ceil, any);
    unary(UnaryKind.ROUND_EVEN, Math::rint, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.6);
    unary(UnaryKind.EXP, Math::exp, any);
    unary(UnaryKind.EXPM1, Math::expm1, any);
    unary(UnaryKind.LOG, Math::log, positive);
    unary(UnaryKind.LOG1P, Math::log1p, positive);
    unary(UnaryKind.SQRT, Math::sqrt, positive);
    unary(UnaryKind.RSQRT, x -> 1 / Math.sqrt(x), positive);
    unary(UnaryKind.SIN, Math::sin, any);
    unary(UnaryKind.COS, Math::cos, any);
    unary(UnaryKind.TAN, Math::tan, any);
    unary(UnaryKind.ASIN, Math::asin, unit);
    unary(UnaryKind.ACOS, Math::acos, unit);
    unary(UnaryKind.ATAN, Math::atan, any);
    unary(UnaryKind.SINH, Math::sinh, any);
    unary(UnaryKind.COSH, Math::cosh, any);
    unary(UnaryKind.TANH, Math::tanh, any);
    unary(UnaryKind.ASINH, x -> Math.signum(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1)), any);
    unary(UnaryKind.ACOSH, x -> Math.log(x + Math.sqrt(x * x - 1)), 1.5, 2, 8);
    unary(UnaryKind.ATANH, x -> 0.5 * Math.log((1 + x) / (1 - x)), unit);
    unary(UnaryKind.LOGISTIC, x -> 1 / (1 + Math.exp(-x)), any);
  }

  static void specialFunctions() {
    // values from tables
    expect(
        new Unary(UnaryKind.ERF),
        floats(new double[] {0, 0.5204998778, -0.8427007929}, 3),
        floats(new double[] {0, 0.5, -1}, 3));
    expect(
        new Unary(UnaryKind.ERFC),
        floats(new double[] {1, 0.4795001222, 1.8427007929}, 3),
        floats(new double[] {0, 0.5, -1}, 3));
    expect(
        new Unary(UnaryKind.ERF_INV),
        floats(new double[] {0, 0.4769362762, INF}, 3),
        floats(new double[] {0, 0.5, 1}, 3));
    expect(
        new Unary(UnaryKind.LGAMMA),
        floats(new double[] {0, 0.5723649429, 1.2655121235, 3.1780538303}, 4),
        floats(new double[] {1, 0.5, -0.5, 5}, 4));
    expect(
        new Unary(UnaryKind.DIGAMMA),
        floats(new double[] {-0.5772156649, -1.9635100260}, 2),
        floats(new double[] {1, 0.5}, 2));
    expect(
        new Unary(UnaryKind.BESSEL_I0E),
        floats(new double[] {1, 0.4657596076, 0.4657596076}, 3),
        floats(new double[] {0, 1, -1}, 3));
    expect(
        new Unary(UnaryKind.BESSEL_I1E),
        floats(new double[] {0, 0.2079104154, -0.2079104154}, 3),
        floats(new double[] {0, 1, -1}, 3));
    NDArray half = array(DType.FLOAT16, new double[] {0.5}, 1);
    expect(
        new Unary(UnaryKind.ERF_INV), array(DType.FLOAT16, new double[] {0.4769362762}, 1), half);
  }

  static void wholeNumbers() {
    for (DType t : INTEGERS) {
      NDArray x = array(t, new double[] {1, 0, 5, 100}, 4);
      NDArray minus = NDArray.zeros(t, Shape.of(4));
      for (int i = 0; i < 4; i++) {
        minus.setLong(i, -x.getLong(i));
      }
      expect(new Unary(UnaryKind.NEG), minus, x);
      expect(new Unary(UnaryKind.ABS), x, t.isSigned() ? minus : x);
      NDArray sign = array(t, new double[] {1, 0, 1, 1}, 4);
      expect(new Unary(UnaryKind.SIGN), sign, x);
      NDArray not = NDArray.zeros(t, Shape.of(4));
      for (int i = 0; i < 4; i++) {
        not.setLong(i, ~x.getLong(i));
      }
      expect(new Unary(UnaryKind.NOT), not, x);
    }
    NDArray b = NDArray.of(new boolean[] {true, false});
    expect(new Unary(UnaryKind.NOT), NDArray.of(new boolean[] {false, true}), b);
    expect(
        new Unary(UnaryKind.IS_FINITE),
        NDArray.of(new boolean[] {true, false, false, false}),
        floats(new double[] {1, INF, -INF, NAN}, 4));
  }

  static void complexParts() {
    NDArray z = NDArray.zeros(DType.COMPLEX64, Shape.of(2));
    z.setComplex(0, 3, -4);
    z.setComplex(1, 0, 2);
    expect(new Unary(UnaryKind.ABS), floats(new double[] {5, 2}, 2), z);
    expect(new Unary(UnaryKind.REAL), floats(new double[] {3, 0}, 2), z);
    expect(new Unary(UnaryKind.IMAG), floats(new double[] {-4, 2}, 2), z);
    NDArray conj = NDArray.zeros(DType.COMPLEX64, Shape.of(2));
    conj.setComplex(0, 3, 4);
    conj.setComplex(1, 0, -2);
    expect(new Unary(UnaryKind.CONJ), conj, z);
    expect(
        new Binary(BinaryKind.COMPLEX),
        z,
        floats(new double[] {3, 0}, 2),
        floats(new double[] {-4, 2}, 2));
    expect(new Convert(DType.FLOAT32), floats(new double[] {3, 0}, 2), z);
    expect(new Convert(DType.BOOL), NDArray.of(new boolean[] {true, true}), z);
    NDArray square = NDArray.zeros(DType.COMPLEX64, Shape.of(2));
    square.setComplex(0, -7, -24);
    square.setComplex(1, -4, 0);
    expect(new Binary(BinaryKind.MUL), square, z, z);
  }

  private static void binary(BinaryKind k, DoubleBinaryOperator f, double[] a, double[] b) {
    for (DType t : FLOATS) {
      NDArray x = array(t, a, a.length);
      NDArray y = array(t, b, b.length);
      expect(new Binary(k), map(x, y, f), x, y);
    }
  }

  static void floatArithmetic() {
    double[] a = {1.5, -2, 0.25, 7, -7, 3};
    double[] b = {2, 0.5, -4, 3, 3, -2};
    binary(BinaryKind.ADD, (x, y) -> x + y, a, b);
    binary(BinaryKind.SUB, (x, y) -> x - y, a, b);
    binary(BinaryKind.MUL, (x, y) -> x * y, a, b);
    binary(BinaryKind.DIV, (x, y) -> x / y, a, b);
    binary(BinaryKind.REM, (x, y) -> x % y, a, b);
    binary(BinaryKind.POW, Math::pow, new double[] {1.5, 2, 0.25}, new double[] {2, 0.5, -1});
    binary(BinaryKind.ATAN2, Math::atan2, a, b);
    double[] p = {1, NAN, 3, NAN, -INF, 1, 2, 3, NAN};
    double[] q = {NAN, 2, 4, NAN, 5, INF, 1, NAN, 0};
    binary(BinaryKind.MAX, Math::max, p, q);
    binary(BinaryKind.MIN, Math::min, p, q);
  }

  static void broadcasts() {
    NDArray a = floats(new double[] {1, 2, 3}, 3, 1);
    NDArray b = floats(new double[] {10, 20}, 2);
    NDArray sum = floats(new double[] {11, 21, 12, 22, 13, 23}, 3, 2);
    expect(new Binary(BinaryKind.ADD), sum, a, b);
    expect(
        new Binary(BinaryKind.ADD),
        floats(new double[] {2, 3, 4}, 3, 1),
        a,
        NDArray.scalar(DType.FLOAT32, 1.0));
  }

  static void broadcastsManyAxes() {
    Shape s = Shape.of(1, 2, 1, 2, 1, 2, 1, 2, 1, 2);
    Shape other = Shape.of(2, 1, 2, 1, 2, 1, 2, 1, 2, 1);
    NDArray a = NDArray.zeros(DType.FLOAT32, s);
    NDArray b = NDArray.zeros(DType.FLOAT32, other);
    NDArray sum = NDArray.zeros(DType.FLOAT32, Shape.broadcast(s, other));
    for (int i = 0; i < 32; i++) {
      a.setDouble(i, i);
      b.setDouble(i, 100 * i);
    }
    for (int i = 0; i < 1024; i++) {
      int x = 0;
      int y = 0;
      for (int axis = 0; axis < 10; axis++) {
        int bit = i >> 9 - axis & 1;
        if (axis % 2 == 1) {
          x = 2 * x + bit;
        } else {
          y = 2 * y + bit;
        }
      }
      sum.setDouble(i, x + 100 * y);
    }
    expect(new Binary(BinaryKind.ADD), sum, a, b);
    NDArray yes = NDArray.zeros(DType.BOOL, s);
    expect(
        new Select(),
        NDArray.zeros(DType.FLOAT32, Shape.broadcast(s, other)),
        yes,
        b,
        NDArray.scalar(DType.FLOAT32, 0.0));
  }

  private static void whole(
      BinaryKind k, java.util.function.LongBinaryOperator f, long[] a, long[] b) {
    for (DType t : INTEGERS) {
      if (t.isUnsigned() && (a[0] < 0 || b[0] < 0)) {
        continue;
      }
      NDArray x = NDArray.of(a).astype(t);
      NDArray y = NDArray.of(b).astype(t);
      NDArray e = NDArray.zeros(t, Shape.of(a.length));
      for (int i = 0; i < a.length; i++) {
        e.setLong(i, f.applyAsLong(x.getLong(i), y.getLong(i)));
      }
      expect(new Binary(k), e, x, y);
    }
  }

  static void wholeArithmetic() {
    long[] a = {7, 100, 120, 3};
    long[] b = {2, 100, 7, 5};
    whole(BinaryKind.ADD, Long::sum, a, b);
    whole(BinaryKind.SUB, (x, y) -> x - y, a, b);
    whole(BinaryKind.MUL, (x, y) -> x * y, a, b);
    whole(BinaryKind.DIV, (x, y) -> x / y, a, b);
    whole(BinaryKind.REM, (x, y) -> x % y, a, b);
    whole(BinaryKind.POW, (x, y) -> (long) Math.pow(x, y), new long[] {2, 3, 1}, new long[] {3, 4, 5
    });
    whole(BinaryKind.MAX, Math::max, a, b);
    whole(BinaryKind.MIN, Math::min, a, b);
    whole(BinaryKind.AND, (x, y) -> x & y, a, b);
    whole(BinaryKind.OR, (x, y) -> x | y, a, b);
    whole(BinaryKind.XOR, (x, y) -> x ^ y, a, b);
    whole(BinaryKind.DIV, (x, y) -> x / y, new long[] {-7, 7, -8}, new long[] {2, -2, -4});
    whole(BinaryKind.REM, (x, y) -> x % y, new long[] {-7, 7, -8}, new long[] {2, -2, 3});
  }

  static void divisionByZeroOfWholeNumbersDoesNotFail() {
    NDArray a = NDArray.of(new int[] {5, 6});
    NDArray b = NDArray.of(new int[] {0, 3});
    for (BinaryKind k : new BinaryKind[] {BinaryKind.DIV, BinaryKind.REM}) {
      NDArray y = Runs.eager(new Binary(k), a, b).get(0);
      org.junit.jupiter.api.Assertions.assertEquals(k == BinaryKind.DIV ? 2 : 0, y.getInt(1));
      Runs.compiled(new Binary(k), a, b);
    }
    Runs.eager(new Binary(BinaryKind.POW), a, NDArray.of(new int[] {-1, -2}));
    NDArray least = NDArray.of(new int[] {Integer.MIN_VALUE});
    expect(new Binary(BinaryKind.DIV), least, least, NDArray.of(new int[] {-1}));
  }

  static void shifts() {
    NDArray a = NDArray.of(new int[] {1, -8, -8, -1, 5});
    NDArray by = NDArray.of(new int[] {31, 1, 32, 40, 0});
    expect(new Binary(BinaryKind.SHIFT_LEFT), NDArray.of(new int[] {1 << 31, -16, 0, 0, 5}), a, by);
    expect(
        new Binary(BinaryKind.SHIFT_RIGHT_ARITHMETIC),
        NDArray.of(new int[] {0, -4, -1, -1, 5}),
        a,
        by);
    expect(
        new Binary(BinaryKind.SHIFT_RIGHT_LOGICAL),
        NDArray.of(new int[] {0, -8 >>> 1, 0, 0, 5}),
        a,
        by);
    NDArray u = array(DType.UINT8, new double[] {200, 200, 1}, 3);
    NDArray n = array(DType.UINT8, new double[] {3, 8, 7}, 3);
    expect(
        new Binary(BinaryKind.SHIFT_RIGHT_ARITHMETIC),
        array(DType.UINT8, new double[] {25, 0, 0}, 3),
        u,
        n);
    expect(
        new Binary(BinaryKind.SHIFT_LEFT), array(DType.UINT8, new double[] {64, 0, 128}, 3), u, n);
  }

  static void nextFloats() {
    NDArray a = floats(new double[] {1, 1, 0, 0, 2, NAN}, 6);
    NDArray b = floats(new double[] {2, 0, 1, -1, 2, 1}, 6);
    NDArray e = NDArray.zeros(DType.FLOAT32, Shape.of(6));
    NDArray exact = NDArray.zeros(DType.FLOAT32, Shape.of(6));
    for (int i = 0; i < 6; i++) {
      exact.setDouble(i, Math.nextAfter(a.getFloat(i), b.getDouble(i)));
    }
    NDArray got = Runs.eager(new Binary(BinaryKind.NEXTAFTER), a, b).get(0);
    for (int i : new int[] {0, 1, 4}) {
      org.junit.jupiter.api.Assertions.assertEquals(exact.getFloat(i), got.getFloat(i));
    }
    NDArray h = array(DType.FLOAT16, new double[] {1, 1, 0, 0, 2, NAN, -1}, 7);
    NDArray to = array(DType.FLOAT16, new double[] {2, 0, 1, -1, 2, 1, 0}, 7);
    NDArray next = Runs.eager(new Binary(BinaryKind.NEXTAFTER), h, to).get(0);
    double[] want = {1 + 0x1p-10, 1 - 0x1p-11, 0x1p-24, -0x1p-24, 2, NAN, -1 + 0x1p-11};
    for (int i = 0; i < 7; i++) {
      org.junit.jupiter.api.Assertions.assertEquals(want[i], next.getDouble(i));
    }
  }

  static void bools() {
    NDArray a = NDArray.of(new boolean[] {true, true, false, false});
    NDArray b = NDArray.of(new boolean[] {true, false, true, false});
    expect(new Binary(BinaryKind.AND), NDArray.of(new boolean[] {true, false, false, false}), a, b);
    expect(new Binary(BinaryKind.OR), NDArray.of(new boolean[] {true, true, true, false}), a, b);
    expect(new Binary(BinaryKind.XOR), NDArray.of(new boolean[] {false, true, true, false}), a, b);
    expect(new Binary(BinaryKind.MAX), NDArray.of(new boolean[] {true, true, true, false}), a, b);
    expect(new Binary(BinaryKind.MIN), NDArray.of(new boolean[] {true, false, false, false}), a, b);
    expect(
        new Compare(Compare.Direction.LT),
        NDArray.of(new boolean[] {false, false, true, false}),
        a,
        b);
    expect(
        new Compare(Compare.Direction.EQ),
        NDArray.of(new boolean[] {true, false, false, true}),
        a,
        b);
  }

  static void comparesAllDtypes() {
    for (DType t : DType.values()) {
      if (t == DType.BOOL || !Runs.computes(t) || t.isComplex()) {
        continue;
      }
      NDArray a = array(t, new double[] {1, 2, 3}, 3);
      NDArray b = array(t, new double[] {2, 2, 2}, 3);
      expect(
          new Compare(Compare.Direction.LT), NDArray.of(new boolean[] {true, false, false}), a, b);
      expect(
          new Compare(Compare.Direction.LE), NDArray.of(new boolean[] {true, true, false}), a, b);
      expect(
          new Compare(Compare.Direction.GT), NDArray.of(new boolean[] {false, false, true}), a, b);
      expect(
          new Compare(Compare.Direction.GE), NDArray.of(new boolean[] {false, true, true}), a, b);
      expect(
          new Compare(Compare.Direction.EQ), NDArray.of(new boolean[] {false, true, false}), a, b);
      expect(
          new Compare(Compare.Direction.NE), NDArray.of(new boolean[] {true, false, true}), a, b);
      NDArray p = NDArray.of(new boolean[] {true, false, true});
      expect(new Select(), array(t, new double[] {1, 2, 3}, 3), p, a, b);
    }
    NDArray nan = floats(new double[] {NAN}, 1);
    for (Compare.Direction d : Compare.Direction.values()) {
      expect(new Compare(d), NDArray.of(new boolean[] {d == Compare.Direction.NE}), nan, nan);
    }
  }

  static void convertsBetweenAllDtypes() {
    double[] v = {0, 1, 3, 5};
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        boolean some = from == DType.FLOAT16 || from == DType.INT64 || !Runs.dear();
        if (!some || from == DType.STRING || to == DType.STRING) {
          continue;
        }
        NDArray x = array(from, v, 4);
        expect(new Convert(to), x.astype(to), x);
      }
    }
    NDArray f = floats(new double[] {-1.7, 1.7, 0.5, NAN}, 4);
    expect(new Convert(DType.BOOL), NDArray.of(new boolean[] {true, true, true, true}), f);
    expect(
        new Convert(DType.INT32),
        NDArray.of(new int[] {-1, 1, 0}),
        floats(new double[] {-1.7, 1.7, 0.5}, 3));
    NDArray wide = NDArray.of(new int[] {-1, 300, 7, 8, -9});
    expect(new Convert(DType.UINT8), wide.astype(DType.UINT8), wide);
    expect(new Convert(DType.INT4), wide.astype(DType.INT4), wide);
    expect(new Convert(DType.UINT4), wide.astype(DType.UINT4), wide);
  }

  static void floatsSaturate() {
    double inf = Double.POSITIVE_INFINITY;
    NDArray x = floats(new double[] {300.7, -300.7, 1e10, -1e10, NAN, inf, -inf, -1.7}, 8);
    double[] bytes = {127, -128, 127, -128, 0, 127, -128, -1};
    expect(new Convert(DType.INT8), array(DType.INT8, bytes, 8), x);
    expect(
        new Convert(DType.UINT8),
        array(DType.UINT8, new double[] {255, 0, 255, 0, 0, 255, 0, 0}, 8),
        x);
    int max = Integer.MAX_VALUE;
    int min = Integer.MIN_VALUE;
    expect(
        new Convert(DType.INT32), NDArray.of(new int[] {300, -300, max, min, 0, max, min, -1}), x);
    NDArray halves = array(DType.FLOAT16, new double[] {inf, -3}, 2);
    expect(new Convert(DType.UINT16), array(DType.UINT16, new double[] {65535, 0}, 2), halves);
  }

  static void fourBitsWrap() {
    NDArray a = array(DType.INT4, new double[] {7, -8, 3}, 3);
    NDArray one = array(DType.INT4, new double[] {1, -1, 1}, 3);
    expect(new Binary(BinaryKind.ADD), array(DType.INT4, new double[] {-8, 7, 4}, 3), a, one);
  }

  static void bits() {
    NDArray f = floats(new double[] {1, -2}, 2);
    NDArray i = NDArray.of(new int[] {Float.floatToIntBits(1), Float.floatToIntBits(-2)});
    expect(new Bitcast(DType.INT32), i, f);
    expect(new Bitcast(DType.FLOAT32), f, i);
    NDArray bytes = NDArray.ofBytes(i.bytes(), DType.UINT8, Shape.of(8));
    expect(new Bitcast(DType.UINT8), bytes, i);
    expect(new Bitcast(DType.INT32), i, bytes);
    NDArray two = NDArray.ofBytes(i.bytes(), DType.INT32, Shape.of(2, 1));
    NDArray split = NDArray.ofBytes(i.bytes(), DType.UINT8, Shape.of(2, 4));
    expect(new Bitcast(DType.UINT8), split, two);
    expect(new Bitcast(DType.INT32), two, split);
    byte[] codes = new byte[256];
    for (int k = 0; k < 256; k++) {
      codes[k] = (byte) k;
    }
    for (DType t : new DType[] {DType.FLOAT8_E4M3FN, DType.FLOAT8_E5M2}) {
      NDArray all = NDArray.ofBytes(java.nio.ByteBuffer.wrap(codes), DType.UINT8, Shape.of(256));
      NDArray values = NDArray.ofBytes(java.nio.ByteBuffer.wrap(codes), t, Shape.of(256));
      expect(new Bitcast(t), values, all);
      // but for NaN, of which there are several
      NDArray back = Runs.eager(new Bitcast(DType.UINT8), values).get(0);
      for (int k = 0; k < 256; k++) {
        if (!Double.isNaN(values.getDouble(k))) {
          org.junit.jupiter.api.Assertions.assertEquals(k, back.getInt(k));
        }
      }
    }
  }
}
