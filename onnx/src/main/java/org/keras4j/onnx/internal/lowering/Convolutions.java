package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;

/**
 * Convolutions, which ONNX has channels first: what lies between two of them in that order cancels. Of doubles and integers,
 * for which runtimes have no kernels, they are sums of products of matrices, one for each place of the kernel.
 */
final class Convolutions {
  private final OnnxOps o;

  Convolutions(OnnxOps ops) {
    this.o = ops;
  }

  /** The permutation that brings channels from the last to the second axis. */
  static int[] channelsFirst(int rank) {
    int[] p = new int[rank];
    p[1] = rank - 1;
    for (int i = 2; i < rank; i++) {
      p[i] = i - 1;
    }
    return p;
  }

  /** The one that brings them back. */
  static int[] channelsLast(int rank) {
    int[] p = new int[rank];
    p[rank - 1] = 1;
    for (int i = 1; i < rank - 1; i++) {
      p[i] = i + 1;
    }
    return p;
  }

  private static int[] kernelFirst(int rank) {
    int[] p = new int[rank];
    p[0] = rank - 1;
    p[1] = rank - 2;
    for (int i = 2; i < rank; i++) {
      p[i] = i - 2;
    }
    return p;
  }

  private static boolean isEmpty(Shape... shapes) {
    for (Shape s : shapes) {
      for (int i = 0; i < s.rank(); i++) {
        if (s.dim(i) == 0) {
          return true;
        }
      }
    }
    return false;
  }

  private Term zeros(Shape s, DType t, Term like) {
    List<Term> sizes = new ArrayList<>();
    for (int i = 0; i < s.rank(); i++) {
      sizes.add(s.dim(i) >= 0 ? o.longs(s.dim(i)) : o.size(like, i));
    }
    return o.expand(o.cast(o.scalar(DType.INT32, 0L), t), s, o.vector(sizes));
  }

  private static boolean hasKernel(DType t) {
    return t == DType.FLOAT32 || t == DType.FLOAT16;
  }

  // small floats are summed in float32; integers wrap in 32 or 64 bits
  private static DType computed(DType t) {
    if (t.isFloat()) {
      return t.size() < 4 && t != DType.FLOAT16 ? DType.FLOAT32 : t;
    }
    return t.size() < 4 || t == DType.INT32 ? DType.INT32 : DType.INT64;
  }

  Term conv(ConvAttributes c, Term x, Term kernel, Shape out) {
    DType t = computed(x.dtype());
    if (isEmpty(x.shape(), kernel.shape(), out)) {
      return zeros(out, x.dtype(), x);
    }
    Term a = o.cast(x, t);
    Term k = o.cast(kernel, t);
    Term y = hasKernel(t) ? channelsFirstConv(c, a, k, out) : byPlaces(c, a, k, out);
    return o.cast(y, x.dtype());
  }

  private static Call settings(String op, ConvAttributes c, Shape kernel) {
    int n = c.spatialRank();
    long[] pads = new long[2 * n];
    for (int i = 0; i < n; i++) {
      pads[i] = c.low().get(i);
      pads[n + i] = c.high().get(i);
    }
    Call call = new Call(op);
    if (kernel.slice(0, n).isKnown()) {
      call.numbers("kernel_shape", kernel.slice(0, n).toArray());
    }
    return call.numbers("strides", c.stride())
        .numbers("dilations", c.dilation())
        .numbers("pads", pads)
        .set("group", (long) c.groups());
  }

  private static Shape permuted(Shape s, int[] p) {
    long[] d = new long[p.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = s.dim(p[i]);
    }
    return Shape.of(d);
  }

  private Term channelsFirstConv(ConvAttributes c, Term x, Term kernel, Shape out) {
    int rank = x.rank();
    Term a = o.transpose(x, channelsFirst(rank));
    Term k = o.transpose(kernel, kernelFirst(rank));
    Call call = settings("Conv", c, kernel.shape());
    Term y = o.call(call, x.dtype(), permuted(out, channelsFirst(rank)), a, k);
    return o.transpose(y, channelsLast(rank));
  }

