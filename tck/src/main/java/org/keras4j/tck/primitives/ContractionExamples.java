package org.keras4j.tck.primitives;

import java.util.ArrayList;
import java.util.List;
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

final class ContractionExamples {
  private ContractionExamples() {}

  static void add(Primitives to) {
    for (Case c : cases()) {
      to.on("convolution of " + c.input + " by " + c.kernel, () -> convolutions(c));
    }
    to.on("matrixProducts", ContractionExamples::matrixProducts);
    to.on("widerSums", ContractionExamples::widerSums);
    to.on("emptySums", ContractionExamples::emptySums);
    to.on(
        "convolutionsOfHalvesAddUpInFloat32",
        ContractionExamples::convolutionsOfHalvesAddUpInFloat32);
  }

  static void matrixProducts() {
    NDArray a = Runs.floats(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    DotGeneral gram =
        new DotGeneral(IntList.of(), IntList.of(), IntList.of(1), IntList.of(1), null);
    Runs.close(1e-6, Runs.one(gram, a, a), 14, 32, 32, 77);
    DotGeneral rows =
        new DotGeneral(IntList.of(0), IntList.of(0), IntList.of(1), IntList.of(1), null);
    Runs.close(1e-6, Runs.one(rows, a, a), 14, 77);
    DotGeneral outer = new DotGeneral(IntList.of(), IntList.of(), IntList.of(), IntList.of(), null);
    NDArray v = Runs.floats(new double[] {1, 2});
    Runs.close(0, Runs.one(outer, v, v), 1, 2, 2, 4);
    DotGeneral all =
        new DotGeneral(IntList.of(), IntList.of(), IntList.of(0, 1), IntList.of(0, 1), null);
    Runs.close(1e-6, Runs.one(all, a, a), 91);
  }

  static void widerSums() {
    NDArray bytes = NDArray.of(new int[] {100, 100, 100}).astype(DType.INT8);
    DotGeneral d =
        new DotGeneral(IntList.of(), IntList.of(), IntList.of(0), IntList.of(0), DType.INT32);
    Runs.exact(Runs.one(d, bytes, bytes), 30000);
    NDArray halves = NDArray.of(new float[] {200, 200, 1}).astype(DType.BFLOAT16);
    DotGeneral f =
        new DotGeneral(IntList.of(), IntList.of(), IntList.of(0), IntList.of(0), DType.FLOAT32);
    Runs.close(0, Runs.one(f, halves, halves), 80001);
    if (Runs.computes(DType.FLOAT8_E4M3FN)) {
      NDArray eights = NDArray.of(new float[] {2, 3}).astype(DType.FLOAT8_E4M3FN);
      Runs.close(0, Runs.one(f, eights, eights), 13);
    }
    NDArray ints = NDArray.of(new int[] {1 << 20, 1 << 20});
    DotGeneral same =
        new DotGeneral(IntList.of(), IntList.of(), IntList.of(0), IntList.of(0), null);
    Runs.exact(Runs.one(same, ints, NDArray.of(new int[] {3, -3})), 0);
  }

  static void emptySums() {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(2, 0));
    DotGeneral d = new DotGeneral(IntList.of(), IntList.of(), IntList.of(1), IntList.of(1), null);
    Runs.close(0, Runs.one(d, a, a), 0, 0, 0, 0);
  }

  /** A convolution with the shapes of its operands. */
  record Case(ConvAttributes conv, Shape input, Shape kernel) {}

  static List<Case> cases() {
    List<Case> out = new ArrayList<>();
    out.add(new Case(
        attributes(1, new long[] {1}, new long[] {0}, new long[] {0}, new long[] {1}),
        Shape.of(2, 5, 3),
        Shape.of(2, 3, 4)));
    out.add(new Case(
        attributes(1, new long[] {2}, new long[] {1}, new long[] {2}, new long[] {2}),
        Shape.of(2, 7, 2),
        Shape.of(3, 2, 2)));
    out.add(new Case(
        attributes(1, new long[] {2, 1}, new long[] {0, 1}, new long[] {1, 1}, new long[] {1, 2}),
        Shape.of(2, 5, 6, 2),
        Shape.of(3, 2, 2, 3)));
    out.add(new Case(
        attributes(2, new long[] {1, 1}, new long[] {1, 1}, new long[] {1, 1}, new long[] {1, 1}),
        Shape.of(1, 4, 4, 4),
        Shape.of(3, 3, 2, 6)));
    out.add(new Case(
        attributes(4, new long[] {2, 2}, new long[] {0, 0}, new long[] {1, 1}, new long[] {1, 1}),
        Shape.of(2, 5, 5, 4),
        Shape.of(2, 2, 1, 8)));
    out.add(new Case(
        attributes(3, new long[] {1, 1}, new long[] {1, 0}, new long[] {2, 1}, new long[] {2, 1}),
        Shape.of(2, 6, 5, 3),
        Shape.of(3, 2, 1, 3)));
    out.add(new Case(
        attributes(2, new long[] {3}, new long[] {2}, new long[] {0}, new long[] {1}),
        Shape.of(3, 9, 2),
        Shape.of(4, 1, 2)));
    out.add(new Case(
        attributes(1, new long[] {3}, new long[] {0}, new long[] {0}, new long[] {1}),
        Shape.of(1, 8, 1),
        Shape.of(2, 1, 1)));
    out.add(new Case(
        attributes(
            1, new long[] {1, 2, 1}, new long[] {1, 0, 0}, new long[] {0, 1, 0}, new long[] {1, 1, 1
            }),
        Shape.of(1, 3, 4, 3, 2),
        Shape.of(2, 2, 1, 2, 2)));
    out.add(new Case(
        attributes(1, new long[] {1}, new long[] {0}, new long[] {0}, new long[] {1}),
        Shape.of(1, 2, 1),
        Shape.of(4, 1, 1)));
    return out;
  }

