package org.keras4j.tck.primitives;

import static org.keras4j.core.DType.*;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.Convert;
import org.keras4j.core.primitive.LeadingZeros;
import org.keras4j.core.primitive.PopulationCount;
import org.keras4j.core.primitive.ReducePrecision;
import org.keras4j.core.primitive.Select;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;

final class ElementwiseCases {
  private ElementwiseCases() {}

  static void add(Primitives to) {
    to.on("unaryFloats", ElementwiseCases::unaryFloats);
    to.on("everyUnaryRunsOnItsDtypes", ElementwiseCases::everyUnaryRunsOnItsDtypes);
    to.on("unaryOthers", ElementwiseCases::unaryOthers);
    to.on("binaryFloats", ElementwiseCases::binaryFloats);
    to.on("binaryIntegers", ElementwiseCases::binaryIntegers);
    to.on("divisionByZeroDoesNotFail", ElementwiseCases::divisionByZeroDoesNotFail);
    to.on("nextAfter", ElementwiseCases::nextAfter);
    to.on("complex", ElementwiseCases::complex);
    to.on("compare", ElementwiseCases::compare);
    to.on("select", ElementwiseCases::select);
    to.on("convertAll", ElementwiseCases::convertAll);
    to.on("convertEdges", ElementwiseCases::convertEdges);
    to.on("floatsSaturate", ElementwiseCases::floatsSaturate);
    to.on("bitcast", ElementwiseCases::bitcast);
    to.on("populationCount", ElementwiseCases::populationCount);
    to.on("leadingZeros", ElementwiseCases::leadingZeros);
    to.on("narrowerFormats", ElementwiseCases::narrowerFormats);
    to.on("broadcasting", ElementwiseCases::broadcasting);
  }

  private static final List<DType> FLOATS = List.of(FLOAT16, BFLOAT16, FLOAT32, FLOAT64);
  private static final List<DType> INTEGERS =
      List.of(INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64);

  static double tolerance(DType t) {
    return switch (t) {
      case FLOAT16 -> 2e-3;
      case BFLOAT16 -> 1.6e-2;
      case FLOAT32, COMPLEX64 -> 2e-6;
      default -> 1e-12;
    };
  }

  static NDArray of(DType t, double... values) {
    NDArray a = NDArray.zeros(t, Shape.of(values.length));
    for (int i = 0; i < values.length; i++) {
      a.setDouble(i, values[i]);
    }
    return a;
  }

  static NDArray ints(DType t, long... values) {
    NDArray a = NDArray.zeros(t, Shape.of(values.length));
    for (int i = 0; i < values.length; i++) {
      a.setLong(i, values[i]);
    }
    return a;
  }

  private static void unary(UnaryKind kind, DoubleUnaryOperator f, double... values) {
    for (DType t : FLOATS) {
      NDArray x = of(t, values);
      NDArray y = NDArray.zeros(t, x.shape());
      for (int i = 0; i < x.size(); i++) {
        y.setDouble(i, f.applyAsDouble(x.getDouble(i)));
      }
      Runs.check(tolerance(t), new Unary(kind), List.of(x), y);
    }
  }