  private Term byPlaces(ConvAttributes c, Term x, Term kernel, Shape out) {
    int n = c.spatialRank();
    long[] low = new long[n + 2];
    long[] high = new long[n + 2];
    for (int i = 0; i < n; i++) {
      low[i + 1] = c.low().get(i);
      high[i + 1] = c.high().get(i);
    }
    Term wide = new Shapes(o).padOnly(x, low, high, o.cast(o.scalar(DType.INT32, 0L), x.dtype()));
    Windows windows = new Windows(o);
    Term sum = null;
    for (long[] at : places(kernel.shape().slice(0, n))) {
      Term s = wide;
      Term k = kernel;
      for (int i = 0; i < n; i++) {
        s = windows.shifted(
            s,
            i + 1,
            at[i] * c.dilation().get(i),
            (kernel.dim(i) - 1 - at[i]) * c.dilation().get(i),
            c.stride().get(i),
            out.dim(i + 1));
        k = o.slice(k, i, at[i], at[i] + 1, 1);
      }
      k = o.reshape(k, Shape.of(kernel.dim(n), kernel.dim(n + 1)));
      Term part = grouped(s, k, c.groups());
      sum = sum == null ? part : o.add(sum, part);
    }
    return Objects.requireNonNull(sum);
  }

  private Term grouped(Term x, Term k, int groups) {
    if (groups == 1) {
      return dot(x, k);
    }
    List<Term> parts = new ArrayList<>();
    long in = k.dim(0);
    long out = k.dim(1) / groups;
    for (int g = 0; g < groups; g++) {
      Term a = o.slice(x, x.rank() - 1, g * in, (g + 1) * in, 1);
      parts.add(dot(a, o.slice(k, 1, g * out, (g + 1) * out, 1)));
    }
    return o.concat(parts, x.rank() - 1);
  }

  private Term dot(Term x, Term k) {
    IntList none = IntList.of();
    DotGeneral p = new DotGeneral(none, none, IntList.of(x.rank() - 1), IntList.of(0), null);
    TensorSpec a = new TensorSpec(x.shape(), x.dtype());
    TensorSpec b = new TensorSpec(k.shape(), k.dtype());
    return new Contractions(o).dot(p, x, k, p.infer(List.of(a, b)).get(0));
  }

  static List<long[]> places(Shape size) {
    List<long[]> all = new ArrayList<>();
    all.add(new long[size.rank()]);
    for (int i = 0; i < size.rank(); i++) {
      List<long[]> next = new ArrayList<>();
      for (long[] p : all) {
        for (long k = 0; k < size.dim(i); k++) {
          long[] q = p.clone();
          q[i] = k;
          next.add(q);
        }
      }
      all = next;
    }
    return all;
  }

  Term inputGrad(ConvAttributes c, Term cotangent, Term kernel, Shape input) {
    DType t = computed(cotangent.dtype());
    if (isEmpty(input, kernel.shape(), cotangent.shape())) {
      return zeros(input, cotangent.dtype(), cotangent);
    }
    Term a = o.cast(cotangent, t);
    Term k = o.cast(kernel, t);
    Term y = hasKernel(t) ? transposed(c, a, k, input) : null;
    y = y == null ? spread(c, a, k, input) : y;
    return o.cast(y, cotangent.dtype());
  }

  private @Nullable Term transposed(ConvAttributes c, Term y, Term kernel, Shape input) {
    int n = c.spatialRank();
    int rank = n + 2;
    long[] extra = new long[n];
    for (int i = 0; i < n; i++) {
      long span = (kernel.dim(i) - 1) * c.dilation().get(i) + 1;
      long made = (y.dim(i + 1) - 1) * c.stride().get(i)
          + span
          - c.low().get(i)
          - c.high().get(i);
      extra[i] = input.dim(i + 1) - made;
      boolean fits = y.dim(i + 1) > 0 && input.dim(i + 1) >= 0 && extra[i] >= 0;
      if (!fits || extra[i] >= Math.max(c.stride().get(i), c.dilation().get(i))) {
        return null;
      }
    }
    int[] order = new int[rank]; // (spatial..., in / groups, out) to (out, in / groups, spatial...)
    order[0] = rank - 1;
    order[1] = rank - 2;
    for (int i = 0; i < n; i++) {
      order[i + 2] = i;
    }
    Term a = o.transpose(y, channelsFirst(rank));
    Term k = o.transpose(kernel, order);
    Call call = settings("ConvTranspose", c, kernel.shape()).numbers("output_padding", extra);
    Term x = o.call(call, y.dtype(), permuted(input, channelsFirst(rank)), a, k);
    return o.transpose(x, channelsLast(rank));
  }

