package org.keras4j.backend.xla;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

class ElementwiseTest {
  private static final double[] X = {
    -2.5, -1.5, -0.75, -0.25, 0, 0.25, 0.5, 0.875, 1.5, 2.5, 3, 9.25
  };

  private static double[] map(DoubleUnaryOperator f, double... x) {
    return Arrays.stream(x).map(f).toArray();
  }

  @ParameterizedTest
  @EnumSource(
      value = UnaryKind.class,
      names = {"NOT", "REAL", "IMAG", "CONJ", "IS_FINITE"},
      mode = EnumSource.Mode.EXCLUDE)
  void unaryOfFloats(UnaryKind kind) {
    double[] want = map(x -> UnaryReference.of(kind, x), X);
    Run.close(3e-6, Run.one(new Unary(kind), Run.f32(X)), want);
    Run.close(1e-11, Run.one(new Unary(kind), NDArray.of(X, X.length)), want);
    NDArray half = Run.f32(X).astype(DType.FLOAT16);
    NDArray got = Run.one(new Unary(kind), half);
    assertEquals(DType.FLOAT16, got.dtype());
    Run.close(4e-3, got, want);
  }

  @Test
  void unaryOfOtherTypes() {
    Run.exact(
        Run.one(new Unary(UnaryKind.NOT), NDArray.of(new boolean[] {true, false})), false, true);
    Run.exact(Run.one(new Unary(UnaryKind.NOT), NDArray.of(new int[] {0, 5})), -1, -6);
    Run.exact(Run.one(new Unary(UnaryKind.ABS), NDArray.of(new int[] {-7, 5})), 7, 5);
    Run.exact(Run.one(new Unary(UnaryKind.SIGN), NDArray.of(new int[] {-7, 0, 5})), -1, 0, 1);
    NDArray bytes = NDArray.of(new int[] {0, 200}).astype(DType.UINT8);
    Run.exact(Run.one(new Unary(UnaryKind.SIGN), bytes), 0, 1);
    Run.exact(Run.one(new Unary(UnaryKind.ABS), bytes), 0, 200);
    Run.exact(Run.one(new Unary(UnaryKind.NEG), bytes), 0, 56);
    double[] odd = {1, Double.NaN, Double.POSITIVE_INFINITY};
    Run.exact(Run.one(new Unary(UnaryKind.IS_FINITE), Run.f32(odd)), true, false, false);
    NDArray z = NDArray.zeros(DType.COMPLEX64, Shape.of(2));
    z.setComplex(0, 3, -4);
    z.setComplex(1, 0, 1);
    Run.close(1e-6, Run.one(new Unary(UnaryKind.ABS), z), 5, 1);
    Run.close(1e-6, Run.one(new Unary(UnaryKind.REAL), z), 3, 0);
    Run.close(1e-6, Run.one(new Unary(UnaryKind.IMAG), z), -4, 1);
    NDArray c = Run.one(new Unary(UnaryKind.CONJ), z);
    assertEquals(4, c.getImaginary(0));
    NDArray e = Run.one(new Unary(UnaryKind.EXP), z);
    assertEquals(Math.cos(1), e.getDouble(1), 1e-6);
    assertEquals(Math.sin(1), e.getImaginary(1), 1e-6);
  }

