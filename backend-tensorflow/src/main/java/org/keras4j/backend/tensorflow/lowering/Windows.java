package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.Window;

/**
 * Folds of windows: TensorFlow's pooling kernels where the window is one over two or three spatial axes,
 * else a fold of shifted slices, axis by axis.
 */
final class Windows {
  private final TensorFlowOps o;
  private final Shapes shapes;

  Windows(TensorFlowOps ops) {
    this.o = ops;
    this.shapes = new Shapes(ops);
  }

  Term reduceWindow(WindowKind kind, Window w, Term x, Shape out) {
    Term pooled = pooled(kind, w, x, out);
    return pooled != null ? pooled : folded(kind, w, x, out);
  }

  private @Nullable Term pooled(WindowKind kind, Window w, Term x, Shape out) {
    boolean wide = x.dtype() == DType.FLOAT32 || x.dtype() == DType.FLOAT64;
    if (!wide || !isPooling(w, x.shape()) || out.size() == 0 || out.last() < 0) {
      return null;
    }
    if (x.rank() == 5 && x.dtype() != DType.FLOAT32) {
      return null;
    }
    if (kind == WindowKind.MIN) {
      Term y = pooled(WindowKind.MAX, w, o.unary("Neg", x), out);
      return y == null ? null : o.unary("Neg", y);
    }
    boolean max = kind == WindowKind.MAX;
    boolean same = max && isSame(w, x.shape(), out);
    Term y = same ? x : padded(w, x, max ? Extremes.of(x.dtype(), false) : zero(x.dtype()));
    boolean line = x.rank() == 3;
    Shape s = line ? out.insert(1, 1) : out;
    if (line) {
      y = o.expand(y, 1);
    }
    String op = (max ? "MaxPool" : "AvgPool") + (x.rank() == 5 ? "3D" : "");
    OpCall call = new OpCall(op)
        .numbers("ksize", sizes(w.size(), line))
        .numbers("strides", sizes(w.stride(), line))
        .text("padding", same ? "SAME" : "VALID");
    Term z = o.call(call, s, x.dtype(), max ? o.hidden(y) : y);
    if (line) {
      z = o.call(new OpCall("Squeeze").numbers("squeeze_dims", 1), out, x.dtype(), z);
    }
    if (max) {
      return z;
    }
    double count = 1;
    for (int i = 0; i < w.size().size(); i++) {
      count *= w.size().get(i);
    }
    return o.mul(z, o.scalar(x.dtype(), count));
  }

  private static NDArray zero(DType t) {
    return NDArray.scalar(t, 0.0);
  }

