package org.keras4j.ops.internal.signal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Fft;
import org.keras4j.core.primitive.Fft.FftKind;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.nn.Overlap;
import org.keras4j.ops.internal.numpy.PadOps;
import org.keras4j.ops.types.IstftOptions;

/**
 * Fourier transforms of {@code keras.ops}. Complex numbers are pairs of float tensors of one shape, real
 * and imaginary parts, given as a list or array of two.
 */
public final class SpectralOps {
  private SpectralOps() {}

  private static Tensor complex(Op.Args a, int i) {
    Object x = a.get(i);
    Object[] parts =
        x instanceof List<?> l ? l.toArray() : x instanceof Object[] o ? o : new Object[0];
    if (parts.length != 2) {
      throw new IllegalArgumentException(
          a.name() + ": expected two tensors, real and imaginary parts, got " + x);
    }
    Tensor re = ArrayLike.tensor(parts[0]);
    Tensor im = ArrayLike.tensor(parts[1]);
    if (!re.shape().isCompatible(im.shape())
        || !re.dtype().isFloat()
        || !im.dtype().isFloat()) {
      throw new IllegalArgumentException(
          a.name() + ": real and imaginary parts must be floats of one shape, got " + re.spec()
              + " and " + im.spec());
    }
    List<Tensor> t = Dtypes.common(re, im);
    DType wide = Dtypes.wide(t.get(0).dtype());
    return Prims.binary(
        BinaryKind.COMPLEX, Prims.convert(t.get(0), wide), Prims.convert(t.get(1), wide));
  }

  private static List<Tensor> parts(Tensor z) {
    return List.of(Prims.unary(UnaryKind.REAL, z), Prims.unary(UnaryKind.IMAG, z));
  }

  private static Tensor transform(FftKind kind, Tensor x, long... lengths) {
    return Engine.bind1(new Fft(kind, LongList.of(lengths)), x);
  }

  private static Tensor whole(Op.Args a, FftKind kind, int axes) {
    Tensor z = complex(a, 0);
    if (z.rank() < axes) {
      throw new IllegalArgumentException(
          a.name() + ": expected at least " + axes + " axes, got shape " + z.shape());
    }
    long[] lengths = new long[axes];
    for (int i = 0; i < axes; i++) {
      lengths[i] = z.shape().intDim(i - axes);
    }
    return transform(kind, z, lengths);
  }

  /**
   * The discrete Fourier transform along the last axis ({@code keras.ops.fft}).
   *
   * @param x real and imaginary parts {@code (..., n)}
   * @return real and imaginary parts of that shape
   */
  public static List<Tensor> fft(Object x) {
    return Op.call("ops.fft", a -> parts(whole(a, FftKind.FFT, 1)), x);
  }

  /** The discrete Fourier transform along the last two axes ({@code keras.ops.fft2}). */
  public static List<Tensor> fft2(Object x) {
    return Op.call("ops.fft2", a -> parts(whole(a, FftKind.FFT, 2)), x);
  }

  /** The inverse of {@link #fft2} ({@code keras.ops.ifft2}). */
  public static List<Tensor> ifft2(Object x) {
    return Op.call("ops.ifft2", a -> parts(whole(a, FftKind.IFFT, 2)), x);
  }

  /** {@link #rfft(Object, Integer)} of the whole last axis. */
  public static List<Tensor> rfft(Object x) {
    return rfft(x, null);
  }

