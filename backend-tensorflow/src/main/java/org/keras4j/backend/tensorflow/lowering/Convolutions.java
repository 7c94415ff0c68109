package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.tensorflow.runtime.KernelCatalog;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;

/**
 * Convolutions and their gradients by TensorFlow's kernels. What those lack on a CPU is brought into a
 * form that they have: one spatial axis becomes two, dilation becomes zeros between the elements of the
 * kernel, and groups become one convolution each, or a depthwise one.
 */
final class Convolutions {
  private static final int BLOCK = 32;

  private final TensorFlowOps o;
  private final Shapes shapes;

  Convolutions(TensorFlowOps ops) {
    this.o = ops;
    this.shapes = new Shapes(ops);
  }

  Term conv(ConvAttributes c, Term x, Term kernel, Shape out) {
    if (isEmpty(x.shape(), kernel.shape(), out)) {
      return zeros(out, x.dtype(), x);
    }
    DType t = computed(x.dtype());
    Term y = forward(c, o.cast(x, t), o.cast(kernel, t), out);
    return o.cast(y, x.dtype());
  }

  Term inputGrad(ConvAttributes c, Term cotangent, Term kernel, Shape input) {
    if (isEmpty(input, kernel.shape(), cotangent.shape())) {
      return zeros(input, cotangent.dtype(), cotangent);
    }
    DType t = computed(cotangent.dtype());
    Term y = backwardInput(c, o.cast(cotangent, t), o.cast(kernel, t), input);
    return o.cast(y, cotangent.dtype());
  }