  /** Batch and channels untouched, one to three axes between, no dilation. */
  private static boolean isPooling(Window w, Shape x) {
    int r = w.size().size();
    if (r < 3 || r > 5) {
      return false;
    }
    for (int i : new int[] {0, r - 1}) {
      if (w.size().get(i) != 1
          || w.stride().get(i) != 1
          || w.low().get(i) != 0
          || w.high().get(i) != 0) {
        return false;
      }
    }
    for (int i = 0; i < r; i++) {
      if (w.size().get(i) > 1 && w.dilation().get(i) != 1
          || w.low().get(i) < 0
          || w.high().get(i) < 0
          || w.size().get(i) == 0
          || x.dim(i) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the padding is the one TensorFlow calls SAME. */
  private static boolean isSame(Window w, Shape x, Shape out) {
    for (int i = 1; i < x.rank() - 1; i++) {
      long n = x.dim(i);
      if (n < 0 || out.dim(i) != (n + w.stride().get(i) - 1) / w.stride().get(i)) {
        return false;
      }
      long total = (out.dim(i) - 1) * w.stride().get(i) + w.size().get(i) - n;
      // MaxPool3D shifts its windows where strides leave elements over
      if (total < 0 || w.low().get(i) != total / 2 || w.high().get(i) != total - total / 2) {
        return false;
      }
    }
    return true;
  }

  private static long[] sizes(LongList l, boolean line) {
    long[] v = l.toArray();
    return line ? new long[] {v[0], 1, v[1], v[2]} : v;
  }

  private Term padded(Window w, Term x, NDArray value) {
    long[] low = w.low().toArray();
    long[] high = w.high().toArray();
    for (int i = 0; i < low.length; i++) {
      if (low[i] != 0 || high[i] != 0) {
        return shapes.padOnly(x, low, high, o.constant(value));
      }
    }
    return x;
  }

  private Term folded(WindowKind kind, Window w, Term x, Shape out) {
    DType t = x.dtype();
    boolean small = kind == WindowKind.SUM && t.isFloat() && t.size() < 4;
    Term wide = small ? o.cast(x, DType.FLOAT32) : x;
    NDArray identity = switch (kind) {
      case SUM -> zero(wide.dtype());
      case MAX -> Extremes.of(t, false);
      case MIN -> Extremes.of(t, true);
    };
    String op = switch (kind) {
      case SUM -> "AddV2";
      case MAX -> "Maximum";
      case MIN -> "Minimum";
    };
    Term y = padded(w, wide, identity);
    for (int axis = 0; axis < x.rank(); axis++) {
      if (w.size().get(axis) != 1 || w.stride().get(axis) != 1) {
        y = folded(op, y, axis, w, out.dim(axis));
      }
    }
    return o.cast(y, t);
  }

  private Term folded(String op, Term x, int axis, Window w, long count) {
    Term y = shifted(x, axis, w, 0, count);
    for (long k = 1; k < w.size().get(axis); k++) {
      Term s = shifted(x, axis, w, k, count);
      if (s.dtype().isBool()) {
        y = op.equals("Minimum") ? o.and(y, s) : o.or(y, s);
      } else {
        y = o.binary(op, y, s);
      }
    }
    return y;
  }

  /** The elements at one place of each window along an axis, as many as there are windows. */
  private Term shifted(Term x, int axis, Window w, long place, long count) {
    long from = place * w.dilation().get(axis);
    long stride = w.stride().get(axis);
    // what the last window has after this place
    long after = (w.size().get(axis) - 1) * w.dilation().get(axis) - from;
    int rank = x.rank();
    long[] start = new long[rank];
    long[] limit = new long[rank];
    long[] step = new long[rank];
    java.util.Arrays.fill(limit, Long.MAX_VALUE);
    java.util.Arrays.fill(step, 1);
    start[axis] = from;
    step[axis] = stride;
    if (count < 0) {
      limit[axis] = after == 0 ? Long.MAX_VALUE : -after;
    } else {
      limit[axis] = count == 0 ? from : from + (count - 1) * stride + 1;
    }
    return shapes.slice(x, LongList.of(start), LongList.of(limit), LongList.of(step));
  }

  Term windowSelectAdd(Window w, Term x, Term cotangent) {
    Shape out = cotangent.shape();
    boolean kernel = (x.dtype() == DType.FLOAT32 || x.dtype() == DType.FLOAT64)
        && x.rank() < 5
        && isPooling(w, x.shape())
        && isSame(w, x.shape(), out) | isUnpadded(w)
        && out.isKnown()
        && out.size() > 0;
    if (kernel) {
      return poolGradient(w, x, cotangent);
    }
    return selected(w, x, cotangent);
  }

  private static boolean isUnpadded(Window w) {
    for (int i = 0; i < w.low().size(); i++) {
      if (w.low().get(i) != 0 || w.high().get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private Term poolGradient(Window w, Term x, Term cotangent) {
    boolean line = x.rank() == 3;
    Term in = line ? o.expand(x, 1) : x;
    Term ct = line ? o.expand(cotangent, 1) : cotangent;
    String padding = isUnpadded(w) ? "VALID" : "SAME";
    long[] size = sizes(w.size(), line);
    long[] stride = sizes(w.stride(), line);
    OpCall pool = new OpCall("MaxPool")
        .numbers("ksize", size)
        .numbers("strides", stride)
        .text("padding", padding);
    Term y = o.call(pool, ct.shape(), x.dtype(), in);
    OpCall grad = new OpCall("MaxPoolGrad")
        .numbers("ksize", size)
        .numbers("strides", stride)
        .text("padding", padding);
    Term g = o.call(grad, in.shape(), x.dtype(), in, y, ct);
    return line ? o.reshape(g, x.shape()) : g;
  }

  /** Window place by window place, in C order: the first that holds the maximum takes the cotangent. */
  private Term selected(Window w, Term values, Term cotangent) {
    int rank = values.rank();
    DType t = values.dtype();
    Shape out = cotangent.shape();
    // an infinite element is greater than the padding
    Term x =
        t.isFloat() && !isUnpadded(w) ? o.binary("Maximum", values, o.scalar(t, least(t))) : values;
    Term lose = o.constant(Extremes.of(t, false));
    Term padded = padded(w, x, Extremes.of(t, false));
    Term best = folded(WindowKind.MAX, w, x, out);
    Term zero = o.scalar(t, 0.0);
    Term sum = null;
    Term open = null;
    for (long[] at : places(w)) {
      Term s = padded;
      for (int i = 0; i < rank; i++) {
        s = shifted(s, i, w, at[i], out.dim(i));
      }
      Term hit = o.compare("Equal", s, best);
      if (open != null) {
        hit = o.and(hit, open);
        open = o.and(open, o.not(hit));
      } else {
        open = o.not(hit);
      }
      Term part = placed(w, o.select(hit, cotangent, zero), at, padded.shape(), zero);
      sum = sum == null ? part : o.add(sum, part);
    }
    if (sum == null) {
      return o.mul(x, zero);
    }
    Term y = sum;
    for (int i = 0; i < rank; i++) {
      if (w.low().get(i) != 0 || w.high().get(i) != 0) {
        y = o.slice(y, i, w.low().get(i), x.dim(i));
      }
    }
    return y;
  }

  private static double least(DType t) {
    return switch (t) {
      case FLOAT16 -> -65504;
      case BFLOAT16 -> -0x1.fep127;
      case FLOAT32 -> -Float.MAX_VALUE;
      case FLOAT64 -> -Double.MAX_VALUE;
      default -> -448; // of float8, beyond which neither kind has numbers
    };
  }

  private static List<long[]> places(Window w) {
    List<long[]> all = new ArrayList<>();
    all.add(new long[w.size().size()]);
    for (int i = 0; i < w.size().size(); i++) {
      List<long[]> next = new ArrayList<>();
      for (long[] p : all) {
        for (long k = 0; k < w.size().get(i); k++) {
          long[] q = p.clone();
          q[i] = k;
          next.add(q);
        }
      }
      all = next;
    }
    return all;
  }

  /** Puts one value a window back to where one place of the window lies. */
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
        new org.keras4j.core.primitive.Pad(
            LongList.of(low), LongList.of(high), LongList.of(interior)),
        values,
        zero);
  }
}