  @Test
  void arithmeticBroadcasts() {
    NDArray a = Run.f32(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    NDArray b = Run.f32(new double[] {10, 20}, 2, 1);
    Run.close(0, Run.one(new Binary(BinaryKind.ADD), a, b), 11, 12, 13, 24, 25, 26);
    Run.close(
        0,
        Run.one(new Binary(BinaryKind.SUB), a, NDArray.scalar(DType.FLOAT32, 1.0)),
        0,
        1,
        2,
        3,
        4,
        5);
    Run.close(1e-6, Run.one(new Binary(BinaryKind.DIV), b, a), 10, 5, 10 / 3., 5, 4, 20 / 6.);
    Run.close(
        0,
        Run.one(new Binary(BinaryKind.MUL), Run.f32(new double[] {1, 2, 3}), b),
        10,
        20,
        30,
        20,
        40,
        60);
  }

  @Test
  void binaryOfFloats() {
    NDArray a = Run.f32(new double[] {2, -7.5, 3, 0.5});
    NDArray b = Run.f32(new double[] {3, 2, -0.5, 2});
    Run.close(1e-6, Run.one(new Binary(BinaryKind.POW), a, b), 8, 56.25, Math.pow(3, -0.5), 0.25);
    Run.close(1e-6, Run.one(new Binary(BinaryKind.REM), a, b), 2, -1.5, 0, 0.5);
    Run.close(
        1e-6,
        Run.one(new Binary(BinaryKind.ATAN2), a, b),
        Math.atan2(2, 3),
        Math.atan2(-7.5, 2),
        Math.atan2(3, -0.5),
        Math.atan2(0.5, 2));
    NDArray n = Run.f32(new double[] {Double.NaN, 1, 2, 3});
    Run.close(0, Run.one(new Binary(BinaryKind.MAX), a, n), Double.NaN, 1, 3, 3);
    Run.close(0, Run.one(new Binary(BinaryKind.MIN), n, a), Double.NaN, -7.5, 2, 0.5);
    float one = Run.one(
            new Binary(BinaryKind.NEXTAFTER), Run.f32(new double[] {1}), Run.f32(new double[] {2}))
        .getFloat(0);
    assertEquals(Math.nextUp(1f), one);
  }

  @Test
  void binaryOfIntegers() {
    NDArray a = NDArray.of(new int[] {7, -7, Integer.MAX_VALUE, -8});
    NDArray b = NDArray.of(new int[] {2, 2, 1, 3});
    Run.exact(Run.one(new Binary(BinaryKind.DIV), a, b), 3, -3, Integer.MAX_VALUE, -2);
    Run.exact(Run.one(new Binary(BinaryKind.REM), a, b), 1, -1, 0, -2);
    Run.exact(Run.one(new Binary(BinaryKind.ADD), a, b), 9, -5, Integer.MIN_VALUE, -5);
    Run.exact(Run.one(new Binary(BinaryKind.POW), a, b), 49, 49, Integer.MAX_VALUE, -512);
    Run.exact(Run.one(new Binary(BinaryKind.AND), a, b), 2, 0, 1, 0);
    Run.exact(Run.one(new Binary(BinaryKind.XOR), a, b), 5, -5, Integer.MAX_VALUE - 1, -5);
    NDArray far = NDArray.of(new int[] {1, 31, 32, 40});
    Run.exact(Run.one(new Binary(BinaryKind.SHIFT_LEFT), a, far), 14, Integer.MIN_VALUE, 0, 0);
    Run.exact(Run.one(new Binary(BinaryKind.SHIFT_RIGHT_ARITHMETIC), a, far), 3, -1, 0, -1);
    Run.exact(Run.one(new Binary(BinaryKind.SHIFT_RIGHT_LOGICAL), a, far), 3, 1, 0, 0);
    // nobody is told the quotient by zero, but everybody lives
    Run.one(new Binary(BinaryKind.DIV), a, NDArray.of(new int[4]));
    Run.one(new Binary(BinaryKind.REM), a, NDArray.of(new int[4]));
    Run.one(
        new Binary(BinaryKind.DIV),
        NDArray.of(new int[] {Integer.MIN_VALUE}),
        NDArray.of(new int[] {-1}));
  }

  @Test
  void complexFromParts() {
    NDArray z = Run.one(
        new Binary(BinaryKind.COMPLEX), Run.f32(new double[] {1, 2}), Run.f32(new double[] {3, 4}));
    assertEquals(DType.COMPLEX64, z.dtype());
    assertEquals(4, z.getImaginary(1));
    NDArray product = Run.one(new Binary(BinaryKind.MUL), z, z);
    assertEquals(-8, product.getDouble(0), 1e-6);
    assertEquals(6, product.getImaginary(0), 1e-6);
  }

  @Test
  void fourBitIntegersWrap() {
    NDArray a = NDArray.of(new int[] {7, -8, 3}).astype(DType.INT4);
    NDArray one = NDArray.of(new int[] {1, 1, 1}).astype(DType.INT4);
    Run.exact(Run.one(new Binary(BinaryKind.ADD), a, one), -8, -7, 4);
    Run.exact(Run.one(new Convert(DType.INT4), NDArray.of(new int[] {8, 15, -9})), -8, -1, 7);
    Run.exact(Run.one(new Convert(DType.UINT4), NDArray.of(new int[] {16, -1, 7})), 0, 15, 7);
  }

  @Test
  void comparesAndSelects() {
    NDArray a = Run.f32(new double[] {1, 2, Double.NaN});
    NDArray b = Run.f32(new double[] {2, 2, Double.NaN});
    Run.exact(Run.one(new Compare(Compare.Direction.EQ), a, b), false, true, false);
    Run.exact(Run.one(new Compare(Compare.Direction.NE), a, b), true, false, true);
    Run.exact(Run.one(new Compare(Compare.Direction.LT), a, b), true, false, false);
    Run.exact(Run.one(new Compare(Compare.Direction.GE), a, b), false, true, false);
    NDArray big = NDArray.of(new int[] {-1, 1}).astype(DType.UINT32);
    Run.exact(
        Run.one(
            new Compare(Compare.Direction.GT),
            big,
            NDArray.of(new int[] {5, 5}).astype(DType.UINT32)),
        true,
        false);
    NDArray p = NDArray.of(new boolean[] {true, false}, 2, 1);
    Run.close(
        0,
        Run.one(new Select(), p, Run.f32(new double[] {1, 2}), NDArray.scalar(DType.FLOAT32, 9.0)),
        1,
        2,
        9,
        9);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = "STRING", mode = EnumSource.Mode.EXCLUDE)
  void convertsAndCarriesEveryType(DType to) {
    NDArray x = Run.f32(new double[] {0, 1, 2.75, 5});
    NDArray got = Run.one(new Convert(to), x);
    assertEquals(x.astype(to), got);
    Run.close(0, Run.one(new Convert(DType.FLOAT32), got), x.astype(to).toDoubleArray());
    Run.exact(Run.one(new Convert(DType.BOOL), got), false, true, true, true);
  }

  @Test
  void bitcasts() {
    NDArray x = Run.f32(new double[] {1, -2});
    Run.exact(Run.one(new Bitcast(DType.INT32), x), 0x3f800000L, (int) 0xc0000000L);
    NDArray bytes = Run.one(new Bitcast(DType.UINT8), x);
    assertEquals(Shape.of(8), bytes.shape());
    assertEquals(x, Run.one(new Bitcast(DType.FLOAT32), bytes));
    NDArray z = Run.one(new Bitcast(DType.COMPLEX64), x);
    assertEquals(Shape.of(1), z.shape());
    assertEquals(-2, z.getImaginary(0));
    assertEquals(x, Run.one(new Bitcast(DType.FLOAT32), z));
  }
}
