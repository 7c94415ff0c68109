package org.keras4j.onnx.internal.lowering;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.Window;

/** Folds of windows: pooling where the window is one over spatial axes, else folds of shifted slices, axis by axis. */
final class Windows {
  private final OnnxOps o;
  private final Shapes shapes;

  Windows(OnnxOps ops) {
    this.o = ops;
    this.shapes = new Shapes(ops);
  }

  Term reduceWindow(WindowKind kind, Window w, Term x, Shape out) {
    Term pooled = pooled(kind, w, x, out);
    return pooled != null ? pooled : folded(kind, w, x, out);
  }

  private static boolean isPooling(Window w, Shape x) {
    int r = w.size().size();
    if (r < 3 || r > 5) {
      return false;
    }
    for (int i = 0; i < r; i++) {
      boolean outer = i == 0 || i == r - 1;
      long padding = Math.max(w.low().get(i), w.high().get(i));
      if (w.low().get(i) < 0 || w.high().get(i) < 0 || x.dim(i) == 0) {
        return false;
      }
      if (outer
          ? w.size().get(i) != 1 || w.stride().get(i) != 1 || padding > 0
          : padding >= w.size().get(i)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Term pooled(WindowKind kind, Window w, Term x, Shape out) {
    DType t = x.dtype();
    boolean max = kind != WindowKind.SUM;
    boolean takes = t == DType.FLOAT32 || t == DType.FLOAT16 || max && t == DType.FLOAT64;
    if (!takes || !isPooling(w, x.shape()) || out.size() == 0) {
      return null;
    }
    int r = x.rank();
    boolean dilated = false;
    for (int i = 1; i < r - 1; i++) {
      dilated |= w.dilation().get(i) != 1;
    }
    if (dilated && !max && o.opset < 19) {
      return null;
    }
    if (kind == WindowKind.MIN) {
      Term y = pooled(WindowKind.MAX, w, o.neg(x), out);
      return y == null ? null : o.neg(y);
    }
    Call c = pool(
        max ? "MaxPool" : "AveragePool",
        inner(w.size()),
        inner(w.stride()),
        inner(w.low()),
        inner(w.high()));
    if (dilated) {
      c.numbers("dilations", inner(w.dilation()));
    }
    if (max) {
      return apply(c, x, out);
    }
    double count = 1;
    for (int i = 0; i < r; i++) {
      count *= w.size().get(i);
    }
    return o.mul(apply(c.set("count_include_pad", 1), x, out), count);
  }

  private static long[] inner(LongList l) {
    return Arrays.copyOfRange(l.toArray(), 1, l.size() - 1);
  }

  /** A pooling operator over the spatial axes. */
  static Call pool(String op, long[] size, long[] stride, long[] low, long[] high) {
    long[] pads = Arrays.copyOf(low, 2 * low.length);
    System.arraycopy(high, 0, pads, low.length, high.length);
    return new Call(op)
        .numbers("kernel_shape", size)
        .numbers("strides", stride)
        .numbers("pads", pads);
  }

  /** Applies it channels first. */
  Term apply(Call pool, Term x, Shape out) {
    int[] first = Convolutions.channelsFirst(x.rank());
    long[] d = new long[first.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = out.dim(first[i]);
    }
    Term y = o.call(pool, x.dtype(), Shape.of(d), o.transpose(x, first));
    return o.transpose(y, Convolutions.channelsLast(x.rank()));
  }

  private Term folded(WindowKind kind, Window w, Term x, Shape out) {
    DType t = x.dtype();
    boolean small = kind == WindowKind.SUM && t.isFloat() && t.size() < 4;
    Term wide = small ? o.cast(x, DType.FLOAT32) : x;
    Term identity = identity(kind, wide.dtype());
    Term y = shapes.padOnly(wide, positive(w.low()), positive(w.high()), identity);
    y = cropped(y, w);
    for (int axis = 0; axis < x.rank(); axis++) {
      if (w.size().get(axis) != 1 || w.stride().get(axis) != 1) {
        y = folded(kind, y, axis, w, out.dim(axis), identity);
      }
    }
    return o.cast(y, t);
  }

  private Term identity(WindowKind kind, DType t) {
    return switch (kind) {
      case SUM -> o.cast(o.scalar(DType.INT32, 0L), t);
      case MAX -> o.constant(Types.extreme(t, false));
      case MIN -> o.constant(Types.extreme(t, true));
    };
  }

  private static long[] positive(LongList l) {
    return Arrays.stream(l.toArray()).map(v -> Math.max(0, v)).toArray();
  }

  private Term cropped(Term x, Window w) {
    long[] low = Arrays.stream(w.low().toArray()).map(v -> Math.min(0, v)).toArray();
    long[] high = Arrays.stream(w.high().toArray()).map(v -> Math.min(0, v)).toArray();
    Pad p = new Pad(LongList.of(low), LongList.of(high), LongList.repeat(0, low.length));
    return shapes.pad(p, x, identity(WindowKind.SUM, x.dtype()));
  }

  private Term folded(WindowKind kind, Term x, int axis, Window w, long count, Term identity) {
    Term y = null;
    long d = w.dilation().get(axis);
    long size = w.size().get(axis);
    for (long k = 0; k < size; k++) {
      Term s = shifted(x, axis, k * d, (size - 1 - k) * d, w.stride().get(axis), count);
      boolean bool = s.dtype().isBool();
      if (y == null) {
        y = s;
      } else if (bool) {
        y = kind == WindowKind.MIN ? o.and(y, s) : o.or(y, s);
      } else {
        y = o.binary(kind == WindowKind.SUM ? "Add" : kind == WindowKind.MAX ? "Max" : "Min", y, s);
      }
    }
    return y == null ? o.expand(identity, x.shape().with(axis, count), o.shapeOf(x)) : y;
  }

  /**
   * The elements at one place of each window along an axis, as many as there are windows.
   *
   * @param from how far the place lies in the window
   * @param after how far the window goes on after it
   */
  Term shifted(Term x, int axis, long from, long after, long stride, long count) {
    int rank = x.rank();
    long[] start = new long[rank];
    long[] limit = new long[rank];
    long[] step = new long[rank];
    Arrays.fill(limit, Long.MAX_VALUE);
    Arrays.fill(step, 1);
    start[axis] = from;
    step[axis] = stride;
    if (count < 0) {
      limit[axis] = after == 0 ? Long.MAX_VALUE : -after;
    } else {
      limit[axis] = count == 0 ? from : from + (count - 1) * stride + 1;
    }
    return shapes.slice(x, LongList.of(start), LongList.of(limit), LongList.of(step));
  }

  /** Window place by window place, in C order: the first that holds the maximum takes the cotangent. */
  Term windowSelectAdd(Window w, Term values, Term cotangent) {
    if (!values.shape().isKnown() || !cotangent.shape().isKnown()) {
      throw new Refusal("the gradient of a maximum needs known sizes in ONNX");
    }
    int rank = values.rank();
    DType t = values.dtype();
    Shape out = cotangent.shape();
    Term least = o.constant(Types.extreme(t, false));
    // an infinite element is greater than the padding
    Term x = values;
    if (t.isFloat()) {
      double lowest = t == DType.FLOAT64
          ? -Double.MAX_VALUE
          : t == DType.FLOAT16 ? -65504 : t == DType.BFLOAT16 ? -0x1.fep127 : -Float.MAX_VALUE;
      x = o.max(values, o.like(values, lowest));
    }
    Term padded = shapes.padOnly(x, w.low().toArray(), w.high().toArray(), least);
    Term best = folded(WindowKind.MAX, w, x, out);
    Term zero = o.cast(o.scalar(DType.INT32, 0L), t);
    Term sum = null;
    Term open = null;
    for (long[] at : Convolutions.places(Shape.of(w.size().toArray()))) {
      Term s = padded;
      for (int i = 0; i < rank; i++) {
        long d = w.dilation().get(i);
        long last = w.size().get(i) - 1;
        s = shifted(s, i, at[i] * d, (last - at[i]) * d, w.stride().get(i), out.dim(i));
      }
      Term hit =
          new Elementwise(o).compare(org.keras4j.core.primitive.Compare.Direction.EQ, s, best);
      hit = open == null ? hit : o.and(hit, open);
      open = open == null ? o.not(hit) : o.and(open, o.not(hit));
      Term taken = o.select(hit, cotangent, zero);
      Term part = placed(w, taken, at, padded.shape(), zero);
      sum = sum == null ? part : o.add(sum, part);
    }
    if (sum == null) {
      return o.expand(zero, values.shape(), o.shapeOf(values));
    }
    Term y = sum;
    for (int i = 0; i < rank; i++) {
      y = o.slice(y, i, w.low().get(i), w.low().get(i) + values.dim(i), 1);
    }
    return y;
  }

  private Term placed(Window w, Term values, long[] at, Shape padded, Term zero) {
    int rank = padded.rank();
    long[] low = new long[rank];
    long[] high = new long[rank];
    long[] interior = new long[rank];
    for (int i = 0; i < rank; i++) {
      long n = values.dim(i);
      interior[i] = w.stride().get(i) - 1;
      low[i] = at[i] * w.dilation().get(i);
      high[i] = padded.dim(i) - low[i] - (n == 0 ? 0 : (n - 1) * w.stride().get(i) + 1);
    }
    return shapes.pad(
        new Pad(LongList.of(low), LongList.of(high), LongList.of(interior)), values, zero);
  }
}
