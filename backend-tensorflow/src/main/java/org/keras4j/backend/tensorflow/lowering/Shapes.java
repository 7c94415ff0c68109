package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.keras4j.backend.tensorflow.runtime.KernelCatalog;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;

/** What moves elements by their places. */
final class Shapes {
  // the ranks up to which TensorFlow has kernels
  private static final int MOST_SLICED = 8;
  private static final int MOST_PADDED = 6;

  private final TensorFlowOps o;

  Shapes(TensorFlowOps ops) {
    this.o = ops;
  }

  Term iota(Shape shape, int axis, DType dtype, List<Term> sizes) {
    Term all = sizes(shape, sizes);
    Term n = shape.dim(axis) >= 0 ? o.scalar(shape.intDim(axis)) : o.row(all, o.scalar(axis));
    DType counted = dtype == DType.INT64 || dtype == DType.FLOAT64 ? dtype : DType.INT32;
    Shape line = Shape.of(shape.dim(axis));
    Term count = o.call(
        "Range", line, counted, o.scalar(counted, 0L), o.cast(n, counted), o.scalar(counted, 1L));
    count = o.cast(count, dtype);
    if (shape.rank() == 1) {
      return count;
    }
    long[] d = new long[shape.rank()];
    Arrays.fill(d, 1);
    d[axis] = shape.dim(axis);
    return o.broadcastTo(o.reshape(count, Shape.of(d)), shape, all);
  }

