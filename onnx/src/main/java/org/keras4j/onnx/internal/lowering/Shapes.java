package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;

/** What moves elements by their places. */
final class Shapes {
  private static final int WRITTEN_OUT = 4096; // elements that a literal may have instead of nodes

  private final OnnxOps o;

  Shapes(OnnxOps ops) {
    this.o = ops;
  }

  private List<Term> sizes(List<Term> scalars) {
    List<Term> out = new ArrayList<>();
    scalars.forEach(t -> out.add(o.sizeOf(t)));
    return out;
  }

  Term iota(Shape shape, int axis, DType dtype, List<Term> unknown) {
    if (shape.isKnown() && shape.size() <= WRITTEN_OUT) {
      NDArray a = NDArray.zeros(dtype, shape);
      long inner = shape.slice(axis + 1).size();
      for (int i = 0; i < a.size(); i++) {
        long at = i / inner % shape.dim(axis);
        if (dtype.isFloat()) {
          a.setDouble(i, at);
        } else {
          a.setLong(i, at);
        }
      }
      return o.constant(a);
    }
    List<Term> all = sizes(unknown);
    Term sizes = o.shape(shape, all);
    Term n = shape.dim(axis) >= 0 ? o.longs(shape.dim(axis)) : o.slice(sizes, 0, axis, axis + 1, 1);
    Term line = o.call(
        "Range",
        DType.INT64,
        Shape.of(shape.dim(axis)),
        o.scalar(DType.INT64, 0L),
        n.value() != null ? o.scalar(DType.INT64, shape.dim(axis)) : o.squeeze(n, 0),
        o.scalar(DType.INT64, 1L));
    line = o.cast(line, dtype);
    if (shape.rank() == 1) {
      return line;
    }
    int[] others = new int[shape.rank() - 1 - axis];
    for (int i = 0; i < others.length; i++) {
      others[i] = 1 + i;
    }
    return o.expand(o.unsqueeze(line, others), shape, sizes);
  }

  Term reshape(Term x, Shape to, List<Term> unknown) {
    if (unknown.isEmpty()) {
      return o.reshape(x, to);
    }
    return o.reshape(x, to, o.shape(to, sizes(unknown)));
  }

  Term broadcastInDim(BroadcastInDim p, Term x, List<Term> unknown) {
    Shape to = p.to();
    Term y = x;
    if (x.rank() < to.rank() && x.rank() > 0) {
      int[] added = new int[to.rank() - x.rank()];
      int n = 0;
      for (int i = 0; i < to.rank(); i++) {
        if (!p.dims().contains(i)) {
          added[n++] = i;
        }
      }
      y = o.unsqueeze(x, added);
    }
    if (y.shape().equals(to) && to.isKnown()) {
      return y;
    }
    if (!unknown.isEmpty()) {
      return o.expand(y, to, o.shape(to, sizes(unknown)));
    }
    // a 1 leaves the size that is there
    long[] d = to.toArray();
    boolean all = y.rank() == to.rank();
    for (int i = 0; i < d.length; i++) {
      boolean kept = d[i] < 0 || all && y.dim(i) == d[i];
      d[i] = kept ? 1 : d[i];
      all &= kept;
    }
    return all ? y : o.expand(y, to, o.longs(d));
  }

  Term reverse(Term x, int[] axes) {
    if (axes.length == 0) {
      return x;
    }
    long[] first = new long[axes.length];
    long[] end = new long[axes.length];
    Arrays.fill(first, -1);
    Arrays.fill(end, Long.MIN_VALUE);
    Term step = o.longs(first);
    return o.call("Slice", x.dtype(), x.shape(), x, step, o.longs(end), o.longs(axes), step);
  }

