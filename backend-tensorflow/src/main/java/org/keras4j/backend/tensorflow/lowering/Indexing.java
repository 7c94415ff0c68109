package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.tensorflow.runtime.KernelCatalog;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.Take.OutOfBounds;

/** What reads and writes at places that tensors say. */
final class Indexing {
  private final TensorFlowOps o;

  Indexing(TensorFlowOps ops) {
    this.o = ops;
  }

  Term take(Term x, Term index, int axis, OutOfBounds mode, TensorSpec result) {
    Shape out = result.shape();
    DType t = index.dtype();
    Term zero = o.scalar(t, 0L);
    Term n = o.cast(o.dim(x, axis), t);
    if (x.dim(axis) == 0) { // nothing to read: only the filling is left
      Term sizes = out.isKnown() ? o.ints(out) : sizesAround(x, axis, index);
      return o.fill(sizes, out, filler(result.dtype(), mode));
    }
    Term last = o.sub(n, o.scalar(t, 1L));
    Term safe = o.max(o.min(index, last), zero);
    Term y = o.call("GatherV2", out, x.dtype(), x, safe, o.scalar(axis));
    if (mode == OutOfBounds.CLIP) {
      return y;
    }
    Term inside = o.compare("Equal", safe, index);
    int after = x.rank() - axis - 1;
    Term mask = o.reshape(inside, inside.shape().concat(ones(after)), () -> {
      List<Term> sizes = o.dims(inside, 0, inside.rank());
      sizes.addAll(java.util.Collections.nCopies(after, o.scalar(1)));
      return sizes;
    });
    return o.select(mask, y, filler(result.dtype(), mode));
  }

  private Term sizesAround(Term x, int axis, Term index) {
    List<Term> sizes = o.dims(x, 0, axis);
    sizes.addAll(o.dims(index, 0, index.rank()));
    sizes.addAll(o.dims(x, axis + 1, x.rank()));
    return o.vector(sizes);
  }

  private static Shape ones(int n) {
    long[] d = new long[n];
    java.util.Arrays.fill(d, 1);
    return Shape.of(d);
  }

  private Term filler(DType dtype, OutOfBounds mode) {
    DType t = NativeType.storage(dtype);
    if (mode == OutOfBounds.CLIP) {
      return o.scalar(t, 0L);
    }
    if (dtype == DType.INT4 || dtype == DType.UINT4) {
      return o.scalar(t, dtype == DType.INT4 ? -8L : 15L);
    }
    if (t.isFloat() || t.isComplex()) {
      return o.scalar(t, Double.NaN);
    }
    return o.constant(Extremes.of(t, !t.isSigned()));
  }

  Term gatherNd(Term x, Term index, int batch, Shape out) {
    int n = index.shape().intDim(-1);
    if (n == 0) { // every tuple means the whole of what it reads from
      return gatherNd(o.expand(x, batch), zeroColumn(index), batch, out);
    }
    Term safe = clamped(index, x, batch, n);
    if (batch == 0) {
      return o.call("GatherNd", out, x.dtype(), x, safe);
    }
    // batch axes folded into one, and its number put before each tuple
    Shape inner = index.shape().slice(batch);
    Term count = size(index, 0, batch);
    long rows = index.shape().slice(0, batch).size();
    Term flatX = o.reshape(
        x, Shape.of(rows).concat(x.shape().slice(batch)), () -> prefixed(count, x, batch));
    Term flatI = o.reshape(safe, Shape.of(rows).concat(inner), () -> prefixed(count, safe, batch));
    Shape lead = Shape.of(rows).concat(inner.with(-1, 1));
    Term number = o.call("Range", Shape.of(rows), DType.INT32, o.scalar(0), count, o.scalar(1));
    Term column = o.cast(number, index.dtype());
    for (int i = 1; i < lead.rank(); i++) {
      column = o.expand(column, i);
    }
    List<Term> sizes = new ArrayList<>();
    if (!lead.isKnown()) {
      sizes.addAll(o.dims(flatI, 0, flatI.rank() - 1));
      sizes.add(o.scalar(1));
    }
    column = o.broadcastTo(column, lead, lead.isKnown() ? o.ints(lead) : o.pack(sizes));
    Term tuples = o.concat(List.of(column, flatI), lead.rank() - 1);
    Shape flatOut = Shape.of(rows).concat(out.slice(batch));
    Term y = o.call("GatherNd", flatOut, x.dtype(), flatX, tuples);
    return o.reshape(y, out, () -> {
      List<Term> d = o.dims(index, 0, index.rank() - 1);
      d.addAll(o.dims(x, batch + n, x.rank()));
      return d;
    });
  }

  private List<Term> prefixed(Term first, Term x, int from) {
    List<Term> sizes = new ArrayList<>();
    sizes.add(first);
    sizes.addAll(o.dims(x, from, x.rank()));
    return sizes;
  }

  /** The product of some sizes as an int32 scalar. */
  private Term size(Term x, int from, int to) {
    Term n = o.scalar(1);
    long known = x.shape().slice(from, to).size();
    if (known >= 0) {
      return o.scalar(Math.toIntExact(known));
    }
    for (Term d : o.dims(x, from, to)) {
      n = o.mul(n, d);
    }
    return n;
  }

  private Term zeroColumn(Term index) {
    Shape s = index.shape().with(-1, 1);
    List<Term> sizes = new ArrayList<>();
    if (!s.isKnown()) {
      sizes.addAll(o.dims(index, 0, index.rank() - 1));
      sizes.add(o.scalar(1));
    }
    return o.fill(s.isKnown() ? o.ints(s) : o.pack(sizes), s, o.scalar(index.dtype(), 0L));
  }