  static void unaryFloats() {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    unary(UnaryKind.NEG, x -> -x, -1.5, 0, 2, inf);
    unary(UnaryKind.ABS, Math::abs, -1.5, 0, 2, -inf, nan);
    unary(UnaryKind.SIGN, Math::signum, -1.5, 0, 2, nan, -inf);
    unary(UnaryKind.FLOOR, Math::floor, -1.5, 0.5, 2);
    unary(UnaryKind.CEIL, Math::ceil, -1.5, 0.5, 2);
    unary(UnaryKind.ROUND_EVEN, Math::rint, -1.5, 0.5, 2.5, 3.5);
    unary(UnaryKind.EXP, Math::exp, -2, 0, 1.5);
    unary(UnaryKind.EXPM1, Math::expm1, -2, 0, 1e-3);
    unary(UnaryKind.LOG, Math::log, 0.5, 1, 7, 0);
    unary(UnaryKind.LOG1P, Math::log1p, -0.5, 0, 1e-3);
    unary(UnaryKind.SQRT, Math::sqrt, 0, 2, 9, -1);
    unary(UnaryKind.RSQRT, x -> 1 / Math.sqrt(x), 0.25, 2, 9);
    unary(UnaryKind.SIN, Math::sin, -1, 0, 2);
    unary(UnaryKind.COS, Math::cos, -1, 0, 2);
    unary(UnaryKind.TAN, Math::tan, -1, 0, 0.5);
    unary(UnaryKind.ASIN, Math::asin, -1, 0, 0.5);
    unary(UnaryKind.ACOS, Math::acos, -1, 0, 0.5);
    unary(UnaryKind.ATAN, Math::atan, -1, 0, 2);
    unary(UnaryKind.SINH, Math::sinh, -1, 0, 2);
    unary(UnaryKind.COSH, Math::cosh, -1, 0, 2);
    unary(UnaryKind.ASINH, x -> Math.log(x + Math.sqrt(x * x + 1)), 0, 2, 0.5);
    unary(UnaryKind.ACOSH, x -> Math.log(x + Math.sqrt(x * x - 1)), 1, 2, 5);
    unary(UnaryKind.ATANH, x -> 0.5 * Math.log((1 + x) / (1 - x)), -0.5, 0, 0.25);
    unary(UnaryKind.TANH, Math::tanh, -1, 0, 2);
    unary(UnaryKind.LOGISTIC, x -> 1 / (1 + Math.exp(-x)), -1, 0, 2);
    unary(UnaryKind.ERF, x -> x == 0 ? 0 : Math.signum(x) * 0.8427007929497149, -1, 0, 1);
    unary(
        UnaryKind.ERFC,
        x -> x == 0 ? 1 : x > 0 ? 0.15729920705028513 : 1.8427007929497148,
        -1,
        0,
        1);
    unary(UnaryKind.ERF_INV, x -> x == 0 ? 0 : Math.signum(x) * 0.4769362762044699, -0.5, 0, 0.5);
    unary(
        UnaryKind.LGAMMA, x -> x == 0.5 ? 0.5723649429247001 : x == 4 ? Math.log(6) : 0, 0.5, 1, 4);
    unary(UnaryKind.DIGAMMA, x -> x == 1 ? -0.5772156649015329 : 0.42278433509846714, 1, 2);
    unary(UnaryKind.BESSEL_I0E, x -> x == 0 ? 1 : 0.46575960759364043, 0, 1, -1);
    unary(UnaryKind.BESSEL_I1E, x -> x == 0 ? 0 : Math.signum(x) * 0.2079104153497085, 0, 1, -1);
  }

  static void everyUnaryRunsOnItsDtypes() {
    for (UnaryKind k : UnaryKind.values()) {
      for (DType t : DType.values()) {
        boolean heldOnly = t.isFloat() && t.size() == 1; // converted, but not computed with
        if (!Runs.backend().supports(t) || heldOnly) {
          continue;
        }
        NDArray x = of(t, 1, 0, 1);
        try {
          new Unary(k).infer(List.of(x.spec()));
        } catch (IllegalArgumentException e) {
          continue;
        }
        Runs.eager(new Unary(k), x);
      }
    }
  }

