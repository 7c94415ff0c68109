package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** Spectra of signals: transforms as products with matrices of cosines and sines, whose sizes are known. */
final class SignalOperators {
  private static final int LONGEST = 8192; // of a matrix of so many rows and columns

  private SignalOperators() {}

  static void add() {
    Operators.tensor("DFT", SignalOperators::dft);
    Operators.tensor("STFT", SignalOperators::stft);
    window("HannWindow", 0.5, 0.5, 0);
    window("HammingWindow", 25.0 / 46, 21.0 / 46, 0);
    window("BlackmanWindow", 0.42, 0.5, 0.08);
    Operators.put("MelWeightMatrix", u -> List.of(Operand.of(mel(u))));
    Operators.tensor("ReverseSequence", SignalOperators::reversed);
  }

  private static void window(String name, double a0, double a1, double a2) {
    Operators.put(name, u -> {
      int n = (int) u.longs(0)[0];
      double period = u.integer("periodic", 1) != 0 ? n : n - 1.0;
      DoubleUnaryOperator f = i ->
          a0 - a1 * Math.cos(2 * Math.PI * i / period) + a2 * Math.cos(4 * Math.PI * i / period);
      DType t = ElementOperators.type(u.integer("output_datatype", 1));
      NDArray out = NDArray.zeros(t, Shape.of(n));
      for (int i = 0; i < n; i++) {
        out.setDouble(i, f.applyAsDouble(i));
      }
      return List.of(Operand.of(out));
    });
  }

  private static NDArray mel(Use u) {
    int bins = (int) u.longs(0)[0];
    long length = u.longs(1)[0];
    long rate = u.longs(2)[0];
    double low = scale(number(u, 3));
    double high = scale(number(u, 4));
    DType t = ElementOperators.type(u.integer("output_datatype", 1));
    int rows = (int) (length / 2 + 1);
    double step = (high - low) / (bins + 2);
    int[] at = new int[bins + 2];
    for (int i = 0; i < at.length; i++) {
      double hertz = 700 * (Math.pow(10, (i * step + low) / 2595) - 1);
      at[i] = (int) Math.floor((length + 1) * hertz / rate);
    }
    NDArray out = NDArray.zeros(t, Shape.of(rows, bins));
    for (int i = 0; i < bins; i++) {
      int from = at[i];
      int middle = at[i + 1];
      int to = at[i + 2];
      if (middle == from) {
        out.setDouble(middle * bins + i, 1);
      }
      for (int j = from; middle > from && j <= middle; j++) {
        out.setDouble(j * bins + i, (double) (j - from) / (middle - from));
      }
      for (int j = middle; to > middle && j < to; j++) {
        out.setDouble(j * bins + i, (double) (to - j) / (to - middle));
      }
    }
    return out;
  }

  private static double scale(double hertz) {
    return 2595 * Math.log1p(hertz / 700) / Math.log(10);
  }

  private static double number(Use u, int i) {
    NDArray a = u.in(i).array();
    if (a == null) {
      throw new Unsupported("input " + i + " has to be known when the model is built");
    }
    return a.getDouble(0);
  }

