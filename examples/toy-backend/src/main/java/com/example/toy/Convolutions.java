package com.example.toy;

import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ConvAttributes;

/** The convolution and its two gradients: one walk over all products, summed at three places. */
final class Convolutions {
  private Convolutions() {}

  static NDArray conv(ConvAttributes c, NDArray x, NDArray kernel, TensorSpec spec) {
    Sums y = Sums.of(spec, x, kernel);
    walk(c, x.shape(), kernel.shape(), spec.shape(), (i, k, o) -> y.add(o, i, k));
    return y.result();
  }

  static NDArray inputGrad(ConvAttributes c, NDArray cotangent, NDArray kernel, TensorSpec spec) {
    Sums dx = Sums.of(spec, cotangent, kernel);
    walk(c, spec.shape(), kernel.shape(), cotangent.shape(), (i, k, o) -> dx.add(i, o, k));
    return dx.result();
  }

  static NDArray kernelGrad(ConvAttributes c, NDArray x, NDArray cotangent, TensorSpec spec) {
    Sums dk = Sums.of(spec, x, cotangent);
    walk(c, x.shape(), spec.shape(), cotangent.shape(), (i, k, o) -> dk.add(k, i, o));
    return dk.result();
  }

  /** One product: places in input, kernel and output. */
  private interface Product {
    void at(int input, int kernel, int output);
  }

  private static void walk(ConvAttributes c, Shape x, Shape k, Shape y, Product product) {
    int n = c.spatialRank();
    int perGroup = k.intDim(n);
    int channels = x.intDim(-1);
    int filters = k.intDim(n + 1);
    int filtersPerGroup = filters / c.groups();
    int[] outPlaces = Places.along(y, java.util.stream.IntStream.range(0, n + 1).toArray());
    int[] taps = Places.along(k, java.util.stream.IntStream.range(0, n).toArray());
    for (int out : outPlaces) {
      for (int tap : taps) {
        int in =
            input(c, x, k, y, out / Math.max(1, filters), tap / Math.max(1, perGroup * filters));
        for (int f = 0; in >= 0 && f < filters; f++) {
          int group = f / filtersPerGroup * perGroup;
          for (int j = 0; j < perGroup; j++) {
            product.at(in * channels + group + j, tap + j * filters + f, out + f);
          }
        }
      }
    }
  }

  /** Which pixel of the input a pixel of the output sees through a tap of the kernel; -1 outside. */
  private static int input(ConvAttributes c, Shape x, Shape k, Shape y, int out, int tap) {
    int n = c.spatialRank();
    long place = 0;
    long factor = 1;
    int o = out;
    int t = tap;
    for (int i = n - 1; i >= 0; i--) {
      long at = o % y.dim(i + 1) * c.stride().get(i)
          + t % k.dim(i) * c.dilation().get(i)
          - c.low().get(i);
      if (at < 0 || at >= x.dim(i + 1)) {
        return -1;
      }
      place += at * factor;
      factor *= x.dim(i + 1);
      o /= (int) y.dim(i + 1);
      t /= (int) k.dim(i);
    }
    return (int) (place + o * factor);
  }

  /** Sums of products of two arrays; floats in double, integers in long. */
  private abstract static class Sums {
    static Sums of(TensorSpec spec, NDArray a, NDArray b) {
      return spec.dtype().isFloat() ? new OfFloats(spec, a, b) : new OfIntegers(spec, a, b);
    }

    abstract void add(int at, int i, int j);

    abstract NDArray result();
  }

  private static final class OfFloats extends Sums {
    private final double[] a;
    private final double[] b;
    private final double[] sums;
    private final NDArray out;

    OfFloats(TensorSpec spec, NDArray a, NDArray b) {
      this.a = a.toDoubleArray();
      this.b = b.toDoubleArray();
      out = NDArray.zeros(spec.dtype(), spec.shape());
      sums = new double[out.size()];
    }

    @Override
    void add(int at, int i, int j) {
      sums[at] += a[i] * b[j];
    }

    @Override
    NDArray result() {
      for (int i = 0; i < sums.length; i++) {
        out.setDouble(i, sums[i]);
      }
      return out;
    }
  }

  private static final class OfIntegers extends Sums {
    private final long[] a;
    private final long[] b;
    private final long[] sums;
    private final NDArray out;

    OfIntegers(TensorSpec spec, NDArray a, NDArray b) {
      this.a = a.toLongArray();
      this.b = b.toLongArray();
      out = NDArray.zeros(spec.dtype(), spec.shape());
      sums = new long[out.size()];
    }

    @Override
    void add(int at, int i, int j) {
      sums[at] += a[i] * b[j];
    }

    @Override
    NDArray result() {
      for (int i = 0; i < sums.length; i++) {
        out.setLong(i, sums[i]);
      }
      return out;
    }
  }
}