  static void unaryOthers() {
    for (DType t : INTEGERS) {
      Runs.check(new Unary(UnaryKind.NEG), List.of(ints(t, 3, 0, 1)), ints(t, -3, 0, -1));
      Runs.check(new Unary(UnaryKind.NOT), List.of(ints(t, 3, 0)), ints(t, ~3, ~0));
      long low = t.isSigned() ? -5 : 5;
      Runs.check(new Unary(UnaryKind.ABS), List.of(ints(t, low, 7)), ints(t, 5, 7));
      Runs.check(
          new Unary(UnaryKind.SIGN),
          List.of(ints(t, low, 0, 9)),
          ints(t, t.isSigned() ? -1 : 1, 0, 1));
    }
    Runs.check(new Unary(UnaryKind.SIGN), List.of(ints(UINT16, 65535)), ints(UINT16, 1));
    Runs.check(new Unary(UnaryKind.NOT), List.of(ints(BOOL, 1, 0)), ints(BOOL, 0, 1));
    Runs.check(
        new Unary(UnaryKind.IS_FINITE),
        List.of(of(FLOAT32, 1, Double.NaN, Double.NEGATIVE_INFINITY)),
        ints(BOOL, 1, 0, 0));
    NDArray z = NDArray.zeros(COMPLEX64, Shape.of(2));
    z.setComplex(0, 3, 4);
    z.setComplex(1, -1e-6, 1e-5);
    NDArray conj = NDArray.zeros(COMPLEX64, Shape.of(2));
    conj.setComplex(0, 3, -4);
    conj.setComplex(1, -1e-6, -1e-5);
    Runs.check(new Unary(UnaryKind.CONJ), List.of(z), conj);
    Runs.check(new Unary(UnaryKind.REAL), List.of(z), of(FLOAT32, 3, -1e-6));
    Runs.check(new Unary(UnaryKind.IMAG), List.of(z), of(FLOAT32, 4, 1e-5));
    Runs.check(1e-6, new Unary(UnaryKind.ABS), List.of(z), of(FLOAT32, 5, Math.hypot(1e-6, 1e-5)));
    NDArray log = NDArray.zeros(COMPLEX64, Shape.of(2));
    log.setComplex(0, Math.log(Math.hypot(4, 4)), Math.atan2(4, 4));
    log.setComplex(1, -1e-6 + 5e-11, 1e-5);
    Runs.check(1e-6, new Unary(UnaryKind.LOG1P), List.of(z), log);
  }

  private static void floats(BinaryKind kind, DoubleBinaryOperator f, double[] a, double[] b) {
    for (DType t : FLOATS) {
      NDArray x = of(t, a);
      NDArray y = of(t, b);
      NDArray z = NDArray.zeros(t, x.shape());
      for (int i = 0; i < x.size(); i++) {
        z.setDouble(i, f.applyAsDouble(x.getDouble(i), y.getDouble(i)));
      }
      Runs.check(tolerance(t), new Binary(kind), List.of(x, y), z);
      // against a scalar, on both sides
      NDArray s = NDArray.scalar(t, y.getDouble(0));
      for (int i = 0; i < x.size(); i++) {
        z.setDouble(i, f.applyAsDouble(x.getDouble(i), y.getDouble(0)));
      }
      withScalar(tolerance(t), kind, x, s, z);
      NDArray left = NDArray.zeros(t, x.shape());
      for (int i = 0; i < x.size(); i++) {
        left.setDouble(i, f.applyAsDouble(s.getDouble(0), x.getDouble(i)));
      }
      withScalar(tolerance(t), kind, s, x, left);
    }
  }

  /** A scalar that is a constant becomes a literal. */
  private static void withScalar(
      double tolerance, BinaryKind kind, NDArray x, NDArray y, NDArray z) {
    Runs.check(tolerance, new Binary(kind), List.of(x, y), z);
    var b = new org.keras4j.core.graph.GraphBuilder();
    boolean first = x.rank() == 0;
    var c = b.add1(new org.keras4j.core.primitive.ArrayConstant(first ? x : y));
    var v = b.input(first ? y.spec() : x.spec());
    var r = first ? b.add1(new Binary(kind), c, v) : b.add1(new Binary(kind), v, c);
    Runs.same(kind + " with a literal", tolerance, Runs.run(b.build(List.of(r)), first ? y : x), z);
  }

  static void binaryFloats() {
    double nan = Double.NaN;
    double[] a = {1.5, -2, 0, 7};
    double[] b = {2, 0.5, 3, -4};
    floats(BinaryKind.ADD, Double::sum, a, b);
    floats(BinaryKind.SUB, (x, y) -> x - y, a, b);
    floats(BinaryKind.MUL, (x, y) -> x * y, a, b);
    floats(BinaryKind.DIV, (x, y) -> x / y, a, b);
    floats(BinaryKind.REM, (x, y) -> x % y, a, b);
    floats(BinaryKind.POW, Math::pow, new double[] {1.5, 2, 0, 7}, b);
    floats(BinaryKind.ATAN2, Math::atan2, a, b);
    floats(BinaryKind.MAX, Math::max, new double[] {1, nan, 3, 2}, new double[] {2, 1, nan, 0});
    floats(BinaryKind.MIN, Math::min, new double[] {1, nan, 3, 2}, new double[] {2, 1, nan, 0});
  }