  /** Cosines and, with a sign, sines of the angles of so many samples (rows) and frequencies (columns). */
  private static Tensor[] waves(long samples, long frequencies, long length, int sign, DType t) {
    if (samples > LONGEST || frequencies > LONGEST) {
      throw new Unsupported("a Fourier transform longer than " + LONGEST);
    }
    NDArray cos = NDArray.zeros(t, Shape.of(samples, frequencies));
    NDArray sin = NDArray.zeros(t, Shape.of(samples, frequencies));
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k < frequencies; k++) {
        double angle = 2 * Math.PI * ((long) i * k % length) / length;
        cos.setDouble((int) (i * frequencies + k), Math.cos(angle));
        sin.setDouble((int) (i * frequencies + k), sign * Math.sin(angle));
      }
    }
    return new Tensor[] {Operand.of(cos).tensor(), Operand.of(sin).tensor()};
  }

  private static Tensor part(Tensor x, int i) {
    int last = x.rank() - 1;
    return Prims.reshape(Prims.slice(x, last, i, i + 1), x.shape().slice(0, last));
  }

  private static Tensor complex(Tensor real, Tensor imaginary) {
    int last = real.rank();
    return Prims.concat(
        List.of(Prims.expandDims(real, last), Prims.expandDims(imaginary, last)), last);
  }

  private static Tensor dft(Use u) {
    Tensor x = u.t(0);
    if (x.shape().slice(1).isKnown()) {
      return transformed(u, x);
    }
    throw new Unsupported("a Fourier transform of an open length");
  }

  private static Tensor transformed(Use u, Tensor x) {
    int rank = x.rank();
    long a = u.opset() >= 20 ? u.has(2) ? u.longs(2)[0] : -2 : u.integer("axis", 1);
    int axis = (int) (a < 0 ? a + rank : a);
    boolean inverse = u.integer("inverse", 0) != 0;
    boolean half = u.integer("onesided", 0) != 0;
    long n = x.shape().dim(axis);
    long length = u.has(1) ? u.longs(1)[0] : inverse && half ? 2 * (n - 1) : n;
    DType t = x.dtype();
    // the axis to be transformed stands last while it is
    Tensor real = Prims.swap(part(x, 0), axis, rank - 2);
    Tensor imaginary =
        x.shape().last() > 1 ? Prims.swap(part(x, 1), axis, rank - 2) : Prims.zerosLike(real);
    if (inverse && half) { // the other half is the first one's mirror image
      long kept = length / 2 + 1;
      real = fitted(real, kept);
      imaginary = fitted(imaginary, kept);
      long mirrored = length - kept;
      if (mirrored > 0) {
        int last = rank - 2;
        Tensor r = Prims.reverse(Prims.slice(real, last, 1, 1 + mirrored), last);
        Tensor i = Prims.reverse(Prims.slice(imaginary, last, 1, 1 + mirrored), last);
        real = Prims.concat(List.of(real, r), last);
        imaginary = Prims.concat(List.of(imaginary, Prims.neg(i)), last);
      }
    } else {
      real = fitted(real, length);
      imaginary = fitted(imaginary, length);
    }
    long out = half && !inverse ? length / 2 + 1 : length;
    Tensor[] w = waves(length, out, length, inverse ? 1 : -1, t);
    Tensor re = Prims.sub(Ops.matmul(real, w[0]), Ops.matmul(imaginary, w[1]));
    if (inverse && half) {
      Tensor y = Prims.swap(Prims.div(re, length), axis, rank - 2);
      return Prims.expandDims(y, rank - 1);
    }
    Tensor im = Prims.add(Ops.matmul(real, w[1]), Ops.matmul(imaginary, w[0]));
    if (inverse) {
      re = Prims.div(re, length);
      im = Prims.div(im, length);
    }
    return complex(Prims.swap(re, axis, rank - 2), Prims.swap(im, axis, rank - 2));
  }

  /** With zeros at the end, or without what is beyond it. */
  private static Tensor fitted(Tensor x, long n) {
    int last = x.rank() - 1;
    long has = x.shape().dim(last);
    if (has >= n) {
      return has == n ? x : Prims.slice(x, last, 0, n);
    }
    long[] high = new long[x.rank()];
    high[last] = n - has;
    return Prims.pad(x, 0, new long[x.rank()], high);
  }

  private static Tensor stft(Use u) {
    Tensor x = u.t(0); // (batch, length) or (batch, length, 1 or 2)
    x = x.rank() == 2 ? Prims.expandDims(x, 2) : x;
    long step = u.longs(1)[0];
    Tensor window = u.has(2) ? u.t(2) : null;
    long size = u.has(3)
        ? u.longs(3)[0]
        : window != null ? window.shape().dim(0) : x.shape().intDim(1);
    long length = x.shape().intDim(1);
    int frames = (int) ((length - size) / step + 1);
    int[] places = new int[(int) (frames * size)];
    for (int i = 0; i < places.length; i++) {
      places[i] = (int) (i / size * step + i % size);
    }
    boolean half = u.integer("onesided", 1) != 0;
    long out = half ? size / 2 + 1 : size;
    Tensor[] w = waves(size, out, size, -1, x.dtype());
    Tensor at = Operand.of(NDArray.of(places, frames, size)).tensor();
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < x.shape().last(); i++) {
      Tensor f = Prims.take(part(x, i), at, 1); // (batch, frames, size)
      parts.add(window == null ? f : Prims.mul(f, window));
    }
    Tensor re = Ops.matmul(parts.get(0), w[0]);
    Tensor im = Ops.matmul(parts.get(0), w[1]);
    if (parts.size() > 1) {
      re = Prims.sub(re, Ops.matmul(parts.get(1), w[1]));
      im = Prims.add(im, Ops.matmul(parts.get(1), w[0]));
    }
    return complex(re, im);
  }

  private static Tensor reversed(Use u) {
    int rank = u.in(0).rank();
    return reversed(u.t(0), u.t(1), u.axis("time_axis", 0, rank), u.axis("batch_axis", 1, rank));
  }

  /** The first so many of each row of a batch from the end, the others as they are. */
  static Tensor reversed(Tensor x, Tensor lengths, int time, int batch) {
    long[] row = new long[x.rank()];
    Arrays.fill(row, 1);
    row[batch] = -1;
    Tensor n = Prims.reshape(Prims.convert(lengths, DType.INT64), row);
    Tensor at = Sizes.places(x, time, DType.INT64);
    Tensor back = Prims.sub(Prims.sub(n, Prims.scalar(DType.INT64, 1L)), at);
    Tensor from = Prims.broadcastLike(Prims.select(Prims.lt(at, n), back, at), x);
    return Prims.gatherNd(x, IndexOperators.tuples(from, x, time), 0);
  }
}