  /** As a convolution of the cotangent, with zeros between its elements, by the kernel turned over. */
  private Term spread(ConvAttributes c, Term y, Term kernel, Shape input) {
    int n = c.spatialRank();
    long[] low = new long[n + 2];
    long[] high = new long[n + 2];
    long[] interior = new long[n + 2];
    int[] turned = new int[n];
    for (int i = 0; i < n; i++) {
      long span = (kernel.dim(i) - 1) * c.dilation().get(i);
      long windows = y.dim(i + 1);
      if (windows < 0 || input.dim(i + 1) < 0) {
        throw new Refusal("a transposed convolution needs known spatial sizes in ONNX");
      }
      low[i + 1] = span - c.low().get(i);
      high[i + 1] =
          input.dim(i + 1) + c.low().get(i) - ((windows - 1) * c.stride().get(i) + 1);
      interior[i + 1] = c.stride().get(i) - 1;
      turned[i] = i;
    }
    Pad pad = new Pad(LongList.of(low), LongList.of(high), LongList.of(interior));
    Term a = new Shapes(o).pad(pad, y, o.cast(o.scalar(DType.INT32, 0L), y.dtype()));
    Term k = new Shapes(o).reverse(kernel, turned);
    // within each group input and output channels change places
    int g = c.groups();
    long in = kernel.dim(n);
    long out = kernel.dim(n + 1) / g;
    List<Term> parts = new ArrayList<>();
    for (int i = 0; i < g; i++) {
      int[] swap = new int[n + 2];
      for (int s = 0; s < n; s++) {
        swap[s] = s;
      }
      swap[n] = n + 1;
      swap[n + 1] = n;
      parts.add(o.transpose(o.slice(k, n + 1, i * out, (i + 1) * out, 1), swap));
    }
    Term flipped = o.concat(parts, n + 1);
    LongList one = LongList.repeat(1, n);
    LongList none = LongList.repeat(0, n);
    Shape spatial = input.slice(1, n + 1);
    Shape result = Shape.of(input.dim(0)).concat(spatial).concat(Shape.of(in * g));
    return conv(new ConvAttributes(one, none, none, c.dilation(), g), a, flipped, result);
  }

  Term kernelGrad(ConvAttributes c, Term x, Term cotangent, Shape kernel) {
    int n = c.spatialRank();
    if (isEmpty(x.shape(), kernel, cotangent.shape())) {
      return o.constant(NDArray.zeros(x.dtype(), kernel));
    }
    long in = kernel.dim(n);
    long out = kernel.dim(n + 1) / c.groups();
    List<Term> parts = new ArrayList<>();
    for (int g = 0; g < c.groups(); g++) {
      Term a = o.slice(x, n + 1, g * in, (g + 1) * in, 1);
      Term b = o.slice(cotangent, n + 1, g * out, (g + 1) * out, 1);
      parts.add(kernelGradOfGroup(c, a, b, kernel));
    }
    return o.concat(parts, n + 1);
  }

  // channels are the batch, the batch is summed over; steps and distances change places
  private Term kernelGradOfGroup(ConvAttributes c, Term x, Term cotangent, Shape kernel) {
    int n = c.spatialRank();
    int[] swap = new int[n + 2];
    int[] first = new int[n + 2];
    int[] back = new int[n + 2];
    swap[0] = n + 1;
    swap[n + 1] = 0;
    first[n] = 0;
    first[n + 1] = n + 1;
    back[n] = 0;
    back[n + 1] = n + 1;
    for (int i = 0; i < n; i++) {
      swap[i + 1] = i + 1;
      first[i] = i + 1;
      back[i] = i + 1;
    }
    Term a = o.transpose(x, swap);
    Term b = o.transpose(cotangent, first);
    ConvAttributes d = new ConvAttributes(c.dilation(), c.low(), c.high(), c.stride(), 1);
    Shape s = d.spatialRank() == n
        ? new org.keras4j.core.primitive.Conv(d)
            .infer(
                List.of(new TensorSpec(a.shape(), a.dtype()), new TensorSpec(b.shape(), b.dtype())))
            .get(0)
            .shape()
        : a.shape();
    Term y = o.transpose(conv(d, a, b, s), back);
    for (int i = 0; i < n; i++) {
      y = o.slice(y, i, 0, kernel.dim(i), 1);
    }
    return y;
  }
}