  private static void integers(BinaryKind kind, DType t, LongBinaryOperator f, long[] a, long[] b) {
    NDArray x = ints(t, a);
    NDArray y = ints(t, b);
    NDArray z = NDArray.zeros(t, x.shape());
    for (int i = 0; i < a.length; i++) {
      z.setLong(i, f.applyAsLong(x.getLong(i), y.getLong(i)));
    }
    Runs.check(new Binary(kind), List.of(x, y), z);
    int scalars = Runs.dear() ? 1 : b.length;
    for (int i = 0; i < scalars; i++) {
      NDArray s = NDArray.scalar(t, b[i]);
      NDArray w = NDArray.zeros(t, x.shape());
      for (int k = 0; k < a.length; k++) {
        w.setLong(k, f.applyAsLong(x.getLong(k), s.getLong(0)));
      }
      withScalar(0, kind, x, s, w);
    }
  }

  static void binaryIntegers() {
    for (DType t : INTEGERS) {
      long big = t.isSigned() ? (1L << (8 * t.size() - 1)) - 1 : -1; // all ones where unsigned
      long low = t.isSigned() ? -big - 1 : 0;
      boolean wide = t == UINT64;
      long[] a = {7, low, big, 5, 100};
      long[] b = {3, big, 1, big, 7};
      integers(BinaryKind.ADD, t, Long::sum, a, b);
      integers(BinaryKind.SUB, t, (x, y) -> x - y, a, b);
      integers(BinaryKind.MUL, t, (x, y) -> x * y, a, b);
      LongBinaryOperator div = wide ? Long::divideUnsigned : (x, y) -> x / y;
      LongBinaryOperator rem = wide ? Long::remainderUnsigned : (x, y) -> x % y;
      integers(BinaryKind.DIV, t, div, a, b);
      integers(BinaryKind.REM, t, rem, a, b);
      if (t.isSigned()) {
        integers(BinaryKind.DIV, t, div, a, new long[] {-1, -1, -2, 2, -7});
        integers(BinaryKind.REM, t, rem, a, new long[] {-1, -1, -2, 2, -7});
      }
      LongBinaryOperator max = wide ? (x, y) -> Long.compareUnsigned(x, y) > 0 ? x : y : Math::max;
      LongBinaryOperator min = wide ? (x, y) -> Long.compareUnsigned(x, y) < 0 ? x : y : Math::min;
      integers(BinaryKind.MAX, t, max, a, b);
      integers(BinaryKind.MIN, t, min, a, b);
      integers(BinaryKind.AND, t, (x, y) -> x & y, a, b);
      integers(BinaryKind.OR, t, (x, y) -> x | y, a, b);
      integers(BinaryKind.XOR, t, (x, y) -> x ^ y, a, b);
      int bits = 8 * t.size();
      long mask = bits == 64 ? -1 : (1L << bits) - 1;
      long[] shifts = {0, 1, bits - 1, 3, 2};
      integers(BinaryKind.SHIFT_LEFT, t, (x, y) -> y >= bits ? 0 : x << y, a, shifts);
      integers(
          BinaryKind.SHIFT_RIGHT_LOGICAL, t, (x, y) -> y >= bits ? 0 : (x & mask) >>> y, a, shifts);
      integers(
          BinaryKind.SHIFT_RIGHT_LOGICAL,
          t,
          (x, y) -> y >= bits ? 0 : (x & mask) >>> y,
          a,
          new long[] {bits, 0, 1, bits, 4});
      if (t.isSigned()) {
        integers(BinaryKind.SHIFT_RIGHT_ARITHMETIC, t, (x, y) -> x >> Math.min(63, y), a, shifts);
      }
      integers(
          BinaryKind.POW, t, (x, y) -> (long) Math.pow(x, y), new long[] {2, 3, 5, 1}, new long[] {
            3, 2, 1, 0
          });
    }
  }

  static void divisionByZeroDoesNotFail() {
    for (DType t : INTEGERS) {
      Runs.eager(new Binary(BinaryKind.DIV), ints(t, 5, 6), ints(t, 0, 2));
      Runs.eager(new Binary(BinaryKind.REM), ints(t, 5, 6), ints(t, 0, 2));
    }
  }

