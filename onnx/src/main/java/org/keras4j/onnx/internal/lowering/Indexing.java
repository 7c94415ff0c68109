package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.Take.OutOfBounds;

/** What reads and writes at places that tensors say. */
final class Indexing {
  private final OnnxOps o;

  Indexing(OnnxOps ops) {
    this.o = ops;
  }

  private static boolean isWithin(Term index, long n) {
    NDArray v = index.value();
    if (v == null || n < 0) {
      return false;
    }
    for (int i = 0; i < v.size(); i++) {
      if (v.getLong(i) < 0 || v.getLong(i) >= n) {
        return false;
      }
    }
    return true;
  }

  Term take(Term x, Term index, int axis, OutOfBounds mode, TensorSpec result) {
    if (x.dim(axis) == 0) { // nothing to read: only the filling is left
      List<Term> sizes = o.sizes(x, 0, axis);
      sizes.addAll(o.sizes(index, 0, index.rank()));
      sizes.addAll(o.sizes(x, axis + 1, x.rank()));
      return o.expand(filler(result.dtype(), mode), result.shape(), o.vector(sizes));
    }
    if (isWithin(index, x.dim(axis))) {
      return gathered(x, index, axis);
    }
    Term last;
    if (x.dim(axis) >= 0) {
      last = o.scalar(index.dtype(), x.dim(axis) - 1);
    } else {
      last = o.sub(o.cast(o.dim(x, axis), index.dtype()), o.scalar(index.dtype(), 1L));
    }
    Term safe = o.max(o.min(index, last), o.scalar(index.dtype(), 0L));
    Term y = gathered(x, safe, axis);
    if (mode == OutOfBounds.CLIP) {
      return y;
    }
    Term inside = o.compare("Equal", safe, index);
    int after = x.rank() - axis - 1;
    return new Elementwise(o).select(trailing(inside, after), y, filler(result.dtype(), mode));
  }

  private Term gathered(Term x, Term index, int axis) {
    DType t = Kernels.carrier("Gather", x.dtype());
    return o.cast(o.gather(o.cast(x, t), index, axis), x.dtype());
  }

  private Term trailing(Term x, int count) {
    int[] axes = new int[count];
    for (int i = 0; i < count; i++) {
      axes[i] = x.rank() + i;
    }
    return o.unsqueeze(x, axes);
  }

  private Term filler(DType dtype, OutOfBounds mode) {
    DType t = Types.stored(dtype);
    if (mode == OutOfBounds.CLIP) {
      return o.scalar(t, 0L);
    }
    if (dtype == DType.INT4 || dtype == DType.UINT4) {
      return o.scalar(t, dtype == DType.INT4 ? -8L : 15L);
    }
    return t.isFloat() ? o.scalar(t, Double.NaN) : o.constant(Types.extreme(t, !t.isSigned()));
  }

  Term gatherNd(Term x, Term index, int batch, Shape out) {
    int n = index.shape().intDim(-1);
    if (n == 0) { // every tuple means the whole of what it reads from
      return gatherNd(o.unsqueeze(x, batch), zeroColumn(index), batch, out);
    }
    Term safe = o.cast(index, DType.INT64);
    Term limits = o.sub(o.vector(o.sizes(x, batch, batch + n)), o.longs(1));
    safe = o.max(o.min(safe, limits), o.longs(0));
    Call c = new Call("GatherND").set("batch_dims", (long) batch);
    DType t = Kernels.carrier("GatherND", x.dtype());
    return o.cast(o.call(c, t, out, o.cast(x, t), safe), x.dtype());
  }

  private Term zeroColumn(Term index) {
    List<Term> sizes = o.sizes(index, 0, index.rank() - 1);
    sizes.add(o.longs(1));
    return o.expand(o.scalar(DType.INT64, 0L), index.shape().with(-1, 1), o.vector(sizes));
  }

