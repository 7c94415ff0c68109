package com.example.toy;

import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.DotGeneral;

/** Sums of products over axes. */
final class Products {
  private Products() {}

  static NDArray dot(DotGeneral p, NDArray x, NDArray y, TensorSpec spec) {
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    Shape a = x.shape();
    Shape b = y.shape();
    int[] lhsBatch = Places.along(a, p.lhsBatch().toArray());
    int[] rhsBatch = Places.along(b, p.rhsBatch().toArray());
    int[] lhsContract = Places.along(a, p.lhsContract().toArray());
    int[] rhsContract = Places.along(b, p.rhsContract().toArray());
    int[] rows = Places.along(
        a, Places.others(a.rank(), both(p.lhsBatch().toArray(), p.lhsContract().toArray())));
    int[] columns = Places.along(
        b, Places.others(b.rank(), both(p.rhsBatch().toArray(), p.rhsContract().toArray())));
    Sum sum = sum(x, y, out);
    int o = 0;
    for (int n = 0; n < lhsBatch.length; n++) {
      for (int row : rows) {
        for (int column : columns) {
          sum.of(lhsBatch[n] + row, lhsContract, rhsBatch[n] + column, rhsContract, o++);
        }
      }
    }
    return out;
  }

  private static int[] both(int[] a, int[] b) {
    return java.util.stream.IntStream.concat(java.util.Arrays.stream(a), java.util.Arrays.stream(b))
        .toArray();
  }

  /** Sums the products of elements {@code i + is[k]} and {@code j + js[k]} into element o. */
  private interface Sum {
    void of(int i, int[] is, int j, int[] js, int o);
  }

  private static Sum sum(NDArray x, NDArray y, NDArray out) {
    if (x.dtype().isComplex()) {
      return (i, is, j, js, o) -> {
        Complex c = Complex.ZERO;
        for (int k = 0; k < is.length; k++) {
          c = c.plus(Complex.at(x, i + is[k]).times(Complex.at(y, j + js[k])));
        }
        c.put(out, o);
      };
    }
    if (x.dtype().isFloat()) {
      double[] a = x.toDoubleArray();
      double[] b = y.toDoubleArray();
      return (i, is, j, js, o) -> {
        double c = 0;
        for (int k = 0; k < is.length; k++) {
          c += a[i + is[k]] * b[j + js[k]];
        }
        out.setDouble(o, c);
      };
    }
    long[] a = x.toLongArray();
    long[] b = y.toLongArray();
    return (i, is, j, js, o) -> {
      long c = 0;
      for (int k = 0; k < is.length; k++) {
        c += a[i + is[k]] * b[j + js[k]];
      }
      if (out.dtype().isFloat()) {
        out.setDouble(o, c);
      } else {
        out.setLong(o, c);
      }
    };
  }
}
