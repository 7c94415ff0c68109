package org.keras4j.backend.xla.emit;

import java.util.stream.IntStream;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.primitive.ConvAttributes;

/** Convolutions, channels last, and their two gradients, which are convolutions again. */
final class Convolutions {
  private final Hlo h;
  private final DepthwiseConvolutions depthwise;

  Convolutions(Hlo h) {
    this.h = h;
    this.depthwise = new DepthwiseConvolutions(h);
  }

  Term forward(ConvAttributes c, Term x, Term kernel, TensorType result) {
    if (result.elements() == 0 || x.type().elements() == 0 || kernel.type().elements() == 0) {
      return h.full(result, 0);
    }
    int n = c.spatialRank();
    return convolution(
        x,
        kernel,
        "[b," + spatial(n) + ",f]x[" + spatial(n) + ",i,o]->[b," + spatial(n) + ",f]",
        new Sliding(
            c.stride().toArray(),
            c.low().toArray(),
            c.high().toArray(),
            Hlo.ones(n),
            c.dilation().toArray()),
        c.groups(),
        1,
        result);
  }

  Term inputGrad(ConvAttributes c, Term cotangent, Term kernel, TensorType result) {
    if (result.elements() == 0
        || cotangent.type().elements() == 0
        || kernel.type().elements() == 0) {
      return h.full(result, 0);
    }
    int n = c.spatialRank();
    Term k = h.reverse(kernel, IntStream.range(0, n).toArray());
    // the kernel's axes (..., in / groups, out) as (..., out / groups, in)
    String order = "[" + spatial(n) + ",o,i]";
    if (c.groups() > 1) {
      k = swapGrouped(k, n, c.groups());
      order = "[" + spatial(n) + ",i,o]";
    }
    long[] low = new long[n];
    long[] high = new long[n];
    for (int i = 0; i < n; i++) {
      long span = (kernel.dim(i) - 1) * c.dilation().get(i) + 1;
      long spread = (cotangent.dim(i + 1) - 1) * c.stride().get(i) + 1;
      low[i] = span - 1 - c.low().get(i);
      high[i] = result.dim(i + 1) - spread - low[i] + span - 1;
    }
    return convolution(
        cotangent,
        k,
        "[b," + spatial(n) + ",f]x" + order + "->[b," + spatial(n) + ",f]",
        new Sliding(Hlo.ones(n), low, high, c.stride().toArray(), c.dilation().toArray()),
        c.groups(),
        1,
        result);
  }

  private Term swapGrouped(Term k, int n, int groups) {
    long[] d = k.type().dims();
    long in = d[n];
    long out = d[n + 1];
    long[] split = java.util.Arrays.copyOf(d, n + 3);
    split[n + 1] = groups;
    split[n + 2] = out / groups;
    int[] order = IntStream.range(0, n + 3).toArray();
    order[n] = n + 2;
    order[n + 1] = n + 1;
    order[n + 2] = n;
    long[] joined = d.clone();
    joined[n] = out / groups;
    joined[n + 1] = groups * in;
    return h.reshape(h.transpose(h.reshape(k, split), order), joined);
  }

  Term kernelGrad(ConvAttributes c, Term x, Term cotangent, TensorType result) {
    if (result.elements() == 0 || x.type().elements() == 0 || cotangent.type().elements() == 0) {
      return h.full(result, 0);
    }
    if (depthwise.fits(result, c.groups())) {
      return depthwiseKernelGrad(c, x, cotangent, result);
    }
    int n = c.spatialRank();
    long[] low = c.low().toArray();
    long[] high = new long[n];
    for (int i = 0; i < n; i++) {
      long span = (result.dim(i) - 1) * c.dilation().get(i) + 1;
      long spread = (cotangent.dim(i + 1) - 1) * c.stride().get(i) + 1;
      high[i] = span - 1 + spread - x.dim(i + 1) - low[i];
    }
    // batch and channels change places: the sum runs over the batch, and each channel is a picture
    return convolution(
        x,
        cotangent,
        "[f," + spatial(n) + ",b]x[i," + spatial(n) + ",o]->[" + spatial(n) + ",b,f]",
        new Sliding(c.dilation().toArray(), low, high, Hlo.ones(n), c.stride().toArray()),
        1,
        c.groups(),
        result);
  }

  private Term depthwiseKernelGrad(ConvAttributes c, Term x, Term cotangent, TensorType result) {
    ElementType e = x.element();
    ElementType wide = Folds.narrow(e) ? ElementType.F32 : e;
    Sliding s = new Sliding(
        c.stride().toArray(),
        c.low().toArray(),
        c.high().toArray(),
        Hlo.ones(c.spatialRank()),
        c.dilation().toArray());
    Term sum = depthwise.kernelGrad(
        h.convert(x, wide), h.convert(cotangent, wide), s.window(), result.with(wide));
    return h.convert(sum, e);
  }

  private static String spatial(int n) {
    return n == 1 ? "0" : n == 2 ? "0,1" : "0,1,2";
  }

  private record Sliding(
      long[] stride, long[] low, long[] high, long[] lhsDilation, long[] rhsDilation) {
    DepthwiseConvolutions.Window window() {
      return new DepthwiseConvolutions.Window(stride, low, high, lhsDilation, rhsDilation);
    }

    String text() {
      StringBuilder pad = new StringBuilder("[");
      for (int i = 0; i < low.length; i++) {
        pad.append(i == 0 ? "[" : ",[")
            .append(low[i])
            .append(',')
            .append(high[i])
            .append(']');
      }
      return "{stride="
          + Hlo.list(stride)
          + ",pad="
          + pad
          + "],lhs_dilate="
          + Hlo.list(lhsDilation)
          + ",rhs_dilate="
          + Hlo.list(rhsDilation)
          + "}";
    }
  }

  private Term convolution(
      Term a,
      Term b,
      String axes,
      Sliding s,
      int featureGroups,
      int batchGroups,
      TensorType result) {
    ElementType e = a.element();
    // a CPU would add up 16-bit numbers as such
    if (Folds.narrow(e) && (e.size() == 1 || h.cpu())) {
      Term wide = convolution(
          h.convert(a, ElementType.F32),
          h.convert(b, ElementType.F32),
          axes,
          s,
          featureGroups,
          batchGroups,
          result.with(ElementType.F32));
      return h.convert(wide, e);
    }
    if (axes.contains(",i,o]") && depthwise.fits(b.type(), featureGroups)) {
      return depthwise.forward(a, b, s.window(), result);
    }
    return h.line(
        "stablehlo.convolution(" + a + "," + b + ")",
        "dim_numbers="
            + axes
            + ",window="
            + s.text()
            + "{batch_group_count="
            + batchGroups
            + ":i64,feature_group_count="
            + featureGroups
            + ":i64"
            + h.precision().convolution(e)
            + "} : ("
            + a.type()
            + ","
            + b.type()
            + ")->"
            + result,
        result);
  }
}