  private Term clamped(Term index, Term x, int batch, int n) {
    Term limits = o.sub(
        o.cast(o.vector(o.dims(x, batch, batch + n)), index.dtype()), o.scalar(index.dtype(), 1L));
    return o.max(o.min(index, limits), o.scalar(index.dtype(), 0L));
  }

  Term scatterNd(ScatterKind kind, Term x, Term index, Term updates) {
    int n = index.shape().intDim(-1);
    if (n == 0) {
      Term y = scatterNd(kind, o.expand(x, 0), zeroColumn(index), updates);
      return o.reshape(y, x.shape(), () -> o.dims(x, 0, x.rank()));
    }
    if (index.rank() == 1) { // the kernels want a list of tuples
      return scatterNd(kind, x, o.expand(index, 0), o.expand(updates, 0));
    }
    if (x.shape().size() == 0) {
      return x;
    }
    if (kind == ScatterKind.MUL) {
      return o.mul(x, segments("UnsortedSegmentProd", x, index, updates, n));
    }
    if (kind == ScatterKind.ADD && isDense(x.shape(), updates.shape())) {
      return o.add(x, segments("UnsortedSegmentSum", x, index, updates, n));
    }
    String op = switch (kind) {
      case SET -> "TensorScatterUpdate";
      case ADD -> "TensorScatterAdd";
      case MIN -> "TensorScatterMin";
      default -> "TensorScatterMax";
    };
    if (x.dtype().isFloat() && (kind == ScatterKind.MIN || kind == ScatterKind.MAX)) {
      return extremeOfFloats(op, x, index, updates);
    }
    return scattered(op, x, index, updates);
  }

  // the kernels lose a NaN that comes after a number
  private Term extremeOfFloats(String op, Term x, Term index, Term updates) {
    Term y = scattered(op, x, index, updates);
    Term none = scattered(
        "TensorScatterMax",
        o.cast(o.compare("NotEqual", x, x), DType.INT32),
        index,
        o.cast(o.compare("NotEqual", updates, updates), DType.INT32));
    Term any = o.compare("NotEqual", none, o.scalar(DType.INT32, 0L));
    return o.select(any, o.scalar(x.dtype(), Double.NaN), y);
  }

  private Term scattered(String op, Term x, Term index, Term updates) {
    DType c = KernelCatalog.carrier(op, "T", x.dtype());
    OpCall call = new OpCall(op).text("bad_indices_policy", "IGNORE");
    return o.cast(o.call(call, x.shape(), c, o.cast(x, c), index, o.cast(updates, c)), x.dtype());
  }

  // sums over segments take half the time of adding slice by slice, but write all places
  private static boolean isDense(Shape x, Shape updates) {
    return x.isKnown() && updates.isKnown() && updates.size() >= x.size();
  }

  // sums or products of the updates of each place, as segments of the flattened places
  private Term segments(String op, Term x, Term index, Term updates, int n) {
    DType t = x.dtype();
    Term places = size(x, 0, n);
    Term sizes = o.cast(o.vector(o.dims(x, 0, n)), index.dtype());
    Term zero = o.scalar(index.dtype(), 0L);
    int last = index.rank() - 1;
    Term inside = o.and(o.compare("GreaterEqual", index, zero), o.compare("Less", index, sizes));
    Term flat = index;
    if (n > 1) {
      OpCall strideCall = new OpCall("Cumprod").flag("exclusive", true).flag("reverse", true);
      Term strides = o.call(strideCall, sizes.shape(), sizes.dtype(), sizes, o.scalar(0));
      flat = o.mul(index, strides);
    }
    inside = o.reduce("All", inside, false, last);
    flat = o.reduce("Sum", flat, false, last);
    Term segment =
        o.select(inside, flat, o.scalar(index.dtype(), -1L)); // negative ones are dropped
    DType c = KernelCatalog.carrier(op, "T", t);
    long known = x.shape().slice(0, n).size();
    Shape s = Shape.of(known).concat(x.shape().slice(n));
    Term all = o.call(op, s, c, o.cast(updates, c), segment, places);
    return o.reshape(o.cast(all, t), x.shape(), () -> o.dims(x, 0, x.rank()));
  }

  Term dynamicSlice(Term x, Term start, LongList sizes) {
    Shape s = Shape.of(sizes.toArray());
    if (x.rank() == 0) {
      return x;
    }
    return o.call("Slice", s, x.dtype(), x, fitting(x, start, o.ints(s)), o.ints(s));
  }

  private Term fitting(Term x, Term start, Term sizes) {
    Term most = o.sub(o.shapeOf(x), sizes);
    return o.max(o.min(start, most), o.scalar(0));
  }

  Term dynamicUpdateSlice(Term x, Term update, Term start) {
    if (x.rank() == 0) {
      return update;
    }
    Term sizes = o.shapeOf(update);
    Term begin = fitting(x, start, sizes);
    int[] ones = new int[x.rank()];
    java.util.Arrays.fill(ones, 1);
    DType c = KernelCatalog.carrier("TensorStridedSliceUpdate", "T", x.dtype());
    return o.cast(
        o.call(
            "TensorStridedSliceUpdate",
            x.shape(),
            c,
            o.cast(x, c),
            begin,
            o.add(begin, sizes),
            o.ints(ones),
            o.cast(update, c)),
        x.dtype());
  }
}
