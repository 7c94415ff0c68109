package org.keras4j.backend.tensorflow.lowering;

import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.Fft.FftKind;
import org.keras4j.core.primitive.LongList;

/** Fourier transforms over the last axes. */
final class Fourier {
  private final TensorFlowOps o;

  Fourier(TensorFlowOps ops) {
    this.o = ops;
  }

  Term transform(FftKind kind, LongList lengths, Term x, Shape out, DType result) {
    String suffix = lengths.size() == 1 ? "" : lengths.size() + "D";
    OpCall call = new OpCall(kind.name() + suffix);
    switch (kind) {
      case FFT:
      case IFFT:
        return o.call(call.dtype("Tcomplex", x.dtype()), out, result, x);
      case RFFT:
        DType real = x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
        call.dtype("Treal", real).dtype("Tcomplex", result);
        return o.call(call, out, result, o.cast(x, real), sizes(lengths));
      default:
        call.dtype("Treal", result).dtype("Tcomplex", x.dtype());
        return o.call(call, out, result, x, sizes(lengths));
    }
  }

  private Term sizes(LongList lengths) {
    return o.ints(Shape.of(lengths.toArray()));
  }
}
