package org.keras4j.ops.internal.autodiff;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Fft;
import org.keras4j.core.primitive.Fft.FftKind;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Gradient rules of Fourier transforms, whose matrices are symmetric. */
final class FftVjp {
  private FftVjp() {}

  static List<@Nullable Tensor> fft(Fft p, Vjp.Site s) {
    return s.give(
        switch (p.kind()) {
          case FFT, IFFT -> Engine.bind1(p, s.ct());
          case RFFT -> rfft(p, s.in(0), s.ct());
          case IRFFT -> irfft(p, s.in(0), s.ct());
        });
  }

  private static Tensor rfft(Fft p, Tensor x, Tensor ct) {
    // the frequencies that were left out have no cotangent
    long n = p.lengths().get(p.lengths().size() - 1);
    long[] high = new long[ct.rank()];
    high[ct.rank() - 1] = n - (n / 2 + 1);
    Tensor full = Prims.pad(ct, 0, new long[ct.rank()], high);
    return Prims.convert(
        Prims.unary(UnaryKind.REAL, Engine.bind1(new Fft(FftKind.FFT, p.lengths()), full)),
        x.dtype());
  }

  private static Tensor irfft(Fft p, Tensor x, Tensor ct) {
    // the inner frequencies stand for their mirror images too
    long n = p.lengths().get(p.lengths().size() - 1);
    double points = 1;
    for (int i = 0; i < p.lengths().size(); i++) {
      points *= p.lengths().get(i);
    }
    double[] weight = new double[(int) (n / 2 + 1)];
    for (int k = 0; k < weight.length; k++) {
      weight[k] = (k == 0 || 2L * k == n ? 1.0 : 2.0) / points;
    }
    Tensor w = Engine.constant(NDArray.of(weight, weight.length).astype(x.dtype()));
    Tensor t = Engine.bind1(new Fft(FftKind.RFFT, p.lengths()), ct);
    return Prims.mul(Prims.unary(UnaryKind.CONJ, t), w);
  }
}