  Term kernelGrad(ConvAttributes c, Term x, Term cotangent, Shape kernel) {
    if (isEmpty(x.shape(), kernel, cotangent.shape())) {
      return zeros(kernel, x.dtype(), x);
    }
    DType t = computed(x.dtype());
    Term y = backwardKernel(c, o.cast(x, t), o.cast(cotangent, t), kernel);
    return o.cast(y, x.dtype());
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

  /** Zeros of a shape whose unknown first dimension, the batch, is that of {@code like}. */
  private Term zeros(Shape s, DType t, Term like) {
    List<Term> sizes = new ArrayList<>();
    for (int i = 0; i < s.rank(); i++) {
      sizes.add(s.dim(i) >= 0 ? o.scalar(s.intDim(i)) : o.dim(like, i));
    }
    return o.fill(s.isKnown() ? o.ints(s) : o.pack(sizes), s, o.scalar(t, 0L));
  }

  // kernels sum in the type they are given: small floats would lose digits, most integers have none
  private static DType computed(DType t) {
    if (t.isFloat() && t.size() < 4) {
      return DType.FLOAT32;
    }
    return t.isInteger() ? DType.FLOAT64 : KernelCatalog.carrier("Conv2D", "T", t);
  }

  // forward

  private Term forward(ConvAttributes c, Term x, Term k, Shape out) {
    if (x.dtype().isComplex()) {
      return complex(c, x, k, out);
    }
    switch (c.spatialRank()) {
      case 1:
        return squeezed(forward(planar(c), o.expand(x, 1), o.expand(k, 0), out.insert(1, 1)), 1);
      case 2:
        if (c.groups() == 1) {
          return conv2d(c, x, k, out);
        }
        return isDepthwise(c, k.shape()) ? depthwise(c, x, k, out) : grouped(c, x, k, out);
      default:
        return c.groups() == 1 ? conv3d(c, x, k, out) : grouped(c, x, k, out);
    }
  }

  // (a + ib)(c + id), each part a real convolution
  private Term complex(ConvAttributes c, Term x, Term k, Shape out) {
    Elementwise e = new Elementwise(o);
    DType t = x.dtype() == DType.COMPLEX64 ? DType.FLOAT32 : DType.FLOAT64;
    Term xr = e.convert(x, t);
    Term kr = e.convert(k, t);
    Term xi = e.unary(org.keras4j.core.primitive.UnaryKind.IMAG, x);
    Term ki = e.unary(org.keras4j.core.primitive.UnaryKind.IMAG, k);
    Term re = o.sub(forward(c, xr, kr, out), forward(c, xi, ki, out));
    Term im = o.add(forward(c, xr, ki, out), forward(c, xi, kr, out));
    return e.binary(org.keras4j.core.primitive.BinaryKind.COMPLEX, re, im);
  }

  private Term squeezed(Term x, int axis) {
    OpCall call = new OpCall("Squeeze").numbers("squeeze_dims", axis);
    return o.call(call, x.shape().without(axis), x.dtype(), x);
  }

  /** One spatial axis seen as the second of two. */
  private static ConvAttributes planar(ConvAttributes c) {
    return new ConvAttributes(
        LongList.of(1, c.stride().get(0)),
        LongList.of(0, c.low().get(0)),
        LongList.of(0, c.high().get(0)),
        LongList.of(1, c.dilation().get(0)),
        c.groups());
  }

  private Term conv2d(ConvAttributes c, Term x, Term k, Shape out) {
    OpCall call = plain("Conv2D", c, x.shape(), k.shape(), out);
    call.numbers("dilations", around(c.dilation()));
    return o.call(call, out, x.dtype(), x, k);
  }

  /** Operation with strides and padding set. */
  private static OpCall plain(String op, ConvAttributes c, Shape x, Shape k, Shape out) {
    OpCall call = new OpCall(op).numbers("strides", around(c.stride()));
    if (isUnpadded(c)) {
      return call.text("padding", "VALID");
    }
    if (isSame(c, x, k, out)) {
      return call.text("padding", "SAME");
    }
    int n = c.spatialRank();
    long[] pads = new long[2 * n + 4];
    for (int i = 0; i < n; i++) {
      pads[2 * i + 2] = c.low().get(i);
      pads[2 * i + 3] = c.high().get(i);
    }
    return call.text("padding", "EXPLICIT").numbers("explicit_paddings", pads);
  }

  private static long[] around(LongList l) {
    long[] v = new long[l.size() + 2];
    v[0] = 1;
    v[v.length - 1] = 1;
    for (int i = 0; i < l.size(); i++) {
      v[i + 1] = l.get(i);
    }
    return v;
  }

  private static boolean isUnpadded(ConvAttributes c) {
    for (int i = 0; i < c.spatialRank(); i++) {
      if (c.low().get(i) != 0 || c.high().get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(ConvAttributes c, Shape x, Shape k, Shape out) {
    for (int i = 0; i < c.spatialRank(); i++) {
      long n = x.dim(i + 1);
      long stride = c.stride().get(i);
      if (n < 0 || out.dim(i + 1) != (n + stride - 1) / stride) {
        return false;
      }
      long span = (k.dim(i) - 1) * c.dilation().get(i) + 1;
      long total = Math.max(0, (out.dim(i + 1) - 1) * stride + span - n);
      if (c.low().get(i) != total / 2 || c.high().get(i) != total - total / 2) {
        return false;
      }
    }
    return true;
  }

  private Term conv3d(ConvAttributes c, Term x, Term k, Shape out) {
    Term dense = dilated(c, k);
    ConvAttributes d = undilated(c);
    if (isUnpadded(d) || isSame(d, x.shape(), dense.shape(), out)) {
      OpCall call = plain("Conv3D", d, x.shape(), dense.shape(), out);
      return o.call(call, out, x.dtype(), x, dense);
    }
    Term padded = shapes.padOnly(x, outer(c.low()), outer(c.high()), o.scalar(x.dtype(), 0L));
    OpCall call =
        new OpCall("Conv3D").numbers("strides", around(c.stride())).text("padding", "VALID");
    return o.call(call, out, x.dtype(), padded, dense);
  }

  private static long[] outer(LongList l) {
    long[] v = new long[l.size() + 2];
    for (int i = 0; i < l.size(); i++) {
      v[i + 1] = l.get(i);
    }
    return v;
  }

  private static ConvAttributes undilated(ConvAttributes c) {
    return new ConvAttributes(
        c.stride(), c.low(), c.high(), LongList.repeat(1, c.spatialRank()), c.groups());
  }

  /** The kernel with zeros where its dilation leaves places out. */
  private Term dilated(ConvAttributes c, Term k) {
    if (!isDilated(c)) {
      return k;
    }
    int rank = k.rank();
    long[] interior = new long[rank];
    for (int i = 0; i < c.spatialRank(); i++) {
      interior[i] = c.dilation().get(i) - 1;
    }
    LongList none = LongList.repeat(0, rank);
    return shapes.pad(new Pad(none, none, LongList.of(interior)), k, o.scalar(k.dtype(), 0L));
  }

  private static boolean isDilated(ConvAttributes c) {
    for (int i = 0; i < c.spatialRank(); i++) {
      if (c.dilation().get(i) != 1) {
        return true;
      }
    }
    return false;
  }

  // groups

  /** One input channel a group, and a kernel that the depthwise operation takes. */
  private static boolean isDepthwise(ConvAttributes c, Shape kernel) {
    return kernel.dim(-2) == 1 && c.stride().get(0) == c.stride().get(1);
  }

  private static Shape depthwiseKernel(ConvAttributes c, Shape k) {
    return Shape.of(k.dim(0), k.dim(1), c.groups(), k.dim(3) / c.groups());
  }

  private Term depthwise(ConvAttributes c, Term x, Term k, Shape out) {
    Term dense = dilated(c, k);
    Term filter = o.reshape(dense, depthwiseKernel(c, dense.shape()));
    OpCall call = plain("DepthwiseConv2dNative", undilated(c), x.shape(), dense.shape(), out);
    return o.call(call, out, x.dtype(), x, filter);
  }

  private static ConvAttributes single(ConvAttributes c) {
    return new ConvAttributes(c.stride(), c.low(), c.high(), c.dilation(), 1);
  }

  /** Group {@code g}'s part of the last axis. */
  private Term part(Term x, int g, int groups) {
    long n = x.dim(-1) / groups;
    return o.slice(x, x.rank() - 1, g * n, n);
  }

  private Term grouped(ConvAttributes c, Term x, Term k, Shape out) {
    Shape each = out.with(-1, out.last() / c.groups());
    List<Term> parts = new ArrayList<>();
    for (int g = 0; g < c.groups(); g++) {
      parts.add(forward(single(c), part(x, g, c.groups()), part(k, g, c.groups()), each));
    }
    return o.concat(parts, out.rank() - 1);
  }

  // the gradient by the input

  private Term backwardInput(ConvAttributes c, Term ct, Term k, Shape input) {
    if (ct.dtype().isComplex()) {
      throw new IllegalArgumentException(
          "The gradient of a convolution is not defined for " + ct.dtype() + " on TensorFlow");
    }
    if (c.spatialRank() == 1) {
      Term y = backwardInput(planar(c), o.expand(ct, 1), o.expand(k, 0), input.insert(1, 1));
      return squeezed(y, 1);
    }
    boolean flat = c.spatialRank() == 2;
    if (c.groups() > 1 && !(flat && isDepthwise(c, k.shape()))) {
      List<Term> parts = new ArrayList<>();
      Shape each = input.with(-1, input.last() / c.groups());
      for (int g = 0; g < c.groups(); g++) {
        parts.add(backwardInput(single(c), part(ct, g, c.groups()), part(k, g, c.groups()), each));
      }
      return o.concat(parts, input.rank() - 1);
    }
    Term dense = dilated(c, k);
    ConvAttributes d = undilated(c);
    Shape ks = dense.shape();
    if (!isUnpadded(d) && !isSame(d, input, ks, ct.shape()) && !(flat && isExplicit(d, ks))) {
      // the gradient of the padded input, of which the padding is cut off
      Shape wide = input;
      for (int i = 0; i < c.spatialRank(); i++) {
        wide = wide.with(i + 1, input.dim(i + 1) + c.low().get(i) + c.high().get(i));
      }
      Term y = backwardInput(unpadded(d), ct, dense, wide);
      for (int i = 0; i < c.spatialRank(); i++) {
        if (c.low().get(i) + c.high().get(i) > 0) {
          y = o.slice(y, i + 1, c.low().get(i), input.dim(i + 1));
        }
      }
      return y;
    }
    Term sizes = input.isKnown() ? o.ints(input) : batched(ct, input);
    if (c.groups() > 1) {
      Term filter = o.reshape(dense, depthwiseKernel(c, ks));
      OpCall call = plain("DepthwiseConv2dNativeBackpropInput", d, input, ks, ct.shape());
      return o.call(call, input, ct.dtype(), sizes, filter, ct);
    }
    String op = flat ? "Conv2DBackpropInput" : "Conv3DBackpropInputV2";
    long channels = safeChannels(input.last(), isStepped(d));
    if (channels > input.last()) {
      Shape rest = ks.with(-2, channels - input.last());
      Term all = o.concat(List.of(dense, zeros(rest, dense.dtype(), dense)), dense.rank() - 2);
      Shape wide = input.with(-1, channels);
      Term to = wide.isKnown() ? o.ints(wide) : batched(ct, wide);
      Term y = o.call(plain(op, d, wide, all.shape(), ct.shape()), wide, ct.dtype(), to, all, ct);
      return o.slice(y, y.rank() - 1, 0, input.last());
    }
    return o.call(plain(op, d, input, ks, ct.shape()), input, ct.dtype(), sizes, dense, ct);
  }

  // Where the processor has AVX-512, oneDNN as TensorFlow 2.18 carries it computes wrong gradients
  // of
  // an image with as many channels: zeros for a single one with strides; beyond 32, wrong numbers
  // in the last ones if up to 16 are left over from blocks of 32. Further channels, unused, help.
  private static long safeChannels(long channels, boolean stepped) {
    if (channels == 1 && stepped) {
      return 2;
    }
    long left = channels % BLOCK;
    return channels > BLOCK && left > 0 && left <= BLOCK / 2 ? channels - left + BLOCK : channels;
  }

  private static boolean isStepped(ConvAttributes c) {
    for (int i = 0; i < c.spatialRank(); i++) {
      if (c.stride().get(i) > 1) {
        return true;
      }
    }
    return false;
  }

  private static ConvAttributes unpadded(ConvAttributes c) {
    LongList none = LongList.repeat(0, c.spatialRank());
    return new ConvAttributes(c.stride(), none, none, c.dilation(), c.groups());
  }

  /** Whether the kernels take the padding as it is: less of it than the kernel spans. */
  private static boolean isExplicit(ConvAttributes c, Shape k) {
    for (int i = 0; i < c.spatialRank(); i++) {
      if (c.low().get(i) >= k.dim(i) || c.high().get(i) >= k.dim(i)) {
        return false;
      }
    }
    return true;
  }

  private Term batched(Term like, Shape s) {
    List<Term> sizes = new ArrayList<>();
    sizes.add(o.dim(like, 0));
    for (int i = 1; i < s.rank(); i++) {
      sizes.add(o.scalar(s.intDim(i)));
    }
    return o.pack(sizes);
  }

  // the gradient by the kernel

  private Term backwardKernel(ConvAttributes c, Term x, Term ct, Shape kernel) {
    if (ct.dtype().isComplex()) {
      throw new IllegalArgumentException(
          "The gradient of a convolution is not defined for " + ct.dtype() + " on TensorFlow");
    }
    if (c.spatialRank() == 1) {
      Term y = backwardKernel(planar(c), o.expand(x, 1), o.expand(ct, 1), kernel.insert(0, 1));
      return squeezed(y, 0);
    }
    boolean flat = c.spatialRank() == 2;
    if (c.groups() > 1 && !(flat && isDepthwise(c, kernel))) {
      List<Term> parts = new ArrayList<>();
      Shape each = kernel.with(-1, kernel.last() / c.groups());
      for (int g = 0; g < c.groups(); g++) {
        parts.add(backwardKernel(single(c), part(x, g, c.groups()), part(ct, g, c.groups()), each));
      }
      return o.concat(parts, kernel.rank() - 1);
    }
    Shape ks = kernel;
    for (int i = 0; i < c.spatialRank(); i++) {
      ks = ks.with(i, (kernel.dim(i) - 1) * c.dilation().get(i) + 1);
    }
    ConvAttributes d = undilated(c);
    Term in = x;
    if (!isUnpadded(d) && !isSame(d, x.shape(), ks, ct.shape()) && !(flat && isExplicit(d, ks))) {
      in = shapes.padOnly(x, outer(c.low()), outer(c.high()), o.scalar(x.dtype(), 0L));
      d = unpadded(d);
    }
    Term y;
    if (c.groups() > 1) {
      Shape filter = depthwiseKernel(c, ks);
      OpCall call = plain("DepthwiseConv2dNativeBackpropFilter", d, in.shape(), ks, ct.shape());
      y = o.reshape(o.call(call, filter, x.dtype(), in, o.ints(filter), ct), ks);
    } else {
      String op = flat ? "Conv2DBackpropFilter" : "Conv3DBackpropFilterV2";
      OpCall call = plain(op, d, in.shape(), ks, ct.shape());
      y = o.call(call, ks, x.dtype(), in, o.ints(ks), ct);
    }
    if (!isDilated(c)) {
      return y;
    }
    // of the dense kernel's gradient, the places where the dilated one has elements
    long[] step = new long[ks.rank()];
    java.util.Arrays.fill(step, 1);
    for (int i = 0; i < c.spatialRank(); i++) {
      step[i] = c.dilation().get(i);
    }
    return shapes.slice(
        y,
        LongList.repeat(0, ks.rank()),
        LongList.repeat(Long.MAX_VALUE, ks.rank()),
        LongList.of(step));
  }
}
