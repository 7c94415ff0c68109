package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Set;
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

final class ElementwiseExamples {
  private ElementwiseExamples() {}

  static void add(Primitives to) {
    for (UnaryKind k : UnaryKind.values()) {
      if (!NOT_OF_FLOATS.contains(k)) {
        to.on("unary " + k, () -> unaryOfFloats(k));
      }
    }
    for (DType t : DType.values()) {
      if (Runs.backend().supports(t)) {
        to.on("converts to " + t, () -> convertsAndCarriesEveryType(t));
      }
    }
    to.on("unaryOfOtherTypes", ElementwiseExamples::unaryOfOtherTypes);
    to.on("arithmeticBroadcasts", ElementwiseExamples::arithmeticBroadcasts);
    to.on("binaryOfFloats", ElementwiseExamples::binaryOfFloats);
    to.on("binaryOfIntegers", ElementwiseExamples::binaryOfIntegers);
    to.on("complexFromParts", ElementwiseExamples::complexFromParts);
    if (Runs.computes(DType.INT4) && Runs.computes(DType.UINT4)) {
      to.on("fourBitIntegersWrap", ElementwiseExamples::fourBitIntegersWrap);
    }
    to.on("comparesAndSelects", ElementwiseExamples::comparesAndSelects);
    to.on("bitcasts", ElementwiseExamples::bitcasts);
  }

  private static final Set<UnaryKind> NOT_OF_FLOATS =
      Set.of(UnaryKind.NOT, UnaryKind.REAL, UnaryKind.IMAG, UnaryKind.CONJ, UnaryKind.IS_FINITE);

  private static final double[] X = {
    -2.5, -1.5, -0.75, -0.25, 0, 0.25, 0.5, 0.875, 1.5, 2.5, 3, 9.25
  };

  private static double[] map(DoubleUnaryOperator f, double... x) {
    return Arrays.stream(x).map(f).toArray();
  }

  static void unaryOfFloats(UnaryKind kind) {
    // at its poles digamma is what the engine makes of them
    double[] all = X;
    double[] points =
        kind == UnaryKind.DIGAMMA ? Arrays.stream(all).filter(x -> x != 0).toArray() : all;
    double[] want = map(x -> UnaryReference.of(kind, x), points);
    Runs.close(3e-6, Runs.one(new Unary(kind), Runs.floats(points)), want);
    Runs.close(1e-11, Runs.one(new Unary(kind), NDArray.of(points, points.length)), want);
    NDArray half = Runs.floats(points).astype(DType.FLOAT16);
    NDArray got = Runs.one(new Unary(kind), half);
    assertEquals(DType.FLOAT16, got.dtype());
    Runs.close(4e-3, got, want);
  }

  static void unaryOfOtherTypes() {
    Runs.exact(
        Runs.one(new Unary(UnaryKind.NOT), NDArray.of(new boolean[] {true, false})), false, true);
    Runs.exact(Runs.one(new Unary(UnaryKind.NOT), NDArray.of(new int[] {0, 5})), -1, -6);
    Runs.exact(Runs.one(new Unary(UnaryKind.ABS), NDArray.of(new int[] {-7, 5})), 7, 5);
    Runs.exact(Runs.one(new Unary(UnaryKind.SIGN), NDArray.of(new int[] {-7, 0, 5})), -1, 0, 1);
    NDArray bytes = NDArray.of(new int[] {0, 200}).astype(DType.UINT8);
    Runs.exact(Runs.one(new Unary(UnaryKind.SIGN), bytes), 0, 1);
    Runs.exact(Runs.one(new Unary(UnaryKind.ABS), bytes), 0, 200);
    Runs.exact(Runs.one(new Unary(UnaryKind.NEG), bytes), 0, 56);
    double[] odd = {1, Double.NaN, Double.POSITIVE_INFINITY};
    Runs.exact(Runs.one(new Unary(UnaryKind.IS_FINITE), Runs.floats(odd)), true, false, false);
    NDArray z = NDArray.zeros(DType.COMPLEX64, Shape.of(2));
    z.setComplex(0, 3, -4);
    z.setComplex(1, 0, 1);
    Runs.close(1e-6, Runs.one(new Unary(UnaryKind.ABS), z), 5, 1);
    Runs.close(1e-6, Runs.one(new Unary(UnaryKind.REAL), z), 3, 0);
    Runs.close(1e-6, Runs.one(new Unary(UnaryKind.IMAG), z), -4, 1);
    NDArray c = Runs.one(new Unary(UnaryKind.CONJ), z);
    assertEquals(4, c.getImaginary(0));
    NDArray e = Runs.one(new Unary(UnaryKind.EXP), z);
    assertEquals(Math.cos(1), e.getDouble(1), 1e-6);
    assertEquals(Math.sin(1), e.getImaginary(1), 1e-6);
  }

