package org.keras4j.tck.primitives;

import static org.keras4j.tck.primitives.Runs.expect;

import java.util.Random;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.ConvKernelGrad;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.Window;
import org.keras4j.core.primitive.WindowSelectAdd;

/** Windows and convolutions against plain loops over all places. */
final class WindowCorners {
  private WindowCorners() {}

  static void add(Primitives to) {
    to.on("pools", WindowCorners::pools);
    to.on("lines", WindowCorners::lines);
    to.on("volumes", WindowCorners::volumes);
    to.on("anyAxes", WindowCorners::anyAxes);
    to.on("planes", WindowCorners::planes);
    to.on("groups", WindowCorners::groups);
    to.on("convolvedLinesAndVolumes", WindowCorners::convolvedLinesAndVolumes);
    to.on("emptyConvolutions", WindowCorners::emptyConvolutions);
    to.on("unknownBatch", WindowCorners::unknownBatch);
  }

  private static final Random RANDOM = new Random(7);

  private static NDArray random(DType t, Shape s) {
    NDArray a = NDArray.zeros(t, s);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(
          i, t.isInteger() ? RANDOM.nextInt(9) - (t.isSigned() ? 4 : 0) : RANDOM.nextGaussian());
    }
    return a;
  }

  /** Position of a multi-index, or -1 where an index lies outside. */
  private static int flat(Shape s, long[] at) {
    long k = 0;
    for (int i = 0; i < at.length; i++) {
      if (at[i] < 0 || at[i] >= s.dim(i)) {
        return -1;
      }
      k = k * s.dim(i) + at[i];
    }
    return (int) k;
  }

  private static long[] index(Shape s, int k) {
    long[] at = new long[s.rank()];
    for (int i = at.length - 1; i >= 0; i--) {
      at[i] = k % s.dim(i);
      k /= (int) s.dim(i);
    }
    return at;
  }

  private static int place(Window w, Shape x, long[] out, long[] in) {
    long[] at = new long[out.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = out[i] * w.stride().get(i) - w.low().get(i) + in[i] * w.dilation().get(i);
    }
    return flat(x, at);
  }

  private static void windows(DType t, Shape s, Window w) {
    NDArray x = random(t, s);
    Shape size = Shape.of(w.size().toArray());
    for (WindowKind kind : WindowKind.values()) {
      ReduceWindow p = new ReduceWindow(kind, w);
      NDArray y = NDArray.zeros(t, p.infer(java.util.List.of(x.spec())).get(0).shape());
      for (int o = 0; o < y.size(); o++) {
        double acc = kind == WindowKind.SUM
            ? 0
            : kind == WindowKind.MAX ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        for (int k = 0; k < size.size(); k++) {
          int at = place(w, s, index(y.shape(), o), index(size, k));
          if (at >= 0) {
            double v = x.getDouble(at);
            acc = kind == WindowKind.SUM
                ? acc + v
                : kind == WindowKind.MAX ? Math.max(acc, v) : Math.min(acc, v);
          }
        }
        y.setDouble(o, acc);
      }
      expect(p, y, x);
    }
    if (!t.isFloat()) {
      return;
    }
    // ties on purpose
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.rint(x.getDouble(i)));
    }
    WindowSelectAdd p = new WindowSelectAdd(w);
    Shape out = new ReduceWindow(WindowKind.MAX, w)
        .infer(java.util.List.of(x.spec()))
        .get(0)
        .shape();
    NDArray ct = random(t, out);
    NDArray g = NDArray.zeros(t, s);
    for (int o = 0; o < ct.size(); o++) {
      int best = -1;
      for (int k = 0; k < size.size(); k++) {
        int at = place(w, s, index(out, o), index(size, k));
        if (at >= 0 && (best < 0 || x.getDouble(at) > x.getDouble(best))) {
          best = at;
        }
      }
      g.setDouble(best, g.getDouble(best) + ct.getDouble(o));
    }
    expect(p, g, x, ct);
  }

  private static Window window(
      long[] size, long[] stride, long[] dilation, long[] low, long[] high) {
    return new Window(
        LongList.of(size),
        LongList.of(stride),
        LongList.of(dilation),
        LongList.of(low),
        LongList.of(high));
  }

  private static long[] l(long... v) {
    return v;
  }

  static void pools() {
    long[] one = l(1, 1, 1, 1);
    long[] zero = l(0, 0, 0, 0);
    windows(
        DType.FLOAT32, Shape.of(2, 6, 7, 3), window(l(1, 2, 2, 1), l(1, 2, 2, 1), one, zero, zero));
    windows(
        DType.FLOAT32,
        Shape.of(2, 6, 7, 3),
        window(l(1, 3, 2, 1), l(1, 2, 1, 1), one, l(0, 0, 0, 0), l(0, 1, 1, 0)));
    windows(
        DType.FLOAT32,
        Shape.of(2, 5, 5, 2),
        window(l(1, 3, 3, 1), l(1, 1, 1, 1), one, l(0, 1, 2, 0), l(0, 2, 0, 0)));
    windows(
        DType.FLOAT64, Shape.of(1, 4, 4, 1), window(l(1, 2, 2, 1), l(1, 1, 1, 1), one, zero, zero));
    windows(
        DType.FLOAT16, Shape.of(1, 4, 4, 1), window(l(1, 2, 2, 1), l(1, 1, 1, 1), one, zero, zero));
    windows(
        DType.INT32,
        Shape.of(1, 4, 4, 2),
        window(l(1, 2, 2, 1), l(1, 1, 1, 1), one, zero, l(0, 1, 1, 0)));
  }

  static void lines() {
    long[] one = l(1, 1, 1);
    windows(
        DType.FLOAT32,
        Shape.of(2, 9, 3),
        window(l(1, 3, 1), l(1, 2, 1), one, l(0, 0, 0), l(0, 0, 0)));
    windows(
        DType.FLOAT32,
        Shape.of(2, 9, 3),
        window(l(1, 3, 1), l(1, 1, 1), one, l(0, 1, 0), l(0, 1, 0)));
  }

  static void volumes() {
    long[] one = l(1, 1, 1, 1, 1);
    long[] zero = l(0, 0, 0, 0, 0);
    windows(
        DType.FLOAT32,
        Shape.of(1, 4, 4, 5, 2),
        window(l(1, 2, 2, 2, 1), l(1, 2, 2, 2, 1), one, zero, zero));
    windows(
        DType.FLOAT32,
        Shape.of(1, 4, 3, 5, 2),
        window(l(1, 2, 2, 3, 1), l(1, 2, 2, 2, 1), one, zero, l(0, 0, 1, 0, 0)));
  }

  static void anyAxes() {
    windows(DType.FLOAT32, Shape.of(4, 6), window(l(2, 3), l(1, 2), l(1, 1), l(1, 0), l(0, 1)));
    windows(DType.FLOAT32, Shape.of(7, 6), window(l(2, 2), l(2, 1), l(3, 2), l(0, 1), l(1, 0)));
    windows(DType.FLOAT32, Shape.of(9), window(l(3), l(4), l(2), l(0), l(0)));
    windows(DType.FLOAT32, Shape.of(3), window(l(5), l(1), l(1), l(0), l(0)));
  }

  private static void convolutions(DType t, Shape xs, Shape ks, ConvAttributes c) {
    NDArray x = random(t, xs);
    NDArray k = random(t, ks);
    int n = c.spatialRank();
    Conv p = new Conv(c);
    Shape out = p.infer(java.util.List.of(x.spec(), k.spec())).get(0).shape();
    NDArray ct = random(t, out);
    NDArray y = NDArray.zeros(t, out);
    NDArray gx = NDArray.zeros(t, xs);
    NDArray gk = NDArray.zeros(t, ks);
    long inGroup = ks.dim(n);
    long outGroup = ks.dim(n + 1) / c.groups();
    double[] sumX = new double[x.size()];
    double[] sizeX = new double[x.size()];
    double[] sizeK = new double[k.size()];
    double[] sizeY = new double[y.size()];
    double[] sumK = new double[k.size()];
    for (int o = 0; o < y.size(); o++) {
      long[] at = index(out, o);
      long group = at[n + 1] / outGroup;
      double acc = 0;
      for (int w = 0; w < k.size(); w++) {
        long[] kat = index(ks, w);
        if (kat[n + 1] != at[n + 1]) {
          continue;
        }
        long[] xat = new long[n + 2];
        xat[0] = at[0];
        xat[n + 1] = group * inGroup + kat[n];
        for (int i = 0; i < n; i++) {
          xat[i + 1] = at[i + 1] * c.stride().get(i)
              - c.low().get(i)
              + kat[i] * c.dilation().get(i);
        }
        int f = flat(xs, xat);
        if (f >= 0) {
          acc += x.getDouble(f) * k.getDouble(w);
          sizeY[o] += Math.abs(x.getDouble(f) * k.getDouble(w));
          sizeX[f] += Math.abs(ct.getDouble(o) * k.getDouble(w));
          sizeK[w] += Math.abs(ct.getDouble(o) * x.getDouble(f));
          sumX[f] += ct.getDouble(o) * k.getDouble(w);
          sumK[w] += ct.getDouble(o) * x.getDouble(f);
        }
      }
      y.setDouble(o, acc);
    }
    for (int i = 0; i < sumX.length; i++) {
      gx.setDouble(i, sumX[i]);
    }
    for (int i = 0; i < sumK.length; i++) {
      gk.setDouble(i, sumK[i]);
    }
    near(p, y, sizeY, x, k);
    near(new ConvInputGrad(c, xs), gx, sizeX, ct, k);
    near(new ConvKernelGrad(c, ks), gk, sizeK, x, ct);
  }

  /** Eagerly and compiled; the error may grow with the sizes of what is summed, for instance in halves. */
  private static void near(
      org.keras4j.core.primitive.Primitive p, NDArray expected, double[] sizes, NDArray... in) {
    for (NDArray got :
        new NDArray[] {Runs.eager(p, in).get(0), Runs.compiled(p, in).get(0)}) {
      org.junit.jupiter.api.Assertions.assertEquals(expected.spec(), got.spec());
      double tolerance = switch (expected.dtype()) {
        case FLOAT16 -> 2e-3;
        case BFLOAT16 -> 1.6e-2;
        case FLOAT64 -> 1e-13;
        default -> 2e-6;
      };
      for (int i = 0; i < expected.size(); i++) {
        org.junit.jupiter.api.Assertions.assertEquals(
            expected.getDouble(i),
            got.getDouble(i),
            tolerance * (1 + sizes[i]),
            p + " of " + in[0].spec() + " at " + i);
      }
    }
  }

  private static ConvAttributes attributes(
      long[] stride, long[] low, long[] high, long[] dilation, int groups) {
    return new ConvAttributes(
        LongList.of(stride), LongList.of(low), LongList.of(high), LongList.of(dilation), groups);
  }

  static void planes() {
    Shape x = Shape.of(2, 6, 7, 4);
    convolutions(
        DType.FLOAT32, x, Shape.of(3, 3, 4, 5), attributes(l(1, 1), l(0, 0), l(0, 0), l(1, 1), 1));
    convolutions(
        DType.FLOAT32, x, Shape.of(3, 3, 4, 5), attributes(l(2, 2), l(0, 1), l(1, 1), l(1, 1), 1));
    convolutions(
        DType.FLOAT32, x, Shape.of(3, 2, 4, 5), attributes(l(2, 1), l(2, 0), l(1, 1), l(1, 1), 1));
    convolutions(
        DType.FLOAT32, x, Shape.of(2, 2, 4, 5), attributes(l(1, 1), l(5, 0), l(4, 3), l(1, 1), 1));
    convolutions(
        DType.FLOAT32, x, Shape.of(3, 2, 4, 3), attributes(l(1, 1), l(1, 2), l(2, 0), l(2, 3), 1));
    convolutions(
        DType.FLOAT32, x, Shape.of(3, 2, 4, 3), attributes(l(2, 1), l(0, 0), l(0, 0), l(2, 1), 1));
    convolutions(
        DType.FLOAT64, x, Shape.of(3, 3, 4, 5), attributes(l(1, 1), l(1, 1), l(1, 1), l(1, 1), 1));
    convolutions(
        DType.FLOAT16, x, Shape.of(3, 3, 4, 5), attributes(l(1, 1), l(1, 1), l(1, 1), l(1, 1), 1));
    convolutions(
        DType.BFLOAT16, x, Shape.of(3, 3, 4, 5), attributes(l(1, 1), l(1, 1), l(1, 1), l(1, 1), 1));
    convolutions(
        DType.INT32, x, Shape.of(3, 3, 4, 5), attributes(l(1, 1), l(1, 1), l(1, 1), l(1, 1), 1));
  }

  static void groups() {
    Shape x = Shape.of(2, 6, 7, 4);
    convolutions(
        DType.FLOAT32, x, Shape.of(3, 3, 2, 6), attributes(l(1, 1), l(1, 1), l(1, 1), l(1, 1), 2));
    convolutions(
        DType.FLOAT32, x, Shape.of(3, 3, 1, 4), attributes(l(1, 1), l(1, 1), l(1, 1), l(1, 1), 4));
    convolutions(
        DType.FLOAT32, x, Shape.of(3, 3, 1, 8), attributes(l(2, 2), l(0, 0), l(1, 1), l(1, 1), 4));
    convolutions(
        DType.FLOAT32, x, Shape.of(3, 3, 1, 8), attributes(l(2, 1), l(0, 2), l(1, 1), l(1, 1), 4));
    convolutions(
        DType.FLOAT32, x, Shape.of(3, 2, 1, 8), attributes(l(1, 1), l(2, 1), l(1, 0), l(2, 2), 4));
    convolutions(
        DType.FLOAT32, x, Shape.of(2, 2, 1, 4), attributes(l(1, 1), l(4, 1), l(1, 3), l(1, 1), 4));
  }

  static void convolvedLinesAndVolumes() {
    convolutions(
        DType.FLOAT32, Shape.of(2, 9, 4), Shape.of(3, 4, 5), attributes(l(2), l(1), l(1), l(1), 1));
    convolutions(
        DType.FLOAT32, Shape.of(2, 9, 4), Shape.of(3, 4, 5), attributes(l(1), l(4), l(0), l(2), 1));
    convolutions(
        DType.FLOAT32, Shape.of(2, 9, 4), Shape.of(3, 2, 6), attributes(l(1), l(0), l(0), l(1), 2));
    convolutions(
        DType.FLOAT32, Shape.of(2, 9, 4), Shape.of(3, 1, 4), attributes(l(2), l(0), l(0), l(1), 4));
    for (int channels : new int[] {1, 2}) {
      for (int filters : new int[] {1, 2, 5}) {
        for (int stride : new int[] {1, 2, 3}) {
          convolutions(
              DType.FLOAT32,
              Shape.of(2, 9, channels),
              Shape.of(3, channels, filters),
              attributes(l(stride), l(0), l(0), l(1), 1));
        }
      }
    }
    Shape x = Shape.of(1, 5, 4, 5, 2);
    convolutions(
        DType.FLOAT32,
        x,
        Shape.of(2, 2, 3, 2, 3),
        attributes(l(1, 1, 1), l(0, 0, 0), l(0, 0, 0), l(1, 1, 1), 1));
    convolutions(
        DType.FLOAT32,
        x,
        Shape.of(2, 2, 3, 2, 3),
        attributes(l(2, 1, 1), l(0, 0, 1), l(1, 1, 1), l(1, 1, 1), 1));
    convolutions(
        DType.FLOAT32,
        x,
        Shape.of(2, 2, 2, 2, 3),
        attributes(l(1, 1, 2), l(1, 2, 1), l(0, 0, 1), l(2, 1, 2), 1));
    convolutions(
        DType.FLOAT32,
        x,
        Shape.of(2, 2, 2, 1, 4),
        attributes(l(1, 1, 1), l(0, 0, 0), l(0, 0, 0), l(1, 1, 1), 2));
  }

  static void emptyConvolutions() {
    ConvAttributes c = attributes(l(1, 1), l(0, 0), l(0, 0), l(1, 1), 1);
    convolutions(DType.FLOAT32, Shape.of(0, 5, 5, 2), Shape.of(3, 3, 2, 3), c);
    convolutions(DType.FLOAT32, Shape.of(1, 2, 2, 2), Shape.of(3, 3, 2, 3), c);
  }

  static void unknownBatch() {
    ConvAttributes c = attributes(l(1, 1), l(1, 1), l(1, 1), l(1, 1), 1);
    NDArray x = random(DType.FLOAT32, Shape.of(2, 4, 4, 2));
    NDArray k = random(DType.FLOAT32, Shape.of(3, 3, 2, 3));
    java.util.List<TensorSpec> specs =
        java.util.List.of(x.spec().withShape(Shape.of(-1, 4, 4, 2)), k.spec());
    unknown(new Conv(c), specs, x, k);
    Window w = window(l(1, 2, 2, 1), l(1, 2, 2, 1), l(1, 1, 1, 1), l(0, 0, 0, 0), l(0, 0, 0, 0));
    for (WindowKind kind : WindowKind.values()) {
      unknown(new ReduceWindow(kind, w), specs.subList(0, 1), x);
    }
  }

  private static void unknown(
      org.keras4j.core.primitive.Primitive p, java.util.List<TensorSpec> specs, NDArray... in) {
    java.util.List<NDArray> got = java.util.Objects.requireNonNull(Runs.dynamic(p, specs, in));
    Runs.same(p + " of an unknown batch", 1e-5, got, Runs.eager(p, in).get(0));
  }
}