  /**
   * The discrete Fourier transform of real numbers along the last axis ({@code keras.ops.rfft}).
   *
   * @param x {@code (..., n)}
   * @param fftLength to which the axis is cut or padded with zeros; null for its size
   * @return real and imaginary parts {@code (..., fftLength / 2 + 1)}
   */
  public static List<Tensor> rfft(Object x, @Nullable Integer fftLength) {
    return Op.call(
        "ops.rfft",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          atLeastVector(a, t);
          int n = a.isGiven(1) ? a.integer(1) : t.shape().intDim(-1);
          return parts(real(Prims.convert(t, Dtypes.wide(t.dtype())), n));
        },
        x,
        fftLength);
  }

  private static void atLeastVector(Op.Args a, Tensor t) {
    if (t.rank() < 1) {
      throw new IllegalArgumentException(a.name() + ": expected at least 1 axis, got a scalar");
    }
  }

  private static Tensor real(Tensor x, int n) {
    return transform(FftKind.RFFT, resized(x, n), n);
  }

  // the last axis cut or padded with zeros
  private static Tensor resized(Tensor x, int n) {
    long have = x.shape().last();
    if (have == n) {
      return x;
    }
    if (have == Shape.UNKNOWN) {
      // padded so far that a cut leaves n whatever the size is
      Tensor longer = padded(x, n);
      return Prims.slice(longer, -1, 0, n);
    }
    return padded(x, n - have);
  }

  private static Tensor padded(Tensor x, long after) {
    long[] low = new long[x.rank()];
    long[] high = new long[x.rank()];
    high[x.rank() - 1] = after;
    Tensor zero = x.dtype().isComplex()
        ? Prims.convert(Prims.scalar(DType.FLOAT32, 0.0), x.dtype())
        : Prims.scalarLike(x, 0);
    return Engine.bind1(
        new Pad(LongList.of(low), LongList.of(high), LongList.repeat(0, x.rank())), x, zero);
  }

  /** {@link #irfft(Object, Integer)} of the whole last axis. */
  public static Tensor irfft(Object x) {
    return irfft(x, null);
  }

  /**
   * The inverse of {@link #rfft(Object, Integer)} ({@code keras.ops.irfft}).
   *
   * @param x real and imaginary parts {@code (..., m)}
   * @param fftLength size of the result's last axis; null for {@code 2 (m - 1)}
   */
  public static Tensor irfft(Object x, @Nullable Integer fftLength) {
    return Op.call(
        "ops.irfft",
        a -> {
          Tensor z = complex(a, 0);
          atLeastVector(a, z);
          int n = a.isGiven(1) ? a.integer(1) : 2 * (z.shape().intDim(-1) - 1);
          return inverseReal(z, n);
        },
        x,
        fftLength);
  }

  private static Tensor inverseReal(Tensor z, int n) {
    return transform(FftKind.IRFFT, resized(z, n / 2 + 1), n);
  }

  /**
   * Overlapping pieces of the last axis ({@code keras.ops.extract_sequences}).
   *
   * @param x {@code (..., n)}
   * @param sequenceLength size of the pieces
   * @param sequenceStride from the start of one to that of the next
   * @return {@code (..., pieces, sequenceLength)}
   */
  public static Tensor extractSequences(Object x, int sequenceLength, int sequenceStride) {
    return Op.call(
        "ops.extract_sequences",
        a -> {
          Tensor t = a.tensor(0);
          atLeastVector(a, t);
          return frames(a, t, a.integer(1), stride(a, 2));
        },
        x,
        sequenceLength,
        sequenceStride);
  }

  private static int stride(Op.Args a, int i) {
    int s = a.integer(i);
    if (s < 1) {
      throw new IllegalArgumentException(
          a.name() + ": sequence_stride must be at least 1, got " + s);
    }
    return s;
  }

  private static Tensor frames(Op.Args a, Tensor x, int length, int stride) {
    long n = x.shape().last();
    if (length < 1 || (n >= 0 && length > n)) {
      throw new IllegalArgumentException(
          a.name() + ": sequences of " + length + " do not fit into the last axis of " + x.shape());
    }
    Tensor count;
    if (n >= 0) {
      count = Prims.iota(Shape.of(1 + (n - length) / stride), 0, DType.INT32);
    } else {
      Tensor rest = Prims.sub(Prims.dimSize(x, -1), Prims.scalar(DType.INT32, (long) length));
      Tensor size = Prims.add(
          Prims.div(rest, Prims.scalar(DType.INT32, (long) stride)), Prims.scalar(DType.INT32, 1L));
      count = Prims.iota(size, DType.INT32);
    }
    return Prims.take(x, Overlap.places(count, length, stride, 1), x.rank() - 1);
  }

  private static int fftLength(Op.Args a, int sequenceLength, int i) {
    int n = a.integer(i);
    if (sequenceLength < 1 || n < sequenceLength) {
      throw new IllegalArgumentException(a.name()
          + ": fft_length must be at least sequence_length, got " + n + " and " + sequenceLength);
    }
    return n;
  }

  // the window in the middle of a frame; of null ones
  private static Tensor window(Op.Args a, int i, int length, int frame, DType t) {
    Object w = a.get(i);
    if (w == null) {
      return Prims.full(Shape.of(frame), t, 1);
    }
    Tensor values;
    if (w instanceof String name) {
      double c = name.equals("hann") ? 0.5 : 0.54;
      if (!name.equals("hann") && !name.equals("hamming")) {
        throw new IllegalArgumentException(
            a.name() + ": window must be 'hann', 'hamming' or a vector, got '" + name + "'");
      }
      double[] v = new double[ReadBudget.table("the values of the window", 16, length)];
      for (int k = 0; k < length; k++) {
        v[k] = length == 1 ? 1 : c - (1 - c) * Math.cos(2 * Math.PI * k / length);
      }
      values = Engine.constant(NDArray.of(v).astype(t));
    } else {
      values = ArrayLike.tensor(w, t);
      if (!values.shape().equals(Shape.of(length))) {
        throw new IllegalArgumentException(
            a.name() + ": window must be a vector of " + length + ", got shape " + values.shape());
      }
    }
    int before = (frame - length) / 2;
    return Prims.pad(values, 0, new long[] {before}, new long[] {frame - length - before});
  }

  /** {@link #stft(Object, int, int, int, Object, boolean)} with a Hann window, centered. */
  public static List<Tensor> stft(Object x, int sequenceLength, int sequenceStride, int fftLength) {
    return stft(x, sequenceLength, sequenceStride, fftLength, "hann", true);
  }

  /**
   * The Fourier transforms of overlapping pieces ({@code keras.ops.stft}).
   *
   * @param x float32 or float64, {@code (..., n)}
   * @param sequenceLength size of the pieces
   * @param sequenceStride from the start of one to that of the next
   * @param fftLength size of the transforms, in the middle of which a piece stands
   * @param window {@code "hann"}, {@code "hamming"}, a vector of {@code sequenceLength}, or null for none
   * @param center whether x is first continued by its mirror image, half a transform at both ends
   * @return real and imaginary parts {@code (..., pieces, fftLength / 2 + 1)}
   * @throws IllegalArgumentException if the dtype is another, or sizes do not fit
   */
  public static List<Tensor> stft(
      Object x,
      int sequenceLength,
      int sequenceStride,
      int fftLength,
      @Nullable Object window,
      boolean center) {
    return Op.call(
        "ops.stft",
        a -> {
          Tensor t = a.tensor(0);
          if ((t.dtype() != DType.FLOAT32 && t.dtype() != DType.FLOAT64) || t.rank() < 1) {
            throw new IllegalArgumentException(
                a.name() + ": expected float32 or float64 (..., n), got " + t.spec());
          }
          int length = a.integer(1);
          int stride = stride(a, 2);
          int n = fftLength(a, length, 3);
          Tensor w = window(a, 4, length, n, t.dtype());
          if (a.flag(5)) {
            List<List<Integer>> width = new ArrayList<>();
            for (int i = 0; i < t.rank(); i++) {
              int each = i == t.rank() - 1 ? n / 2 : 0;
              width.add(List.of(each, each));
            }
            t = PadOps.pad(t, width, "reflect");
          }
          return parts(real(Prims.mul(frames(a, t, n, stride), w), n));
        },
        x,
        sequenceLength,
        sequenceStride,
        fftLength,
        window,
        center);
  }

  /** {@link #istft(Object, int, int, int, Integer, Object, boolean)}, Hann window, centered. */
  public static Tensor istft(Object x, int sequenceLength, int sequenceStride, int fftLength) {
    return istft(x, sequenceLength, sequenceStride, fftLength, null, "hann", true);
  }

  /**
   * The inverse of {@link #stft(Object, int, int, int, Object, boolean)} ({@code keras.ops.istft}): where
   * pieces overlap, their sum weighted by the window, divided by the sum of its squares.
   *
   * @param x real and imaginary parts {@code (..., pieces, bins)}
   * @param length size of the result; null for all there is
   * @param window null makes, as in Keras, {@code fftLength / sequenceStride} times the mean of what
   *     overlaps
   * @param center whether half a transform is cut from both ends
   * @return {@code (..., n)}
   */
  public static Tensor istft(
      Object x,
      int sequenceLength,
      int sequenceStride,
      int fftLength,
      @Nullable Integer length,
      @Nullable Object window,
      boolean center) {
    return Op.call(
        "ops.istft",
        SpectralOps::inverseShortTime,
        x,
        sequenceLength,
        sequenceStride,
        fftLength,
        length,
        window,
        center);
  }

  /**
   * {@link #istft(Object, int, int, int, Integer, Object, boolean)} with options.
   *
   * @param x real and imaginary parts {@code (..., pieces, bins)}
   * @param sequenceLength places of a piece
   * @param sequenceStride places from one piece to the next
   * @param fftLength places of a transform
   * @param options length of the result, window, and what is cut from its ends
   * @return {@code (..., n)}
   */
  public static Tensor istft(
      Object x, int sequenceLength, int sequenceStride, int fftLength, IstftOptions options) {
    return istft(
        x,
        sequenceLength,
        sequenceStride,
        fftLength,
        options.length(),
        options.window(),
        options.center());
  }

  private static Tensor inverseShortTime(Op.Args a) {
    Tensor z = complex(a, 0);
    if (z.rank() < 2) {
      throw new IllegalArgumentException(
          a.name() + ": expected (..., pieces, bins), got shape " + z.shape());
    }
    int sequence = a.integer(1);
    int stride = stride(a, 2);
    int n = fftLength(a, sequence, 3);
    Tensor pieces = inverseReal(z, n);
    Tensor w = window(a, 5, sequence, n, pieces.dtype());
    Tensor sums = overlapped(Prims.mul(pieces, w), stride);
    // of one frame for each piece, without the axes before them
    Tensor one = pieces;
    while (one.rank() > 2) {
      one = Prims.sum(Prims.slice(one, 0, 0, 1), 0);
    }
    Tensor weights = overlapped(Prims.broadcastLike(Prims.square(w), one), stride);
    Tensor enough = Prims.gt(weights, Prims.scalarLike(weights, 1e-10));
    Tensor y = Prims.div(sums, Prims.select(enough, weights, Prims.scalarLike(weights, 1)));
    if (!a.isGiven(5)) {
      y = Prims.mul(y, (double) n / stride);
    }
    boolean center = a.flag(6);
    int start = center ? n / 2 : 0;
    if (a.isGiven(4)) {
      return Prims.slice(y, -1, start, start + (long) a.integer(4));
    }
    Tensor from = Prims.slice(y, -1, start, Long.MAX_VALUE);
    return center ? padded(from, -(n / 2)) : from;
  }

  // pieces (..., frames, length) added up, each stride after the one before
  private static Tensor overlapped(Tensor x, int stride) {
    int rank = x.rank();
    int length = x.shape().intDim(-1);
    int[] first = new int[rank];
    first[0] = rank - 2;
    first[1] = rank - 1;
    for (int i = 0; i < rank - 2; i++) {
      first[i + 2] = i;
    }
    Tensor moved = Prims.transpose(x, first);
    long frames = moved.shape().dim(0);
    long size = frames < 0 ? frames : (frames - 1) * stride + length;
    Tensor dynamic = Prims.add(Prims.mul(Prims.sub(Prims.dimSize(moved, 0), 1), stride), length);
    Tensor at = Overlap.places(Prims.iotaOf(moved, 0, DType.INT32), length, stride, 1);
    Tensor sums = Overlap.add(moved, at, size, dynamic);
    int[] last = new int[rank - 1];
    for (int i = 0; i < rank - 2; i++) {
      last[i] = i + 1;
    }
    return Prims.transpose(sums, last);
  }
}
