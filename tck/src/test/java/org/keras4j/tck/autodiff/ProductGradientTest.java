package org.keras4j.tck.autodiff;

import static org.keras4j.tck.autodiff.GradientCheck.check;
import static org.keras4j.tck.autodiff.GradientCheck.random;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.ConvKernelGrad;
import org.keras4j.core.primitive.LongList;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

class ProductGradientTest {
  private static int[] a(int... v) {
    return v;
  }

  static Stream<Arguments> dot() {
    return Stream.of(
        Arguments.of(a(), a(), a(1), a(0), random(1, 2, 3), random(2, 3, 4)),
        Arguments.of(a(), a(), a(0), a(1), random(1, 3, 2), random(2, 4, 3)),
        Arguments.of(a(0), a(0), a(2), a(1), random(1, 2, 2, 3), random(2, 2, 3, 2)),
        Arguments.of(a(1), a(2), a(0, 3), a(1, 0), random(1, 2, 3, 2, 4), random(2, 4, 2, 3)),
        Arguments.of(a(0, 1), a(1, 0), a(2), a(2), random(1, 2, 3, 2), random(2, 3, 2, 2)),
        Arguments.of(a(), a(), a(), a(), random(1, 2), random(2, 3)),
        Arguments.of(a(), a(), a(0, 1), a(1, 0), random(1, 2, 3), random(2, 3, 2)));
  }

  @ParameterizedTest
  @MethodSource
  void dot(int[] ab, int[] bb, int[] ac, int[] bc, NDArray x, NDArray y) {
    check(in -> List.of(Prims.dot(Prims.square(in.get(0)), in.get(1), ab, bb, ac, bc, null)), x, y);
  }

  private static ConvAttributes attributes(
      long[] stride, long[] low, long[] high, long[] dilation, int groups) {
    return new ConvAttributes(
        LongList.of(stride), LongList.of(low), LongList.of(high), LongList.of(dilation), groups);
  }

  private static long[] l(long... v) {
    return v;
  }

  static Stream<Arguments> conv() {
    return Stream.of(
        Arguments.of(attributes(l(1), l(0), l(0), l(1), 1), Shape.of(2, 5, 2), Shape.of(3, 2, 2)),
        Arguments.of(
            attributes(l(2, 1), l(1, 0), l(0, 1), l(1, 2), 1),
            Shape.of(1, 4, 5, 2),
            Shape.of(2, 2, 2, 3)),
        Arguments.of(
            attributes(l(2, 3), l(0, 0), l(0, 0), l(1, 1), 2),
            Shape.of(1, 4, 6, 4),
            Shape.of(2, 2, 2, 2)),
        Arguments.of(
            attributes(l(1, 1, 2), l(0, 1, 0), l(1, 0, 0), l(1, 1, 1), 1),
            Shape.of(1, 2, 3, 3, 1),
            Shape.of(2, 2, 1, 1, 2)));
  }

  @ParameterizedTest
  @MethodSource
  void conv(ConvAttributes c, Shape x, Shape k) {
    NDArray in = random(1, x.toArray());
    NDArray kernel = random(2, k.toArray());
    Shape y =
        Engine.bind1(new Conv(c), Engine.constant(in), Engine.constant(kernel)).shape();
    NDArray out = random(3, y.toArray());
    check(t -> List.of(Engine.bind1(new Conv(c), t.get(0), t.get(1))), in, kernel);
    check(t -> List.of(Engine.bind1(new ConvInputGrad(c, x), t.get(0), t.get(1))), out, kernel);
    check(t -> List.of(Engine.bind1(new ConvKernelGrad(c, k), t.get(0), t.get(1))), in, out);
  }

  @Test
  void wideSums() {
    // float32 factors, float64 sums: the gradient goes back to float32
    check(
        in -> List.of(Prims.dot(
            Prims.convert(
                Prims.convert(in.get(0), org.keras4j.core.DType.COMPLEX128),
                org.keras4j.core.DType.FLOAT64),
            in.get(1),
            a(),
            a(),
            a(1),
            a(0),
            org.keras4j.core.DType.FLOAT64)),
        random(1, 2, 3),
        random(2, 3, 2));
  }
}
