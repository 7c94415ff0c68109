package org.keras4j.tck.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.keras4j.tck.autodiff.GradientCheck.between;
import static org.keras4j.tck.autodiff.GradientCheck.check;
import static org.keras4j.tck.autodiff.GradientCheck.random;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

class ElementwiseGradientTest {
  @ParameterizedTest
  @EnumSource(
      value = UnaryKind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NOT", "IS_FINITE", "REAL", "IMAG", "CONJ", "SIGN", "FLOOR", "CEIL", "ROUND_EVEN"})
  void unary(UnaryKind kind) {
    NDArray x = switch (kind) {
      case LOG, LOG1P, SQRT, RSQRT -> between(0.3, 2, 1, 2, 3);
      case TAN, ASIN, ACOS, ATANH, ERF_INV -> between(-0.8, 0.8, 1, 2, 3);
      case ACOSH -> between(1.3, 3, 1, 2, 3);
      case LGAMMA, DIGAMMA -> NDArray.of(new double[] {0.4, 1.3, 3.7, 8.1, -0.6, -2.3}, 2, 3);
      default -> random(1, 2, 3);
    };
    check(in -> List.of(Prims.unary(kind, in.get(0))), x);
  }

  @ParameterizedTest
  @EnumSource(
      value = UnaryKind.class,
      names = {"SIGN", "FLOOR", "CEIL", "ROUND_EVEN"})
  void stepsHaveNoSlope(UnaryKind kind) {
    check(in -> List.of(Prims.unary(kind, in.get(0))), between(0.1, 0.4, 1, 3));
  }

  static Stream<Arguments> binary() {
    return Stream.of(
        Arguments.of(BinaryKind.ADD, random(1, 2, 3), random(2, 2, 3)),
        Arguments.of(BinaryKind.SUB, random(1, 3), random(2, 2, 1)),
        Arguments.of(BinaryKind.MUL, random(1, 2, 3), random(2, 1, 3)),
        Arguments.of(BinaryKind.MUL, random(1), random(2, 2, 2)),
        Arguments.of(BinaryKind.DIV, random(1, 2, 3), between(0.5, 2, 2, 3)),
        Arguments.of(BinaryKind.REM, between(2, 5, 1, 4), between(0.8, 1.1, 2, 4)),
        Arguments.of(BinaryKind.REM, between(-5, -2, 1, 4), between(0.8, 1.1, 2, 1)),
        Arguments.of(BinaryKind.POW, between(0.5, 2, 1, 2, 3), random(2, 3)),
        Arguments.of(BinaryKind.ATAN2, random(1, 2, 3), random(2, 2, 1)),
        Arguments.of(BinaryKind.MAX, random(1, 2, 3), random(2, 3)),
        Arguments.of(BinaryKind.MIN, random(1, 2, 3), random(2, 2, 1)));
  }

  @ParameterizedTest
  @MethodSource
  void binary(BinaryKind kind, NDArray a, NDArray b) {
    check(in -> List.of(Prims.binary(kind, in.get(0), in.get(1))), a, b);
  }

  @Test
  void select() {
    Tensor p = Engine.constant(NDArray.of(new boolean[] {true, false, true}, 3));
    check(
        in -> List.of(Prims.select(p, Prims.exp(in.get(0)), Prims.square(in.get(1)))),
        random(1, 2, 3),
        random(2, 3));
  }

  @Test
  void convert() {
    check(
        in -> List.of(
            Prims.square(Prims.convert(Prims.convert(in.get(0), DType.COMPLEX128), DType.FLOAT64))),
        random(1, 3));
  }

  private static Tensor complex(Tensor re, Tensor im) {
    return Prims.binary(BinaryKind.COMPLEX, re, im);
  }

  private static List<Tensor> parts(Tensor z) {
    return List.of(Prims.unary(UnaryKind.REAL, z), Prims.unary(UnaryKind.IMAG, z));
  }

  @ParameterizedTest
  @EnumSource(
      value = UnaryKind.class,
      names = {"EXP", "LOG", "SQRT", "SIN", "COS", "TAN", "SINH", "COSH", "TANH", "NEG", "CONJ"})
  void complexUnary(UnaryKind kind) {
    check(
        in -> parts(Prims.unary(kind, complex(in.get(0), in.get(1)))),
        between(0.5, 1.5, 1, 3),
        between(0.3, 1, 2, 3));
  }

  @Test
  void complexAbs() {
    check(in -> List.of(Prims.abs(complex(in.get(0), in.get(1)))), random(1, 3), random(2, 3));
  }

  @ParameterizedTest
  @EnumSource(
      value = BinaryKind.class,
      names = {"ADD", "SUB", "MUL", "DIV"})
  void complexBinary(BinaryKind kind) {
    check(
        in ->
            parts(Prims.binary(kind, complex(in.get(0), in.get(1)), complex(in.get(2), in.get(3)))),
        random(1, 2, 3),
        random(2, 2, 3),
        between(0.5, 1, 3, 3),
        between(0.5, 1, 4, 3));
  }

  private static double[] grad(Function<Tensor, Tensor> f, double... x) {
    return Grad.valueAndGrad(
            t -> Prims.sumAll(f.apply(t)), Engine.constant(NDArray.of(x, x.length)))
        .grads()
        .get(0)
        .toNDArray()
        .toDoubleArray();
  }

  @Test
  void cornersAreThoseOfJax() {
    assertArrayEquals(new double[] {-1, 1, 1}, grad(Prims::abs, -2, 0, 2));
    assertArrayEquals(
        new double[] {0, 0.5, 1}, grad(x -> Prims.max(x, Prims.scalarLike(x, 1)), 0, 1, 2));
    assertArrayEquals(
        new double[] {1, 0.5, 0}, grad(x -> Prims.min(x, Prims.scalarLike(x, 1)), 0, 1, 2));
    assertArrayEquals(new double[] {0, 0}, grad(x -> Prims.pow(x, Prims.scalarLike(x, 0)), 0, 2));
    assertArrayEquals(new double[] {1, 1}, grad(x -> Prims.pow(x, Prims.scalarLike(x, 1)), 0, 2));
    assertArrayEquals(
        new double[] {0, Math.log(2) * 8},
        grad(x -> Prims.pow(Engine.constant(NDArray.of(new double[] {0, 2}, 2)), x), 2, 3),
        1e-12);
  }

  @Test
  void oneTensorAsTwoArguments() {
    Tensor x = Engine.constant(NDArray.of(new double[] {3}, 1));
    List<Tensor> grads = Grad.valueAndGrad(
            in -> List.of(Prims.sumAll(Prims.mul(in.get(0), Prims.square(in.get(1))))),
            List.of(x, x),
            List.of())
        .grads();
    assertArrayEquals(new double[] {9}, grads.get(0).toNDArray().toDoubleArray());
    assertArrayEquals(new double[] {18}, grads.get(1).toNDArray().toDoubleArray());
  }
}