  Term scatterNd(ScatterKind kind, Term x, Term index, Term updates) {
    int n = index.shape().intDim(-1);
    if (x.shape().size() == 0 || updates.shape().size() == 0) {
      return x;
    }
    if (n == 0) {
      Term y = scatterNd(kind, o.unsqueeze(x, 0), zeroColumn(index), updates);
      return o.squeeze(y, 0);
    }
    if (index.rank() == 1) {
      return scatterNd(kind, x, o.unsqueeze(index, 0), o.unsqueeze(updates, 0));
    }
    if (x.dtype().isBool() && kind != ScatterKind.SET) {
      DType t = DType.INT32;
      return o.cast(scatterNd(kind, o.cast(x, t), index, o.cast(updates, t)), x.dtype());
    }
    boolean small = x.dtype().size() < 4;
    if (small && kind != ScatterKind.SET) {
      DType t = x.dtype().isFloat() ? DType.FLOAT32 : DType.INT32;
      return o.cast(scatterNd(kind, o.cast(x, t), index, o.cast(updates, t)), x.dtype());
    }
    Term places = o.cast(index, DType.INT64);
    Term sizes = o.vector(o.sizes(x, 0, n));
    Term inside =
        o.and(o.compare("GreaterOrEqual", places, o.longs(0)), o.compare("Less", places, sizes));
    Term all = o.cast(
        o.reduce("ReduceMin", o.cast(inside, DType.INT32), false, index.rank() - 1), DType.BOOL);
    Term safe = o.select(inside, places, o.longs(0));
    Term within = trailing(all, updates.rank() - all.rank());
    if (kind == ScatterKind.SET) {
      return set(x, safe, o.unsqueeze(all, all.rank()), updates);
    }
    DType t = x.dtype();
    Term neutral = switch (kind) {
      case MUL -> o.scalar(t, 1L);
      case MAX -> o.constant(Types.extreme(t, false));
      case MIN -> o.constant(Types.extreme(t, true));
      default -> o.scalar(t, 0L);
    };
    String fold = switch (kind) {
      case ADD -> "add";
      case MUL -> "mul";
      case MAX -> "max";
      default -> "min";
    };
    Call c = new Call("ScatterND").set("reduction", fold);
    return o.call(c, t, x.shape(), x, safe, o.select(within, updates, neutral));
  }

  // tuples out of bounds write to a row more, which is cut off again
  private Term set(Term x, Term safe, Term all, Term updates) {
    DType t = Kernels.carrier("ScatterND", x.dtype());
    Term first = o.slice(safe, safe.rank() - 1, 0, 1, 1);
    Term rest = o.slice(safe, safe.rank() - 1, 1, Long.MAX_VALUE, 1);
    Term row = o.select(all, first, o.size(x, 0));
    Term places = safe.shape().last() == 1 ? row : o.concat(List.of(row, rest), safe.rank() - 1);
    long[] none = new long[x.rank()];
    long[] one = new long[x.rank()];
    one[0] = 1;
    Term wide = new Shapes(o).padOnly(x, none, one, o.cast(o.scalar(DType.INT32, 0L), x.dtype()));
    Term y = o.call("ScatterND", t, wide.shape(), o.cast(wide, t), places, o.cast(updates, t));
    Term cut = x.dim(0) >= 0
        ? o.slice(y, 0, 0, x.dim(0), 1)
        : o.call("Slice", t, x.shape(), y, o.longs(0), o.longs(-1), o.longs(0), o.longs(1));
    return o.cast(cut, x.dtype());
  }

  private Term fitting(Term x, Term start, Term sizes) {
    Term shape = o.shapeOf(x);
    Term most;
    if (shape.value() != null && sizes.value() != null) {
      long[] a = shape.value().toLongArray();
      for (int i = 0; i < a.length; i++) {
        a[i] -= sizes.value().getLong(i);
      }
      most = o.longs(a);
    } else {
      most = o.sub(shape, sizes);
    }
    return o.max(o.min(o.cast(start, DType.INT64), most), o.longs(0));
  }

  Term dynamicSlice(Term x, Term start, LongList sizes) {
    if (x.rank() == 0) {
      return x;
    }
    Term s = o.longs(sizes.toArray());
    Term begin = fitting(x, start, s);
    int[] axes = new int[x.rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i;
    }
    Shape out = Shape.of(sizes.toArray());
    return o.call("Slice", x.dtype(), out, x, begin, o.add(begin, s), o.longs(axes));
  }

  // the block and a mask of it, each amid padding
  Term dynamicUpdateSlice(Term x, Term update, Term start) {
    if (x.rank() == 0) {
      return update;
    }
    Term sizes = o.shapeOf(update);
    Term begin = fitting(x, start, sizes);
    Term after = o.sub(o.sub(o.shapeOf(x), sizes), begin);
    List<Term> both = new ArrayList<>(List.of(begin, after));
    Term pads = o.concat(both, 0);
    Shapes shapes = new Shapes(o);
    Term ones = o.expand(o.constant(NDArray.of(new boolean[] {true}, 1)), update.shape(), sizes);
    Term mask = shapes.pad(ones, x.shape(), pads, o.constant(NDArray.scalar(DType.BOOL, 0L)));
    Term block = shapes.pad(update, x.shape(), pads, o.cast(o.scalar(DType.INT32, 0L), x.dtype()));
    return new Elementwise(o).select(mask, block, x);
  }
}
