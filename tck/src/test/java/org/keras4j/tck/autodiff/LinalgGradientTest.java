package org.keras4j.tck.autodiff;

import static org.keras4j.tck.autodiff.GradientCheck.check;
import static org.keras4j.tck.autodiff.GradientCheck.random;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Cholesky;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.primitive.Eigh;
import org.keras4j.core.primitive.Fft;
import org.keras4j.core.primitive.Fft.FftKind;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.Svd;
import org.keras4j.core.primitive.TriangularSolve;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

class LinalgGradientTest {
  private static Tensor product(Tensor a, Tensor b) {
    int n = a.rank();
    int[] batch = org.keras4j.core.primitive.IntList.range(0, n - 2).toArray();
    return Prims.dot(a, b, batch, batch, new int[] {n - 1}, new int[] {n - 2}, null);
  }

  private static Tensor symmetric(Tensor a) {
    return Prims.add(a, Prims.swap(a, -1, -2));
  }

  /** A positive definite matrix of any one. */
  private static Tensor definite(Tensor a) {
    long n = a.shape().last();
    Tensor row = Prims.iota(a.shape(), a.rank() - 1, DType.INT32);
    Tensor column = Prims.iota(a.shape(), a.rank() - 2, DType.INT32);
    Tensor eye = Prims.convert(Prims.eq(row, column), a.dtype());
    return Prims.add(product(a, Prims.swap(a, -1, -2)), Prims.mul(eye, n));
  }

  private static List<Tensor> parts(Tensor z) {
    return List.of(Prims.unary(UnaryKind.REAL, z), Prims.unary(UnaryKind.IMAG, z));
  }

  private static Tensor complex(Tensor re, Tensor im) {
    return Prims.binary(BinaryKind.COMPLEX, re, im);
  }

  @Test
  void cholesky() {
    check(in -> List.of(Engine.bind1(new Cholesky(), definite(in.get(0)))), random(1, 2, 3, 3));
  }

  static Stream<Arguments> triangularSolve() {
    return Stream.of(true, false)
        .flatMap(lower -> Stream.of(true, false)
            .flatMap(transpose ->
                Stream.of(true, false).map(unit -> Arguments.of(lower, transpose, unit))));
  }

  @ParameterizedTest
  @MethodSource
  void triangularSolve(boolean lower, boolean transpose, boolean unit) {
    check(
        in -> List.of(Engine.bind1(
            new TriangularSolve(lower, transpose, unit), definite(in.get(0)), in.get(1))),
        GradientCheck.between(-0.5, 0.5, 1, 2, 3, 3),
        random(2, 2, 3, 2));
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 2, 4})
  void lu(long columns) {
    check(in -> Engine.bind(new Lu(), List.of(in.get(0))).subList(0, 1), random(3, 2, 3, columns));
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 2, 4})
  void qr(long columns) {
    check(in -> Engine.bind(new Qr(false), List.of(in.get(0))), random(1, 2, 3, columns));
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 2, 4})
  void svd(long columns) {
    // signs of the vectors are free: use what does not depend on them
    check(
        in -> {
          List<Tensor> usv = Engine.bind(new Svd(false), List.of(in.get(0)));
          Tensor u = usv.get(0);
          Tensor v = usv.get(2);
          return List.of(
              Prims.square(u),
              usv.get(1),
              Prims.square(v),
              product(Prims.mul(u, Prims.expandDims(Prims.exp(usv.get(1)), -2)), v));
        },
        random(1, 2, 3, columns));
  }

  @Test
  void fullSvdValues() {
    GradientCheck.first(
        in -> List.of(Engine.bind(new Svd(true), List.of(in.get(0))).get(1)), random(1, 3, 2));
  }

  @Test
  void eigh() {
    check(
        in -> {
          List<Tensor> wv = Engine.bind(new Eigh(), List.of(symmetric(in.get(0))));
          return List.of(wv.get(0), Prims.square(wv.get(1)));
        },
        random(1, 2, 3, 3));
  }

  @Test
  void eig() {
    // near a diagonal matrix: the eigenvalues are real and keep their order
    NDArray base = NDArray.of(new double[] {1, 0.1, 0.2, -0.3, 3, 0.1, 0.2, 0.3, 6}, 3, 3);
    check(
        in -> {
          List<Tensor> wv = Engine.bind(new Eig(), List.of(in.get(0)));
          return List.of(
              Prims.unary(UnaryKind.REAL, wv.get(0)), Prims.square(Prims.abs(wv.get(1))));
        },
        base);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FFT", "IFFT"})
  void fft(String kind) {
    for (long[] lengths : new long[][] {{5}, {2, 4}}) {
      check(
          in -> parts(Engine.bind1(
              new Fft(FftKind.valueOf(kind), LongList.of(lengths)),
              Prims.mul(complex(in.get(0), in.get(1)), complex(in.get(0), in.get(0))))),
          random(1, 2, lengths.length == 1 ? 5 : 2, lengths.length == 1 ? 5 : 4),
          random(2, 2, lengths.length == 1 ? 5 : 2, lengths.length == 1 ? 5 : 4));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void realFft(long n) {
    check(
        in -> parts(Engine.bind1(new Fft(FftKind.RFFT, LongList.of(n)), Prims.square(in.get(0)))),
        random(1, 2, n));
    check(
        in ->
            parts(Engine.bind1(new Fft(FftKind.RFFT, LongList.of(3, n)), Prims.square(in.get(0)))),
        random(1, 3, n));
    check(
        in -> List.of(Engine.bind1(
            new Fft(FftKind.IRFFT, LongList.of(n)),
            Prims.mul(complex(in.get(0), in.get(1)), complex(in.get(0), in.get(0))))),
        random(1, 2, n / 2 + 1),
        random(2, 2, n / 2 + 1));
    // of a spectrum with the symmetry of reals, so that all backends read the same of it
    check(
        in -> {
          Tensor z = Engine.bind1(new Fft(FftKind.RFFT, LongList.of(3, n)), in.get(0));
          return List.of(Engine.bind1(
              new Fft(FftKind.IRFFT, LongList.of(3, n)),
              Prims.mul(z, complex(in.get(1), Prims.zerosLike(in.get(1))))));
        },
        random(1, 3, n),
        random(2));
  }
}