  static void nextAfter() {
    for (DType t : FLOATS) {
      NDArray x = of(t, 1, 1, 0, 0, -1, 3, Double.NaN, Double.POSITIVE_INFINITY);
      NDArray y = of(t, 2, 0, 1, -1, 0, 3, 1, 0);
      NDArray got = Runs.eager(new Binary(BinaryKind.NEXTAFTER), x, y).get(0);
      NDArray bits = NDArray.zeros(t, x.shape());
      int size = t.size();
      for (int i = 0; i < x.size(); i++) {
        long b = switch (size) {
          case 2 -> x.bytes().getShort(2 * i);
          case 4 -> x.bytes().getInt(4 * i);
          default -> x.bytes().getLong(8 * i);
        };
        double a = x.getDouble(i);
        double c = y.getDouble(i);
        if (Double.isNaN(a)) {
          bits.setDouble(i, Double.NaN);
          continue;
        }
        if (a == 0) {
          b = c > 0 ? 1 : size == 2 ? 0x8001 : size == 4 ? 0x80000001L : 0x8000000000000001L;
        } else if (a != c) {
          b += (c > a) == (a > 0) ? 1 : -1;
        }
        if (size == 2) {
          bits.bytes().putShort(2 * i, (short) b);
        } else if (size == 4) {
          bits.bytes().putInt(4 * i, (int) b);
        } else {
          bits.bytes().putLong(8 * i, b);
        }
      }
      Runs.same("nextafter " + t, 0, List.of(got), bits);
    }
  }

  static void complex() {
    NDArray z = Runs.eager(new Binary(BinaryKind.COMPLEX), of(FLOAT32, 1, 2), of(FLOAT32, 3, 4))
        .get(0);
    NDArray e = NDArray.zeros(COMPLEX64, Shape.of(2));
    e.setComplex(0, 1, 3);
    e.setComplex(1, 2, 4);
    Runs.same("complex", 0, List.of(z), e);
    NDArray product = NDArray.zeros(COMPLEX64, Shape.of(2));
    product.setComplex(0, 1 - 9, 6);
    product.setComplex(1, 4 - 16, 16);
    Runs.check(new Binary(BinaryKind.MUL), List.of(e, e), product);
  }

  static void compare() {
    for (DType t : INTEGERS) {
      long high = t.isSigned() ? 100 : -1;
      NDArray x = ints(t, 1, 5, high);
      NDArray y = ints(t, 2, 5, 1);
      Runs.check(new Compare(Compare.Direction.LT), List.of(x, y), ints(BOOL, 1, 0, 0));
      Runs.check(new Compare(Compare.Direction.LE), List.of(x, y), ints(BOOL, 1, 1, 0));
      Runs.check(new Compare(Compare.Direction.GT), List.of(x, y), ints(BOOL, 0, 0, 1));
      Runs.check(new Compare(Compare.Direction.GE), List.of(x, y), ints(BOOL, 0, 1, 1));
      Runs.check(new Compare(Compare.Direction.EQ), List.of(x, y), ints(BOOL, 0, 1, 0));
      Runs.check(new Compare(Compare.Direction.NE), List.of(x, y), ints(BOOL, 1, 0, 1));
    }
    for (DType t : FLOATS) {
      NDArray x = of(t, 1, Double.NaN, 3);
      NDArray y = of(t, 2, 5, 3);
      Runs.check(new Compare(Compare.Direction.LT), List.of(x, y), ints(BOOL, 1, 0, 0));
      Runs.check(new Compare(Compare.Direction.NE), List.of(x, y), ints(BOOL, 1, 1, 0));
      Runs.check(new Compare(Compare.Direction.GE), List.of(x, y), ints(BOOL, 0, 0, 1));
    }
    Runs.check(
        new Compare(Compare.Direction.LT),
        List.of(ints(BOOL, 0, 1), ints(BOOL, 1, 1)),
        ints(BOOL, 1, 0));
  }