  private static ConvAttributes attributes(
      int groups, long[] stride, long[] low, long[] high, long[] dilation) {
    return new ConvAttributes(
        LongList.of(stride), LongList.of(low), LongList.of(high), LongList.of(dilation), groups);
  }

  static void convolutions(Case c) {
    NDArray x = Runs.ramp(c.input.toArray());
    NDArray k = Runs.ramp(c.kernel.toArray());
    Conv conv = new Conv(c.conv);
    Shape out = conv.infer(List.of(x.spec(), k.spec())).get(0).shape();
    NDArray g = Runs.ramp(out.toArray());
    double[] y = new double[(int) out.size()];
    double[] dx = new double[x.size()];
    double[] dk = new double[k.size()];
    visit(c, out, (o, i, w) -> {
      y[o] += x.getDouble(i) * k.getDouble(w);
      dx[i] += g.getDouble(o) * k.getDouble(w);
      dk[w] += g.getDouble(o) * x.getDouble(i);
    });
    Runs.close(1e-5, Runs.one(conv, x, k), y);
    Runs.close(1e-5, Runs.one(new ConvInputGrad(c.conv, c.input), g, k), dx);
    Runs.close(1e-5, Runs.one(new ConvKernelGrad(c.conv, c.kernel), x, g), dk);
  }

  private interface Term {
    void add(int output, int input, int kernel);
  }

  /** Every product that a convolution sums, by flat positions. */
  private static void visit(Case c, Shape out, Term term) {
    int n = c.conv.spatialRank();
    int perGroup = c.kernel.intDim(n);
    int outputs = c.kernel.intDim(n + 1);
    int[] o = new int[n + 2];
    for (int flat = 0; flat < out.size(); flat++) {
      unflatten(flat, out, o);
      Shape spatial = c.kernel.slice(0, n);
      int[] w = new int[n];
      for (int kf = 0; kf < spatial.size(); kf++) {
        unflatten(kf, spatial, w);
        int input = o[0];
        boolean inside = true;
        for (int a = 0; a < n; a++) {
          long at = o[a + 1] * c.conv.stride().get(a)
              - c.conv.low().get(a)
              + w[a] * c.conv.dilation().get(a);
          inside &= at >= 0 && at < c.input.dim(a + 1);
          input = (int) (input * c.input.dim(a + 1) + at);
        }
        for (int ch = 0; inside && ch < perGroup; ch++) {
          int group = o[n + 1] / (outputs / c.conv.groups());
          int channel = group * perGroup + ch;
          term.add(
              flat,
              input * c.input.intDim(n + 1) + channel,
              (kf * perGroup + ch) * outputs + o[n + 1]);
        }
      }
    }
  }

  private static void unflatten(int flat, Shape s, int[] at) {
    for (int i = s.rank() - 1; i >= 0; i--) {
      at[i] = flat % s.intDim(i);
      flat /= s.intDim(i);
    }
  }

  static void convolutionsOfHalvesAddUpInFloat32() {
    // 300 times 1.001: float16 stops being able to count on the way
    float[] ones = new float[300];
    java.util.Arrays.fill(ones, 1.001f);
    NDArray x = NDArray.of(ones, 1, 1, 300).astype(DType.FLOAT16);
    NDArray k = NDArray.of(ones, 1, 300, 1).astype(DType.FLOAT16);
    ConvAttributes plain =
        new ConvAttributes(LongList.of(1), LongList.of(0), LongList.of(0), LongList.of(1), 1);
    double one = x.getDouble(0);
    Runs.close(5e-4, Runs.one(new Conv(plain), x, k), 300 * one * one);
  }
}