  /** Cuts out; a limit below 0 counts from the end of an axis whose size is unknown. */
  Term slice(Term x, LongList start, LongList limit, LongList stride) {
    int rank = x.rank();
    long[] d = new long[rank];
    List<long[]> cuts = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      long n = x.dim(i);
      long from = n < 0 ? start.get(i) : Math.min(start.get(i), n);
      long to = n < 0 ? limit.get(i) : Math.max(from, Math.min(limit.get(i), n));
      long step = stride.get(i);
      d[i] = n < 0 ? -1 : (to - from + step - 1) / step;
      if (from != 0 || step != 1 || (n < 0 ? to != Long.MAX_VALUE : to != n)) {
        cuts.add(new long[] {from, to, i, step});
      }
    }
    if (cuts.isEmpty()) {
      return x;
    }
    Term[] in = new Term[5];
    in[0] = x;
    for (int k = 0; k < 4; k++) {
      int at = k;
      in[k + 1] = o.longs(cuts.stream().mapToLong(c -> c[at]).toArray());
    }
    return o.call("Slice", x.dtype(), Shape.of(d), in);
  }

  Term pad(Pad p, Term x, Term value) {
    int rank = x.rank();
    Term y = x;
    for (int i = 0; i < rank; i++) {
      if (p.interior().get(i) > 0) {
        y = spread(y, i, p.interior().get(i), value);
      }
    }
    long[] low = new long[rank];
    long[] high = new long[rank];
    long[] start = new long[rank];
    long[] limit = new long[rank];
    boolean pads = false;
    for (int i = 0; i < rank; i++) {
      low[i] = Math.max(0, p.low().get(i));
      high[i] = Math.max(0, p.high().get(i));
      pads |= low[i] > 0 || high[i] > 0;
      start[i] = Math.max(0, -p.low().get(i));
      limit[i] = p.high().get(i) < 0 ? p.high().get(i) : Long.MAX_VALUE;
    }
    // padding first: what is cropped may reach into it
    if (pads) {
      y = padOnly(y, low, high, value);
    }
    for (int i = 0; i < rank; i++) {
      if (y.dim(i) >= 0 && limit[i] < 0) {
        limit[i] = Math.max(0, y.dim(i) + limit[i]);
      }
    }
    return slice(y, LongList.of(start), LongList.of(limit), LongList.repeat(1, rank));
  }

  Term padOnly(Term x, long[] low, long[] high, Term value) {
    int rank = x.rank();
    long[] pads = new long[2 * rank];
    long[] d = new long[rank];
    boolean none = true;
    for (int i = 0; i < rank; i++) {
      pads[i] = low[i];
      pads[rank + i] = high[i];
      none &= low[i] == 0 && high[i] == 0;
      d[i] = x.dim(i) < 0 ? -1 : x.dim(i) + low[i] + high[i];
    }
    return none ? x : pad(x, Shape.of(d), o.longs(pads), value);
  }

  /** Pads by a vector: what comes before each axis, then what comes after each. */
  Term pad(Term x, Shape to, Term pads, Term value) {
    DType t = Kernels.carrier("Pad", x.dtype());
    Call c = new Call("Pad").set("mode", "constant");
    return o.cast(o.call(c, t, to, o.cast(x, t), pads, o.cast(value, t)), x.dtype());
  }

  /** Puts {@code count} values between two neighbours of an axis. */
  private Term spread(Term x, int axis, long count, Term value) {
    if (x.dim(axis) == 0) {
      return x;
    }
    Term y = o.unsqueeze(x, axis + 1);
    long[] low = new long[y.rank()];
    long[] high = new long[y.rank()];
    high[axis + 1] = count;
    y = padOnly(y, low, high, value);
    List<Term> sizes = o.sizes(x, 0, x.rank());
    Term n = sizes.get(axis);
    sizes.set(
        axis,
        n.value() != null
            ? o.longs(n.value().getLong(0) * (count + 1))
            : o.mul(n, o.longs(count + 1)));
    Term z = o.reshape(y, sizes);
    long[] start = new long[x.rank()];
    long[] limit = new long[x.rank()];
    Arrays.fill(limit, Long.MAX_VALUE);
    limit[axis] = z.dim(axis) < 0 ? -count : z.dim(axis) - count;
    return slice(z, LongList.of(start), LongList.of(limit), LongList.repeat(1, x.rank()));
  }
}