  /** A shape whose unknown dimensions are given, as an int32 vector. */
  private Term sizes(Shape shape, List<Term> unknown) {
    if (shape.isKnown()) {
      return o.ints(shape);
    }
    List<Term> all = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < shape.rank(); i++) {
      all.add(shape.dim(i) >= 0 ? o.scalar(shape.intDim(i)) : unknown.get(next++));
    }
    return o.pack(all);
  }

  Term reshape(Term x, Shape to, List<Term> unknown) {
    if (to.isKnown() || unknown.isEmpty()) {
      return x.shape().equals(to) && to.isKnown()
          ? x
          : o.call("Reshape", to, x.dtype(), x, o.ints(to));
    }
    return o.call("Reshape", to, x.dtype(), x, sizes(to, unknown));
  }

  Term broadcastInDim(BroadcastInDim p, Term x, List<Term> unknown) {
    Shape to = p.to();
    Term all;
    if (to.isKnown() || !unknown.isEmpty()) {
      all = sizes(to, unknown);
    } else {
      List<Term> from = new ArrayList<>();
      for (int i = 0; i < to.rank(); i++) {
        if (to.dim(i) < 0) {
          from.add(o.dim(x, p.dims().indexOf(i)));
        }
      }
      all = sizes(to, from);
    }
    Term y = x;
    if (x.rank() > 0 && x.rank() < to.rank()) {
      long[] d = new long[to.rank()];
      for (int i = 0; i < d.length; i++) {
        int at = p.dims().indexOf(i);
        d[i] = at < 0 ? 1 : x.dim(at);
      }
      y = o.reshape(x, Shape.of(d), () -> {
        List<Term> aligned = new ArrayList<>();
        for (int i = 0; i < to.rank(); i++) {
          int at = p.dims().indexOf(i);
          aligned.add(at < 0 ? o.scalar(1) : o.dim(x, at));
        }
        return aligned;
      });
    }
    return y.shape().equals(to) && to.isKnown() ? y : o.broadcastTo(y, to, all);
  }

  Term reverse(Term x, int[] axes) {
    if (axes.length == 0) {
      return x;
    }
    DType c = KernelCatalog.carrier("ReverseV2", "T", x.dtype());
    if (x.rank() <= MOST_SLICED) {
      return o.cast(o.call("ReverseV2", x.shape(), c, o.cast(x, c), o.ints(axes)), x.dtype());
    }
    Term y = x;
    for (int axis : axes) {
      y = alongAxis(y, axis, y.dim(axis), z -> reverse(z, new int[] {1}));
    }
    return y;
  }

  /** Cuts out; a limit below 0 counts from the end of an axis whose size is unknown. */
  Term slice(Term x, LongList start, LongList limit, LongList stride) {
    int rank = x.rank();
    if (rank > MOST_SLICED) {
      Term y = x;
      for (int i = 0; i < rank; i++) {
        long n = y.dim(i);
        long end = Math.min(limit.get(i), n < 0 ? Long.MAX_VALUE : n);
        if (start.get(i) != 0 || end != n || stride.get(i) != 1) {
          long out = n < 0 ? -1 : extent(start.get(i), end, stride.get(i));
          long b = start.get(i);
          long s = stride.get(i);
          y = alongAxis(
              y,
              i,
              out,
              z -> slice(
                  z,
                  LongList.of(0, b, 0),
                  LongList.of(Long.MAX_VALUE, end, Long.MAX_VALUE),
                  LongList.of(1, s, 1)));
        }
      }
      return y;
    }
    int[] begin = new int[rank];
    int[] end = new int[rank];
    int[] step = new int[rank];
    long[] d = new long[rank];
    boolean steps = false;
    boolean all = true;
    for (int i = 0; i < rank; i++) {
      long n = x.dim(i);
      long to = Math.min(limit.get(i), n < 0 ? Integer.MAX_VALUE : n);
      begin[i] = Math.toIntExact(Math.min(start.get(i), n < 0 ? Integer.MAX_VALUE : n));
      end[i] = Math.toIntExact(n < 0 && to < 0 ? to : Math.max(to, begin[i]));
      step[i] = Math.toIntExact(Math.min(stride.get(i), Integer.MAX_VALUE));
      d[i] = n < 0 ? -1 : extent(begin[i], end[i], step[i]);
      // in files all of an axis of unknown size is a size of -1, which TensorFlow Lite's converter
      // knows
      boolean whole = o.target().isSaved() && begin[i] == 0 && to >= Integer.MAX_VALUE;
      steps |= step[i] != 1 || n < 0 && !whole;
      all &= begin[i] == 0 && end[i] == n && step[i] == 1;
    }
    if (all) {
      return x;
    }
    Shape s = Shape.of(d);
    if (steps) {
      return o.call("StridedSlice", s, x.dtype(), x, o.ints(begin), o.ints(end), o.ints(step));
    }
    return o.call("Slice", s, x.dtype(), x, o.ints(begin), o.ints(s));
  }

  static long extent(long start, long end, long stride) {
    return Math.max(0, (end - start + stride - 1) / stride);
  }

  /** What is done along one axis of a tensor of any rank, done on the middle one of three axes. */
  private Term alongAxis(Term x, int axis, long result, UnaryOperator<Term> f) {
    Shape s = x.shape();
    long before = s.slice(0, axis).size();
    long after = s.slice(axis + 1).size();
    Term three = o.reshape(x, Shape.of(before, s.dim(axis), after));
    return o.reshape(f.apply(three), s.with(axis, result));
  }

  Term pad(Pad p, Term x, Term value) {
    int rank = x.rank();
    Term y = x;
    for (int i = 0; i < rank; i++) {
      if (p.interior().get(i) > 0) {
        y = spread(y, i, p.interior().get(i), value);
      }
    }
    boolean crops = false;
    boolean pads = false;
    long[] start = new long[rank];
    long[] limit = new long[rank];
    long[] low = new long[rank];
    long[] high = new long[rank];
    for (int i = 0; i < rank; i++) {
      low[i] = Math.max(0, p.low().get(i));
      high[i] = Math.max(0, p.high().get(i));
      start[i] = Math.max(0, -p.low().get(i));
      crops |= start[i] > 0 || p.high().get(i) < 0;
      pads |= low[i] > 0 || high[i] > 0;
    }
    // padding first: what is cropped may reach into it
    if (pads) {
      y = padOnly(y, low, high, value);
    }
    if (!crops) {
      return y;
    }
    for (int i = 0; i < rank; i++) {
      long off = Math.max(0, -p.high().get(i));
      if (start[i] > 0 || off > 0) {
        y = crop(y, i, start[i], off);
      }
    }
    return y;
  }

  private Term crop(Term x, int axis, long low, long high) {
    long n = x.dim(axis);
    if (n >= 0) {
      return o.slice(x, axis, low, n - low - high);
    }
    int[] begin = new int[x.rank()];
    int[] end = new int[x.rank()];
    int[] step = new int[x.rank()];
    Arrays.fill(step, 1);
    begin[axis] = (int) low;
    end[axis] = (int) -high;
    int all = ~(1 << axis) & ((1 << x.rank()) - 1);
    OpCall call = new OpCall("StridedSlice")
        .number("begin_mask", all)
        .number("end_mask", high == 0 ? all | 1 << axis : all);
    return o.call(call, x.shape(), x.dtype(), x, o.ints(begin), o.ints(end), o.ints(step));
  }

  Term padOnly(Term x, long[] low, long[] high, Term value) {
    int rank = x.rank();
    int[] paddings = new int[2 * rank];
    long[] d = new long[rank];
    for (int i = 0; i < rank; i++) {
      paddings[2 * i] = Math.toIntExact(low[i]);
      paddings[2 * i + 1] = Math.toIntExact(high[i]);
      d[i] = x.dim(i) < 0 ? -1 : x.dim(i) + low[i] + high[i];
    }
    if (rank > MOST_PADDED) {
      Term y = x;
      for (int i = 0; i < rank; i++) {
        if (low[i] > 0 || high[i] > 0) {
          long[] l = {0, low[i], 0};
          long[] h = {0, high[i], 0};
          y = alongAxis(y, i, d[i], z -> padOnly(z, l, h, value));
        }
      }
      return y;
    }
    DType c = KernelCatalog.carrier("PadV2", "T", x.dtype());
    Term at = o.constant(NDArray.of(paddings, rank, 2));
    return o.cast(o.call("PadV2", Shape.of(d), c, o.cast(x, c), at, o.cast(value, c)), x.dtype());
  }

  /** Puts {@code count} values between two neighbours of an axis. */
  private Term spread(Term x, int axis, long count, Term value) {
    Shape s = x.shape();
    if (s.dim(axis) == 0) {
      return x;
    }
    Shape wide = s.insert(axis + 1, 1);
    Term y = o.expand(x, axis + 1);
    long[] low = new long[wide.rank()];
    long[] high = new long[wide.rank()];
    high[axis + 1] = count;
    y = padOnly(y, low, high, value);
    long n = s.dim(axis);
    Shape merged = s.with(axis, n < 0 ? -1 : n * (count + 1));
    Term z = o.reshape(y, merged, () -> {
      List<Term> sizes = o.dims(x, 0, s.rank());
      sizes.set(axis, o.mul(sizes.get(axis), o.scalar(Math.toIntExact(count + 1))));
      return sizes;
    });
    return crop(z, axis, 0, count);
  }
}
