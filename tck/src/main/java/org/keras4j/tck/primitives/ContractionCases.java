package org.keras4j.tck.primitives;

import static org.keras4j.core.DType.*;

import java.util.List;
import java.util.Random;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.ConvKernelGrad;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LongList;

final class ContractionCases {
  private ContractionCases() {}

  static void add(Primitives to) {
    to.on("dots", ContractionCases::dots);
    to.on("convolutions", ContractionCases::convolutions);
    to.on("emptyConvolution", ContractionCases::emptyConvolution);
  }

  private static NDArray random(DType t, long... dims) {
    Random r = new Random(dims.length + 31 * dims[0]);
    NDArray a = NDArray.zeros(t, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, t.isUnsigned() ? r.nextInt(5) : r.nextInt(9) - 4);
    }
    return a;
  }

  private static int flat(Shape s, int[] at) {
    int f = 0;
    for (int i = 0; i < at.length; i++) {
      f = f * (int) s.dim(i) + at[i];
    }
    return f;
  }

  private static boolean next(int[] at, int[] end) {
    for (int i = at.length - 1; i >= 0; i--) {
      if (++at[i] < end[i]) {
        return true;
      }
      at[i] = 0;
    }
    return false;
  }

  private static NDArray expected(DotGeneral p, NDArray x, NDArray y) {
    var spec = p.infer(List.of(x.spec(), y.spec())).get(0);
    NDArray z = NDArray.zeros(spec.dtype(), spec.shape());
    int k = p.lhsContract().size();
    int[] end = new int[k];
    for (int i = 0; i < k; i++) {
      end[i] = (int) x.shape().dim(p.lhsContract().get(i));
    }
    int[] out = new int[spec.rank()];
    int[] outEnd = new int[spec.rank()];
    for (int i = 0; i < outEnd.length; i++) {
      outEnd[i] = (int) spec.dim(i);
    }
    if (z.size() == 0) {
      return z;
    }
    do {
      double sum = 0;
      int[] c = new int[k];
      do {
        int[] a = new int[x.rank()];
        int[] b = new int[y.rank()];
        int o = 0;
        for (int i = 0; i < p.lhsBatch().size(); i++) {
          a[p.lhsBatch().get(i)] = out[o];
          b[p.rhsBatch().get(i)] = out[o++];
        }
        for (int i = 0; i < k; i++) {
          a[p.lhsContract().get(i)] = c[i];
          b[p.rhsContract().get(i)] = c[i];
        }
        for (int i = 0; i < a.length; i++) {
          if (!p.lhsBatch().contains(i) && !p.lhsContract().contains(i)) {
            a[i] = out[o++];
          }
        }
        for (int i = 0; i < b.length; i++) {
          if (!p.rhsBatch().contains(i) && !p.rhsContract().contains(i)) {
            b[i] = out[o++];
          }
        }
        sum += x.getDouble(flat(x.shape(), a)) * y.getDouble(flat(y.shape(), b));
      } while (next(c, end));
      z.setDouble(flat(spec.shape(), out), sum);
    } while (next(out, outEnd));
    return z;
  }

  private static void dot(
      NDArray x, NDArray y, IntList lb, IntList rb, IntList lc, IntList rc, DType to) {
    DotGeneral p = new DotGeneral(lb, rb, lc, rc, to);
    Runs.check(1e-6, p, List.of(x, y), expected(p, x, y));
  }

  static void dots() {
    IntList none = IntList.of();
    for (DType t : List.of(
        FLOAT32, FLOAT64, FLOAT16, BFLOAT16, INT8, UINT8, INT16, INT32, INT64, UINT16, UINT32,
        UINT64, COMPLEX64)) {
      NDArray a = random(t, 2, 3);
      dot(a, random(t, 3, 4), none, none, IntList.of(1), IntList.of(0), null);
      dot(a, random(t, 4, 3), none, none, IntList.of(1), IntList.of(1), null);
      dot(a, random(t, 2, 3, 4), IntList.of(0), IntList.of(0), IntList.of(1), IntList.of(1), null);
    }
    NDArray v = random(FLOAT32, 3);
    NDArray m = random(FLOAT32, 2, 3);
    dot(v, v, none, none, IntList.of(0), IntList.of(0), null);
    dot(m, v, none, none, IntList.of(1), IntList.of(0), null);
    dot(v, m, none, none, IntList.of(0), IntList.of(1), null);
    dot(v, random(FLOAT32, 2), none, none, none, none, null);
    dot(m, m, none, none, IntList.of(1, 0), IntList.of(1, 0), null);
    dot(
        random(FLOAT32, 2, 3, 4),
        random(FLOAT32, 4, 3, 5),
        none,
        none,
        IntList.of(2, 1),
        IntList.of(0, 1),
        null);
    dot(
        random(FLOAT32, 2, 3, 4, 5),
        random(FLOAT32, 2, 6, 4, 5),
        IntList.of(0, 2),
        IntList.of(0, 2),
        IntList.of(3),
        IntList.of(3),
        null);
    dot(
        random(FLOAT32, 2, 3, 4),
        random(FLOAT32, 4, 2),
        none,
        none,
        IntList.of(2),
        IntList.of(0),
        null);
    dot(random(INT8, 2, 3), random(INT8, 3, 4), none, none, IntList.of(1), IntList.of(0), INT32);
    dot(
        random(BFLOAT16, 2, 3),
        random(BFLOAT16, 3, 4),
        none,
        none,
        IntList.of(1),
        IntList.of(0),
        FLOAT32);
    dot(random(UINT8, 2, 3), random(UINT8, 3, 4), none, none, IntList.of(1), IntList.of(0), INT32);
    Runs.check(
        new DotGeneral(none, none, IntList.of(1), IntList.of(0), null),
        List.of(NDArray.zeros(FLOAT32, Shape.of(2, 0)), NDArray.zeros(FLOAT32, Shape.of(0, 3))),
        NDArray.zeros(FLOAT32, Shape.of(2, 3)));
  }

  /** Runs over all products of a convolution. */
  private interface Product {
    void at(int x, int k, int y);
  }

  private static void products(ConvAttributes c, Shape x, Shape k, Shape y, Product f) {
    int n = c.spatialRank();
    int inPerGroup = (int) k.dim(n);
    int outPerGroup = (int) k.dim(n + 1) / c.groups();
    int[] o = new int[n + 2];
    int[] oEnd = new int[n + 2];
    int[] w = new int[n + 1];
    int[] wEnd = new int[n + 1];
    for (int i = 0; i < n + 2; i++) {
      oEnd[i] = (int) y.dim(i);
    }
    for (int i = 0; i < n + 1; i++) {
      wEnd[i] = (int) k.dim(i);
    }
    do {
      do {
        int[] at = new int[n + 2];
        int[] kat = new int[n + 2];
        at[0] = o[0];
        boolean inside = true;
        for (int i = 0; i < n; i++) {
          long p = o[i + 1] * c.stride().get(i)
              + w[i] * c.dilation().get(i)
              - c.low().get(i);
          inside &= p >= 0 && p < x.dim(i + 1);
          at[i + 1] = (int) p;
          kat[i] = w[i];
        }
        at[n + 1] = o[n + 1] / outPerGroup * inPerGroup + w[n];
        kat[n] = w[n];
        kat[n + 1] = o[n + 1];
        if (inside) {
          f.at(flat(x, at), flat(k, kat), flat(y, o));
        }
      } while (next(w, wEnd));
    } while (next(o, oEnd));
  }

  private static ConvAttributes conv(
      long[] stride, long[] low, long[] high, long[] dilation, int groups) {
    return new ConvAttributes(
        LongList.of(stride), LongList.of(low), LongList.of(high), LongList.of(dilation), groups);
  }

  private static void conv(ConvAttributes c, NDArray x, NDArray k) {
    Shape shape = new Conv(c).infer(List.of(x.spec(), k.spec())).get(0).shape();
    NDArray y = NDArray.zeros(x.dtype(), shape);
    products(
        c,
        x.shape(),
        k.shape(),
        shape,
        (a, b, o) -> y.setDouble(o, y.getDouble(o) + x.getDouble(a) * k.getDouble(b)));
    Runs.check(1e-6, new Conv(c), List.of(x, k), y);
    NDArray g = random(x.dtype(), shape.toArray());
    NDArray dx = NDArray.zeros(x.dtype(), x.shape());
    products(
        c,
        x.shape(),
        k.shape(),
        shape,
        (a, b, o) -> dx.setDouble(a, dx.getDouble(a) + g.getDouble(o) * k.getDouble(b)));
    Runs.check(1e-6, new ConvInputGrad(c, x.shape()), List.of(g, k), dx);
    NDArray dk = NDArray.zeros(x.dtype(), k.shape());
    products(
        c,
        x.shape(),
        k.shape(),
        shape,
        (a, b, o) -> dk.setDouble(b, dk.getDouble(b) + g.getDouble(o) * x.getDouble(a)));
    Runs.check(1e-6, new ConvKernelGrad(c, k.shape()), List.of(x, g), dk);
  }

  private static long[] d(long... v) {
    return v;
  }

  static void convolutions() {
    for (DType t : List.of(FLOAT32, FLOAT64, FLOAT16, BFLOAT16, INT32, UINT8)) {
      conv(
          conv(d(1, 1), d(0, 0), d(0, 0), d(1, 1), 1),
          random(t, 2, 4, 5, 3),
          random(t, 2, 3, 3, 4));
    }
    conv(
        conv(d(1, 1), d(1, 1), d(1, 1), d(1, 1), 1),
        random(FLOAT32, 2, 4, 5, 3),
        random(FLOAT32, 3, 3, 3, 4));
    conv(
        conv(d(2, 2), d(0, 0), d(1, 1), d(1, 1), 1),
        random(FLOAT32, 2, 6, 6, 2),
        random(FLOAT32, 3, 3, 2, 4));
    conv(
        conv(d(2, 1), d(1, 2), d(2, 0), d(1, 2), 1),
        random(FLOAT32, 1, 6, 7, 2),
        random(FLOAT32, 3, 2, 2, 3));
    conv(
        conv(d(2, 2), d(0, 0), d(0, 0), d(1, 1), 1),
        random(FLOAT32, 1, 6, 6, 2),
        random(FLOAT32, 3, 3, 2, 3));
    conv(
        conv(d(1, 1), d(1, 1), d(1, 1), d(1, 1), 2),
        random(FLOAT32, 2, 4, 4, 4),
        random(FLOAT32, 3, 3, 2, 6));
    conv(
        conv(d(1, 1), d(1, 1), d(1, 1), d(1, 1), 3),
        random(FLOAT32, 2, 4, 4, 3),
        random(FLOAT32, 3, 3, 1, 6));
    conv(conv(d(1), d(0), d(0), d(1), 1), random(FLOAT32, 2, 7, 3), random(FLOAT32, 3, 3, 4));
    conv(conv(d(2), d(2), d(0), d(2), 1), random(FLOAT32, 2, 9, 3), random(FLOAT32, 3, 3, 4));
    conv(
        conv(d(1, 1, 1), d(0, 0, 0), d(0, 0, 0), d(1, 1, 1), 1),
        random(FLOAT32, 1, 3, 4, 3, 2),
        random(FLOAT32, 2, 2, 2, 2, 3));
    conv(
        conv(d(2, 1, 1), d(1, 0, 1), d(0, 0, 1), d(1, 1, 1), 1),
        random(FLOAT32, 1, 4, 3, 3, 2),
        random(FLOAT32, 2, 2, 2, 2, 3));
  }

  static void emptyConvolution() {
    ConvAttributes c = conv(d(1, 1), d(0, 0), d(0, 0), d(1, 1), 1);
    Runs.check(
        new Conv(c),
        List.of(NDArray.zeros(FLOAT32, Shape.of(0, 4, 4, 2)), random(FLOAT32, 3, 3, 2, 5)),
        NDArray.zeros(FLOAT32, Shape.of(0, 2, 2, 5)));
    Runs.check(
        new Conv(c),
        List.of(random(FLOAT32, 1, 2, 2, 2), random(FLOAT32, 3, 3, 2, 5)),
        NDArray.zeros(FLOAT32, Shape.of(1, 0, 0, 5)));
  }
}
