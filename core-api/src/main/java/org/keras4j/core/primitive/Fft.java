package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Discrete Fourier transform over the last {@code lengths.size()} (1 to 3) axes. FFT and IFFT take and
 * give complex64 (complex128) with axes of these lengths; RFFT takes reals and leaves {@code n / 2 + 1}
 * of the last axis; IRFFT is its inverse. The inverse ones divide by the number of points.
 */
public record Fft(FftKind kind, LongList lengths) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.KERNEL);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    TensorSpec x = in.get(0);
    int n = lengths.size();
    Rule.require(n >= 1 && n <= 3 && x.rank() >= n, in, "one to three axes to transform");
    boolean real = kind == FftKind.RFFT;
    Rule.require(
        real ? x.dtype().isFloat() : x.dtype().isComplex(), in, real ? "reals" : "complex numbers");
    Shape s = x.shape();
    for (int i = 0; i < n; i++) {
      long want = lengths.get(i);
      Rule.require(want >= 1, in, "lengths of at least 1");
      boolean last = i == n - 1;
      long have = s.dim(s.rank() - n + i);
      long expected = last && kind == FftKind.IRFFT ? want / 2 + 1 : want;
      Rule.require(have < 0 || have == expected, in, "axes of the lengths " + lengths);
    }
    long last = lengths.get(n - 1);
    boolean wide = x.dtype() == DType.FLOAT64 || x.dtype() == DType.COMPLEX128;
    return switch (kind) {
      case FFT, IFFT -> List.of(x);
      case RFFT ->
        List.of(
            new TensorSpec(s.with(-1, last / 2 + 1), wide ? DType.COMPLEX128 : DType.COMPLEX64));
      case IRFFT -> List.of(new TensorSpec(s.with(-1, last), wide ? DType.FLOAT64 : DType.FLOAT32));
    };
  }

  /** The transform. */
  public enum FftKind {
    FFT,
    IFFT,
    RFFT,
    IRFFT
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.fft(this, context);
  }
}
