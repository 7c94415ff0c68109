package com.example.toy;

import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Fft;
import org.keras4j.core.primitive.LongList;

/** Discrete Fourier transforms, one axis after another. */
final class Fourier {
  private Fourier() {}

  static NDArray transform(Fft p, NDArray x, TensorSpec spec) {
    boolean inverse = p.kind() == Fft.FftKind.IFFT || p.kind() == Fft.FftKind.IRFFT;
    LongList lengths = p.lengths();
    int axes = lengths.size();
    int rank = x.rank();
    int last = Math.toIntExact(lengths.get(axes - 1));
    Lines lines = Lines.of(x);
    if (p.kind() != Fft.FftKind.IRFFT) {
      lines = lines.along(rank - 1, last, spec.shape().intDim(-1), inverse, false);
    }
    for (int i = axes - 2; i >= 0; i--) {
      int n = Math.toIntExact(lengths.get(i));
      lines = lines.along(rank - axes + i, n, n, inverse, false);
    }
    if (p.kind() == Fft.FftKind.IRFFT) { // the half that is missing is the other's conjugate
      lines = lines.along(rank - 1, last, last, true, true);
    }
    return lines.array(spec);
  }

  /** Complex numbers of a shape. */
  private record Lines(Shape shape, double[] re, double[] im) {
    static Lines of(NDArray x) {
      double[] im = new double[x.size()];
      for (int i = 0; i < im.length; i++) {
        im[i] = x.getImaginary(i);
      }
      return new Lines(x.shape(), x.toDoubleArray(), im);
    }

    NDArray array(TensorSpec spec) {
      NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
      for (int i = 0; i < out.size(); i++) {
        out.setComplex(i, re[i], im[i]);
      }
      return out;
    }

    /**
     * The transform along an axis.
     *
     * @param n the number of points
     * @param kept how many results are kept
     * @param half whether only the first half of the points is there
     */
    Lines along(int axis, int n, int kept, boolean inverse, boolean half) {
      Shape to = shape.with(axis, kept);
      int size = Math.toIntExact(to.size());
      Lines out = new Lines(to, new double[size], new double[size]);
      int[] from = Places.along(shape, Places.others(shape.rank(), axis));
      int[] into = Places.along(to, Places.others(shape.rank(), axis));
      int[] read = Places.along(shape, axis);
      int[] write = Places.along(to, axis);
      double[] a = new double[n];
      double[] b = new double[n];
      for (int line = 0; line < from.length; line++) {
        for (int k = 0; k < n; k++) {
          boolean mirrored = half && k >= read.length;
          int at = from[line] + read[mirrored ? n - k : k];
          a[k] = re[at];
          b[k] = mirrored ? -im[at] : im[at];
        }
        double[][] f = points(a, b, inverse ? 1 : -1);
        for (int k = 0; k < kept; k++) {
          out.re[into[line] + write[k]] = inverse ? f[0][k] / n : f[0][k];
          out.im[into[line] + write[k]] = inverse ? f[1][k] / n : f[1][k];
        }
      }
      return out;
    }
  }

  /** Halves an even number of points (Cooley and Tukey), and sums an odd one directly. */
  private static double[][] points(double[] re, double[] im, int sign) {
    int n = re.length;
    double[][] out = new double[2][n];
    if (n % 2 != 0) {
      for (int k = 0; k < n; k++) {
        for (int j = 0; j < n; j++) {
          double angle = sign * 2 * Math.PI * ((long) j * k % n) / n;
          out[0][k] += re[j] * Math.cos(angle) - im[j] * Math.sin(angle);
          out[1][k] += re[j] * Math.sin(angle) + im[j] * Math.cos(angle);
        }
      }
      return out;
    }
    double[][] even = points(every(re, 0), every(im, 0), sign);
    double[][] odd = points(every(re, 1), every(im, 1), sign);
    for (int k = 0; k < n / 2; k++) {
      double c = Math.cos(sign * 2 * Math.PI * k / n);
      double s = Math.sin(sign * 2 * Math.PI * k / n);
      double x = odd[0][k] * c - odd[1][k] * s;
      double y = odd[0][k] * s + odd[1][k] * c;
      out[0][k] = even[0][k] + x;
      out[1][k] = even[1][k] + y;
      out[0][k + n / 2] = even[0][k] - x;
      out[1][k + n / 2] = even[1][k] - y;
    }
    return out;
  }

  private static double[] every(double[] v, int first) {
    double[] out = new double[v.length / 2];
    for (int i = 0; i < out.length; i++) {
      out[i] = v[2 * i + first];
    }
    return out;
  }
}