  static void arithmeticBroadcasts() {
    NDArray a = Runs.floats(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    NDArray b = Runs.floats(new double[] {10, 20}, 2, 1);
    Runs.close(0, Runs.one(new Binary(BinaryKind.ADD), a, b), 11, 12, 13, 24, 25, 26);
    Runs.close(
        0,
        Runs.one(new Binary(BinaryKind.SUB), a, NDArray.scalar(DType.FLOAT32, 1.0)),
        0,
        1,
        2,
        3,
        4,
        5);
    Runs.close(1e-6, Runs.one(new Binary(BinaryKind.DIV), b, a), 10, 5, 10 / 3., 5, 4, 20 / 6.);
    Runs.close(
        0,
        Runs.one(new Binary(BinaryKind.MUL), Runs.floats(new double[] {1, 2, 3}), b),
        10,
        20,
        30,
        20,
        40,
        60);
  }

  static void binaryOfFloats() {
    NDArray a = Runs.floats(new double[] {2, -7.5, 3, 0.5});
    NDArray b = Runs.floats(new double[] {3, 2, -0.5, 2});
    Runs.close(1e-6, Runs.one(new Binary(BinaryKind.POW), a, b), 8, 56.25, Math.pow(3, -0.5), 0.25);
    Runs.close(1e-6, Runs.one(new Binary(BinaryKind.REM), a, b), 2, -1.5, 0, 0.5);
    Runs.close(
        1e-6,
        Runs.one(new Binary(BinaryKind.ATAN2), a, b),
        Math.atan2(2, 3),
        Math.atan2(-7.5, 2),
        Math.atan2(3, -0.5),
        Math.atan2(0.5, 2));
    NDArray n = Runs.floats(new double[] {Double.NaN, 1, 2, 3});
    Runs.close(0, Runs.one(new Binary(BinaryKind.MAX), a, n), Double.NaN, 1, 3, 3);
    Runs.close(0, Runs.one(new Binary(BinaryKind.MIN), n, a), Double.NaN, -7.5, 2, 0.5);
    float one = Runs.one(
            new Binary(BinaryKind.NEXTAFTER),
            Runs.floats(new double[] {1}),
            Runs.floats(new double[] {2}))
        .getFloat(0);
    assertEquals(Math.nextUp(1f), one);
  }

  static void binaryOfIntegers() {
    NDArray a = NDArray.of(new int[] {7, -7, Integer.MAX_VALUE, -8});
    NDArray b = NDArray.of(new int[] {2, 2, 1, 3});
    Runs.exact(Runs.one(new Binary(BinaryKind.DIV), a, b), 3, -3, Integer.MAX_VALUE, -2);
    Runs.exact(Runs.one(new Binary(BinaryKind.REM), a, b), 1, -1, 0, -2);
    Runs.exact(Runs.one(new Binary(BinaryKind.ADD), a, b), 9, -5, Integer.MIN_VALUE, -5);
    Runs.exact(Runs.one(new Binary(BinaryKind.POW), a, b), 49, 49, Integer.MAX_VALUE, -512);
    Runs.exact(Runs.one(new Binary(BinaryKind.AND), a, b), 2, 0, 1, 0);
    Runs.exact(Runs.one(new Binary(BinaryKind.XOR), a, b), 5, -5, Integer.MAX_VALUE - 1, -5);
    NDArray far = NDArray.of(new int[] {1, 31, 32, 40});
    Runs.exact(Runs.one(new Binary(BinaryKind.SHIFT_LEFT), a, far), 14, Integer.MIN_VALUE, 0, 0);
    Runs.exact(Runs.one(new Binary(BinaryKind.SHIFT_RIGHT_ARITHMETIC), a, far), 3, -1, 0, -1);
    Runs.exact(Runs.one(new Binary(BinaryKind.SHIFT_RIGHT_LOGICAL), a, far), 3, 1, 0, 0);
    // nobody is told the quotient by zero, but everybody lives
    Runs.one(new Binary(BinaryKind.DIV), a, NDArray.of(new int[4]));
    Runs.one(new Binary(BinaryKind.REM), a, NDArray.of(new int[4]));
    Runs.one(
        new Binary(BinaryKind.DIV),
        NDArray.of(new int[] {Integer.MIN_VALUE}),
        NDArray.of(new int[] {-1}));
  }

  static void complexFromParts() {
    NDArray z = Runs.one(
        new Binary(BinaryKind.COMPLEX),
        Runs.floats(new double[] {1, 2}),
        Runs.floats(new double[] {3, 4}));
    assertEquals(DType.COMPLEX64, z.dtype());
    assertEquals(4, z.getImaginary(1));
    NDArray product = Runs.one(new Binary(BinaryKind.MUL), z, z);
    assertEquals(-8, product.getDouble(0), 1e-6);
    assertEquals(6, product.getImaginary(0), 1e-6);
  }

  static void fourBitIntegersWrap() {
    NDArray a = NDArray.of(new int[] {7, -8, 3}).astype(DType.INT4);
    NDArray one = NDArray.of(new int[] {1, 1, 1}).astype(DType.INT4);
    Runs.exact(Runs.one(new Binary(BinaryKind.ADD), a, one), -8, -7, 4);
    Runs.exact(Runs.one(new Convert(DType.INT4), NDArray.of(new int[] {8, 15, -9})), -8, -1, 7);
    Runs.exact(Runs.one(new Convert(DType.UINT4), NDArray.of(new int[] {16, -1, 7})), 0, 15, 7);
  }

  static void comparesAndSelects() {
    NDArray a = Runs.floats(new double[] {1, 2, Double.NaN});
    NDArray b = Runs.floats(new double[] {2, 2, Double.NaN});
    Runs.exact(Runs.one(new Compare(Compare.Direction.EQ), a, b), false, true, false);
    Runs.exact(Runs.one(new Compare(Compare.Direction.NE), a, b), true, false, true);
    Runs.exact(Runs.one(new Compare(Compare.Direction.LT), a, b), true, false, false);
    Runs.exact(Runs.one(new Compare(Compare.Direction.GE), a, b), false, true, false);
    NDArray big = NDArray.of(new int[] {-1, 1}).astype(DType.UINT32);
    Runs.exact(
        Runs.one(
            new Compare(Compare.Direction.GT),
            big,
            NDArray.of(new int[] {5, 5}).astype(DType.UINT32)),
        true,
        false);
    NDArray p = NDArray.of(new boolean[] {true, false}, 2, 1);
    Runs.close(
        0,
        Runs.one(
            new Select(), p, Runs.floats(new double[] {1, 2}), NDArray.scalar(DType.FLOAT32, 9.0)),
        1,
        2,
        9,
        9);
  }

  static void convertsAndCarriesEveryType(DType to) {
    NDArray x = Runs.floats(new double[] {0, 1, 2.75, 5});
    NDArray got = Runs.one(new Convert(to), x);
    assertEquals(x.astype(to), got);
    Runs.close(0, Runs.one(new Convert(DType.FLOAT32), got), x.astype(to).toDoubleArray());
    Runs.exact(Runs.one(new Convert(DType.BOOL), got), false, true, true, true);
  }

  static void bitcasts() {
    NDArray x = Runs.floats(new double[] {1, -2});
    Runs.exact(Runs.one(new Bitcast(DType.INT32), x), 0x3f800000L, (int) 0xc0000000L);
    NDArray bytes = Runs.one(new Bitcast(DType.UINT8), x);
    assertEquals(Shape.of(8), bytes.shape());
    assertEquals(x, Runs.one(new Bitcast(DType.FLOAT32), bytes));
    NDArray z = Runs.one(new Bitcast(DType.COMPLEX64), x);
    assertEquals(Shape.of(1), z.shape());
    assertEquals(-2, z.getImaginary(0));
    assertEquals(x, Runs.one(new Bitcast(DType.FLOAT32), z));
  }
}