  static void select() {
    List<DType> all = new ArrayList<>(FLOATS);
    all.addAll(INTEGERS);
    for (DType t : all) {
      Runs.check(
          new Select(),
          List.of(ints(BOOL, 1, 0, 1), ints(t, 1, 2, 3), ints(t, 4, 5, 6)),
          ints(t, 1, 5, 3));
      Runs.check(
          new Select(),
          List.of(ints(BOOL, 1, 0, 1), ints(t, 1, 2, 3), NDArray.scalar(t, 9L)),
          ints(t, 1, 9, 3));
      Runs.check(
          new Select(),
          List.of(ints(BOOL, 1, 0, 1), NDArray.scalar(t, 8L), NDArray.scalar(t, 9L)),
          ints(t, 8, 9, 8));
    }
  }

  static void convertAll() {
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        boolean some = from == FLOAT32 || from == INT32 || !Runs.dear();
        if (!some || !Runs.backend().supports(from) || !Runs.backend().supports(to)) {
          continue;
        }
        double[] values = from.isUnsigned() || from.isBool() || to.isUnsigned()
            ? new double[] {0, 1, 1, 100}
            : new double[] {0, -1, 1, 100};
        if ((from.isFloat() || from.isComplex()) && to.bits() == 4 && to.isInteger()) {
          values[3] = 7; // beyond that floats end at the bounds
        }
        NDArray x = of(from, values);
        NDArray y = x.astype(to);
        Runs.check(new Convert(to), List.of(x), y);
      }
    }
  }

  static void convertEdges() {
    Runs.check(new Convert(INT32), List.of(of(FLOAT32, 1.9, -1.9)), ints(INT32, 1, -1));
    Runs.check(new Convert(BOOL), List.of(of(FLOAT32, 0.5, 0, Double.NaN)), ints(BOOL, 1, 0, 1));
    Runs.check(new Convert(INT64), List.of(ints(UINT32, 0xffffffffL)), ints(INT64, 0xffffffffL));
    Runs.check(new Convert(INT32), List.of(ints(UINT32, 0xffffffffL)), ints(INT32, -1));
    Runs.check(new Convert(FLOAT64), List.of(ints(UINT32, 0xffffffffL)), of(FLOAT64, 4294967295.0));
    Runs.check(
        new Convert(FLOAT64),
        List.of(ints(UINT64, -1, Long.MIN_VALUE, 5)),
        of(FLOAT64, 0x1p64, 0x1p63, 5));
    Runs.check(
        new Convert(UINT64),
        List.of(of(FLOAT64, 0x1p63, 3, 0x1.8p63)),
        ints(UINT64, Long.MIN_VALUE, 3, 3L << 62));
    Runs.check(new Convert(UINT8), List.of(ints(INT32, 257, -1)), ints(UINT8, 1, 255));
    Runs.check(new Convert(UINT16), List.of(ints(INT64, 65537, -1)), ints(UINT16, 1, 65535));
    Runs.check(new Convert(UINT32), List.of(of(FLOAT32, 3e9)), ints(UINT32, 3000000000L));
    Runs.check(new Convert(FLOAT32), List.of(ints(UINT16, 65535)), of(FLOAT32, 65535));
  }

  static void floatsSaturate() {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    NDArray x = of(FLOAT32, 300.7, -300.7, 1e10, -1e10, nan, inf, -inf, -1.7);
    Runs.check(new Convert(INT8), List.of(x), ints(INT8, 127, -128, 127, -128, 0, 127, -128, -1));
    Runs.check(new Convert(UINT8), List.of(x), ints(UINT8, 255, 0, 255, 0, 0, 255, 0, 0));
    int max = Integer.MAX_VALUE;
    int min = Integer.MIN_VALUE;
    Runs.check(new Convert(INT32), List.of(x), ints(INT32, 300, -300, max, min, 0, max, min, -1));
    long top = 0xffffffffL;
    Runs.check(new Convert(UINT32), List.of(x), ints(UINT32, 300, 0, top, 0, 0, top, 0, 0));
    Runs.check(new Convert(UINT16), List.of(of(FLOAT16, inf, -3)), ints(UINT16, 65535, 0));
  }

  private static final long[] PATTERNS = {
    0, 1, 2, 3, 100, 127, -1, -2, Long.MIN_VALUE, Long.MAX_VALUE, 0x5a5a5a5a5a5a5a5aL
  };

  static void populationCount() {
    for (DType t : INTEGERS) {
      long[] ones = new long[PATTERNS.length];
      for (int i = 0; i < ones.length; i++) {
        ones[i] = Long.bitCount(PATTERNS[i] & -1L >>> (64 - 8 * t.size()));
      }
      Runs.check(new PopulationCount(), List.of(ints(t, PATTERNS)), ints(t, ones));
    }
    Runs.check(
        new PopulationCount(), List.of(ints(DType.INT4, -1, 3, 0)), ints(DType.INT4, 4, 2, 0));
  }

  static void leadingZeros() {
    for (DType t : INTEGERS) {
      long above = 64 - 8L * t.size();
      long[] zeros = new long[PATTERNS.length];
      for (int i = 0; i < zeros.length; i++) {
        zeros[i] = Long.numberOfLeadingZeros(PATTERNS[i] & -1L >>> above) - above;
      }
      Runs.check(new LeadingZeros(), List.of(ints(t, PATTERNS)), ints(t, zeros));
    }
    Runs.check(
        new LeadingZeros(), List.of(ints(DType.UINT4, 1, 15, 0)), ints(DType.UINT4, 3, 0, 4));
  }

  static void narrowerFormats() {
    double inf = Double.POSITIVE_INFINITY;
    for (DType t : List.of(FLOAT32, FLOAT64)) {
      // as float16, but for what lies below its normal numbers: 2^-14 is the smallest
      NDArray x = of(
          t,
          1,
          1 + 0x1p-11,
          1 + 3 * 0x1p-11,
          65519,
          65520,
          -65520,
          0x1p-14,
          0x1p-15,
          -0x1p-15,
          inf,
          Double.NaN,
          -0.1);
      NDArray y =
          of(t, 1, 1, 1 + 0x1p-9, 65504, inf, -inf, 0x1p-14, 0, -0.0, inf, Double.NaN, -0x1.998p-4);
      Runs.check(new ReducePrecision(5, 10), List.of(x), y);
      Runs.check(new ReducePrecision(11, 52), List.of(x), x);
    }
    for (DType t : List.of(FLOAT16, BFLOAT16)) {
      Runs.check(
          new ReducePrecision(4, 3),
          List.of(of(t, 1.0625, 1.1875, -3, 300, 0.01)),
          of(t, 1, 1.25, -3, inf, 0));
    }
    NDArray drawn = of(FLOAT32, 3.1415927, -2.7182817, 1e-30, 1.17e38, 0.1, 0.3, 1 / 3f, 123456.78);
    Runs.check(new ReducePrecision(8, 7), List.of(drawn), drawn.astype(BFLOAT16).astype(FLOAT32));
  }

  static void bitcast() {
    Runs.check(new Bitcast(INT32), List.of(of(FLOAT32, 1)), ints(INT32, 0x3f800000));
    Runs.check(new Bitcast(FLOAT32), List.of(ints(UINT32, 0x3f800000)), of(FLOAT32, 1));
    Runs.check(new Bitcast(UINT8), List.of(ints(UINT32, 0x04030201)), ints(UINT8, 1, 2, 3, 4));
    Runs.check(new Bitcast(UINT32), List.of(ints(UINT8, 1, 2, 3, 4)), ints(UINT32, 0x04030201));
    Runs.check(new Bitcast(UINT32), List.of(ints(INT32, -1)), ints(UINT32, 0xffffffffL));
  }

  static void broadcasting() {
    NDArray x = NDArray.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    NDArray row = NDArray.of(new float[] {10, 20, 30}, 3);
    NDArray column = NDArray.of(new float[] {100, 200}, 2, 1);
    Runs.check(
        new Binary(BinaryKind.ADD),
        List.of(x, row),
        NDArray.of(new float[] {11, 22, 33, 14, 25, 36}, 2, 3));
    Runs.check(
        new Binary(BinaryKind.ADD),
        List.of(row, column),
        NDArray.of(new float[] {110, 120, 130, 210, 220, 230}, 2, 3));
    Runs.check(
        new Binary(BinaryKind.ADD),
        List.of(row, NDArray.zeros(FLOAT32, Shape.of(0, 3))),
        NDArray.zeros(FLOAT32, Shape.of(0, 3)));
  }
}
