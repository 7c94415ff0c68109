package org.keras4j.backend.pytorch.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.pytorch.script.Images;
import org.keras4j.backend.pytorch.script.Literals;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.Window;

/** Folds of windows: by the pooling kernels where the layout is theirs, else axis by axis. */
final class WindowText {
  private final Script s;

  WindowText(Script s) {
    this.s = s;
  }

  /** The axes along which a window does something. */
  private static int[] active(Window w) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < w.size().size(); i++) {
      boolean idle = w.size().get(i) == 1
          && w.stride().get(i) == 1
          && w.low().get(i) == 0
          && w.high().get(i) == 0;
      if (!idle) {
        out.add(i);
      }
    }
    return out.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether the windows run over the middle axes of a (batch, spatial..., channels) array of floats. */
  private static boolean isPooling(Window w, TensorSpec x) {
    int rank = x.rank();
    if (rank < 3 || rank > 5 || !x.shape().isKnown() || x.shape().size() == 0) {
      return false;
    }
    DType t = x.dtype();
    if (t != DType.FLOAT32 && t != DType.FLOAT64 && t != DType.BFLOAT16) {
      return false;
    }
    for (int a : active(w)) {
      if (a == 0 || a == rank - 1) {
        return false;
      }
    }
    return true;
  }

  private static String image(String n, int rank) {
    return Images.channelsFirst(n, rank - 2);
  }

  private static String restore(Script s, String n, int rank) {
    return s.view(Images.channelsLast(n, rank - 2), n);
  }

  /** The entries of the spatial axes, with a neutral one in front of a single one. */
  private static long[] spatial(org.keras4j.core.primitive.LongList l, long neutral) {
    int n = l.size() - 2;
    long[] out = new long[Math.max(2, n)];
    out[0] = neutral;
    for (int i = 0; i < n; i++) {
      out[out.length - n + i] = l.get(i + 1);
    }
    return out;
  }

  private static boolean fitsKernelPadding(Window w) {
    for (int i = 1; i < w.size().size() - 1; i++) {
      if (w.low().get(i) != w.high().get(i)
          || 2 * w.low().get(i) > w.size().get(i)
          || w.low().get(i) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDilated(Window w) {
    for (int i = 0; i < w.size().size(); i++) {
      if (w.dilation().get(i) != 1 && w.size().get(i) != 1) {
        return true;
      }
    }
    return false;
  }

  Term reduce(WindowKind kind, Window w, Term x, TensorSpec out) {
    String n = s.full(x);
    DType t = x.spec().dtype();
    if (isPooling(w, x.spec())
        && out.shape().size() > 0
        && !(kind == WindowKind.SUM && isDilated(w))) {
      return Term.of(pool(kind, w, n, x.spec()), out);
    }
    boolean wide = Literals.isWideUnsigned(t) && kind != WindowKind.SUM;
    if (t.isBool()) {
      n = s.let(n + ".to(0)");
    } else if (wide) {
      n = s.let("torch.bitwise_xor(" + n + ", " + Literals.signBit(t) + ")");
    }
    String r = n;
    for (int a : active(w)) {
      r = along(kind, w, r, t, wide, a, out);
    }
    if (t.isBool()) {
      r = s.let(r + ".to(11)");
    } else if (wide) {
      r = s.let("torch.bitwise_xor(" + r + ", " + Literals.signBit(t) + ")");
    }
    return Term.of(r, out);
  }

  private String pool(WindowKind kind, Window w, String n, TensorSpec in) {
    int rank = in.rank();
    String identity = kind == WindowKind.SUM ? "0.0" : "float('-inf')";
    long[] low = spatial(w.low(), 0);
    String image = image(kind == WindowKind.MIN ? "torch.neg(" + n + ")" : n, rank);
    if (!fitsKernelPadding(w)) {
      image = "torch.constant_pad_nd(" + image + ", " + pads(w) + ", " + identity + ")";
      low = new long[low.length];
    }
    String size = Script.list(spatial(w.size(), 1));
    String stride = Script.list(spatial(w.stride(), 1));
    String padding = Script.list(low);
    String dilation = Script.list(spatial(w.dilation(), 1));
    String d = rank == 5 ? "3d" : "2d";
    String r;
    if (kind == WindowKind.SUM) {
      r = s.let("torch.avg_pool" + d + "(" + image + ", " + size + ", " + stride + ", " + padding
          + ", False, True, 1)");
    } else {
      String geometry = ", " + size + ", " + stride + ", " + padding + ", " + dilation + ", False";
      r = s.fresh();
      String places = s.fresh();
      s.line(
          r + ", " + places + " = torch.max_pool" + d + "_with_indices(" + image + geometry + ")");
      s.memory().made(r);
      s.memory().made(places);
      if (kind == WindowKind.MAX) {
        s.remember("places " + n + pads(w) + geometry, places); // for the gradient
      }
      r = kind == WindowKind.MIN ? s.let("torch.neg(" + r + ")") : r;
    }
    return restore(s, r, rank);
  }

  /** Padding of the spatial axes, the last first. */
  private static String pads(Window w) {
    long[] low = spatial(w.low(), 0);
    long[] high = spatial(w.high(), 0);
    long[] out = new long[2 * low.length];
    for (int i = 0; i < low.length; i++) {
      out[2 * (low.length - 1 - i)] = low[i];
      out[2 * (low.length - 1 - i) + 1] = high[i];
    }
    return Script.list(out);
  }

  private static String identity(WindowKind kind, DType t, boolean flipped) {
    if (t.isBool()) {
      return kind == WindowKind.MIN ? "1" : "0";
    }
    if (flipped) { // ordered as the signed type of the width
      DType signed =
          t == DType.UINT16 ? DType.INT16 : t == DType.UINT32 ? DType.INT32 : DType.INT64;
      return kind == WindowKind.MAX ? Literals.lowest(signed) : Literals.highest(signed);
    }
    return switch (kind) {
      case SUM -> "0";
      case MAX -> Literals.lowest(t);
      case MIN -> Literals.highest(t);
    };
  }

  /** A window is a box, so each axis can be folded by itself. */
  private String along(
      WindowKind kind, Window w, String n, DType t, boolean flipped, int a, TensorSpec out) {
    int rank = w.size().size();
    long span = (w.size().get(a) - 1) * w.dilation().get(a) + 1;
    String y = n;
    if (w.low().get(a) != 0 || w.high().get(a) != 0) {
      long[] pads = new long[2 * (rank - a)];
      pads[pads.length - 2] = w.low().get(a);
      pads[pads.length - 1] = w.high().get(a);
      y = s.let("torch.constant_pad_nd(" + y + ", " + Script.list(pads) + ", "
          + identity(kind, t, flipped) + ")");
    }
    if (out.dim(a) == 0) {
      return s.view("torch.narrow(" + y + ", " + a + ", 0, 0)", y);
    }
    String windows =
        "torch.unfold(" + y + ", " + a + ", " + span + ", " + w.stride().get(a) + ")";
    if (w.dilation().get(a) > 1) {
      windows = "torch.slice(" + windows + ", " + rank + ", 0, 9223372036854775807, "
          + w.dilation().get(a) + ")";
    }
    return switch (kind) {
      case SUM ->
        s.let("torch.sum(" + windows + ", [" + rank + "], False, dtype=" + s.code(t) + ")");
      case MAX -> s.let("torch.amax(" + windows + ", [" + rank + "])");
      case MIN -> s.let("torch.amin(" + windows + ", [" + rank + "])");
    };
  }

  Term selectAdd(Window w, Term x, Term g, TensorSpec out) {
    if (isPooling(w, x.spec()) && g.spec().shape().size() > 0) {
      return Term.of(poolGradient(w, x, g), out);
    }
    DType t = x.spec().dtype();
    if (g.spec().shape().size() == 0) { // there is no window
      return Term.of(s.let("torch.zeros(" + s.sizes(out.shape()) + ", " + s.options(t) + ")"), out);
    }
    int rank = out.rank();
    long[] pads = new long[2 * rank];
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      pads[2 * (rank - 1 - i)] = w.low().get(i);
      pads[2 * (rank - 1 - i) + 1] = w.high().get(i);
      padded.add(s.size(x, i) + " + " + (w.low().get(i) + w.high().get(i)));
    }
    String values = s.full(x);
    if (Literals.isWideUnsigned(t)) {
      values = s.let("torch.bitwise_xor(" + values + ", " + Literals.signBit(t) + ")");
    } else if (t.isBool()) {
      values = s.let(values + ".to(0)");
    } else if (t.isFloat()) { // an infinite element is greater than the padding
      values = s.let("torch.clamp_min(" + values + ", " + least(t) + ")");
    }
    values = s.let("torch.constant_pad_nd(" + values + ", " + Script.list(pads) + ", "
        + identity(WindowKind.MAX, t, Literals.isWideUnsigned(t)) + ")");
    // the place of every element, unfolded as the values are, tells where each window's largest
    // lies
    String places = s.let("torch.reshape(torch.arange(torch.numel(" + values + "), dtype=4"
        + s.place() + "), [" + String.join(", ", padded) + "])");
    String u = values;
    String v = places;
    for (int a = 0; a < rank; a++) {
      long span = (w.size().get(a) - 1) * w.dilation().get(a) + 1;
      String unfold = ", " + a + ", " + span + ", " + w.stride().get(a) + ")";
      String cut = ", -1, 0, 9223372036854775807, " + w.dilation().get(a) + ")";
      u = s.repeated("torch.slice(torch.unfold(" + u + unfold + cut, u);
      v = s.repeated("torch.slice(torch.unfold(" + v + unfold + cut, v);
    }
    u = s.view("torch.flatten(" + u + ", " + rank + ")", u);
    v = s.view("torch.flatten(" + v + ", " + rank + ")", v);
    String best = s.let("torch.argmax(" + u + ", -1, True)");
    String target = s.let("torch.flatten(torch.gather(" + v + ", -1, " + best + "))");
    String sums = s.let("torch.index_add(torch.zeros([torch.numel(" + values + ")], " + s.options(t)
        + "), 0, " + target + ", torch.flatten(" + s.full(g) + "))");
    String shaped =
        s.view("torch.reshape(" + sums + ", [" + String.join(", ", padded) + "])", sums);
    String e = shaped;
    for (int i = 0; i < rank; i++) {
      if (w.low().get(i) != 0 || w.high().get(i) != 0) {
        e = "torch.narrow(" + e + ", " + i + ", " + w.low().get(i) + ", " + s.size(x, i) + ")";
      }
    }
    return Term.of(e.equals(shaped) ? shaped : s.view(e, shaped), out);
  }

  private String poolGradient(Window w, Term x, Term g) {
    int rank = x.spec().rank();
    String d = rank == 5 ? "3d" : "2d";
    String values = s.full(x);
    String image = s.view(image(values, rank), values);
    long[] low = spatial(w.low(), 0);
    boolean explicit = !fitsKernelPadding(w);
    if (explicit) {
      image = s.let("torch.constant_pad_nd(" + image + ", " + pads(w) + ", float('-inf'))");
      low = new long[low.length];
    }
    String geometry =
        ", " + Script.list(spatial(w.size(), 1)) + ", " + Script.list(spatial(w.stride(), 1)) + ", "
            + Script.list(low) + ", " + Script.list(spatial(w.dilation(), 1)) + ", False";
    // the forward pass has found the places already, if it stands in the same program
    String indices = s.recall("places " + values + pads(w) + geometry);
    if (indices == null) {
      indices = s.let("torch.max_pool" + d + "_with_indices(" + image + geometry + ")[1]");
    }
    String r = s.let("torch.max_pool" + d + "_with_indices_backward(" + image(s.full(g), rank)
        + ", " + image + geometry + ", " + indices + ")");
    if (explicit) {
      long[] crop = new long[2 * low.length];
      long[] l = spatial(w.low(), 0);
      long[] h = spatial(w.high(), 0);
      for (int i = 0; i < l.length; i++) {
        crop[2 * (l.length - 1 - i)] = -l[i];
        crop[2 * (l.length - 1 - i) + 1] = -h[i];
      }
      r = s.let("torch.constant_pad_nd(" + r + ", " + Script.list(crop) + ", 0.0)");
    }
    return restore(s, r, rank);
  }

  private static double least(DType t) {
    return switch (t) {
      case FLOAT16 -> -65504;
      case BFLOAT16 -> -0x1.fep127;
      case FLOAT32 -> -Float.MAX_VALUE;
      default -> -Double.MAX_VALUE;
    };
  }
}
