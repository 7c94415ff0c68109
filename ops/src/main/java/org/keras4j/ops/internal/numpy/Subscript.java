package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.types.Index;

/** NumPy's indexing: first slices, integers and new axes, then what index tensors pick. */
final class Subscript {
  private Subscript() {}

  static Tensor of(Tensor x, List<Object> key) {
    List<Object> keys = expanded(x, key);
    boolean picks = keys.stream().anyMatch(k -> k instanceof Tensor);
    List<@Nullable Tensor> picked = new ArrayList<>(); // one entry an axis
    Tensor t = x;
    for (Object k : keys) {
      int axis = picked.size();
      if (k == Index.NEW_AXIS) {
        t = Prims.expandDims(t, axis);
        picked.add(null);
      } else if (k instanceof Boolean taken) { // a new axis that has its one element or none
        t = Prims.slice(Prims.expandDims(t, axis), axis, 0, taken ? 1 : 0);
        picked.add(null);
      } else if (k instanceof Index s) {
        t = part(t, s, axis);
        picked.add(null);
      } else if (k instanceof Tensor i) {
        picked.add(Indices.wrapped(i, Prims.dimSize(t, axis)));
      } else {
        long i = ((Number) k).longValue();
        checkBounds(t, i, axis);
        if (picks) {
          Tensor one = Prims.scalar(DType.INT32, i);
          picked.add(Indices.wrapped(one, Prims.dimSize(t, axis)));
        } else {
          t = one(t, i, axis);
        }
      }
    }
    return picks ? gathered(t, picked) : t;
  }

  /** The key with masks as index tensors, and an entry for each axis. */
  private static List<Object> expanded(Tensor x, List<Object> key) {
    List<Object> keys = new ArrayList<>();
    int dots = -1;
    int used = 0;
    for (Object k : key) {
      if (k == Index.ELLIPSIS) {
        if (dots >= 0) {
          throw new IllegalArgumentException("only one ellipsis is allowed, got " + key);
        }
        dots = keys.size();
      } else if (k == null || k == Index.NEW_AXIS) {
        keys.add(Index.NEW_AXIS);
      } else if (k instanceof Index || k instanceof Integer || k instanceof Long) {
        keys.add(k);
        used++;
      } else {
        List<Tensor> indices;
        if (k instanceof Boolean || isScalarMask(k)) {
          keys.add(scalarMask(k, key));
          continue;
        }
        if (ArrayLike.spec(k).dtype().isBool()) {
          indices = places(k instanceof Variable v ? ArrayLike.tensor(v) : k);
        } else {
          indices = List.of(Indices.integers(ArrayLike.tensor(k)));
        }
        keys.addAll(indices);
        used += indices.size();
      }
    }
    if (used > x.rank()) {
      throw new IllegalArgumentException(
          "got " + used + " indices for a tensor of shape " + x.shape());
    }
    int at = dots < 0 ? keys.size() : dots;
    for (int i = used; i < x.rank(); i++) {
      keys.add(at, Index.ALL);
    }
    return keys;
  }

  private static boolean isScalarMask(Object k) {
    TensorSpec s = ArrayLike.spec(k);
    return s.dtype().isBool() && s.shape().rank() == 0;
  }

  // a mask over no axis
  private static boolean scalarMask(Object mask, List<Object> key) {
    long others = key.stream()
        .filter(
            k -> !(k == null || k == Index.NEW_AXIS || k == Index.ELLIPSIS || k instanceof Index))
        .count();
    if (others > 1) {
      throw new IllegalArgumentException(
          "a single bool stands beside slices and new axes only, got " + key);
    }
    return mask instanceof Boolean b ? b : held(mask).getBoolean(0);
  }

  /** The places where a mask is true, one vector an axis. */
  private static List<Tensor> places(Object mask) {
    NDArray m = held(mask);
    List<int[]> found = new ArrayList<>();
    for (int i = 0; i < m.size(); i++) {
      if (m.getBoolean(i)) {
        int[] place = new int[m.rank()];
        int rest = i;
        for (int a = place.length - 1; a >= 0; a--) {
          int d = m.shape().intDim(a);
          place[a] = rest % d;
          rest /= d;
        }
        found.add(place);
      }
    }
    List<Tensor> out = new ArrayList<>();
    for (int a = 0; a < m.rank(); a++) {
      int axis = a;
      int[] along = found.stream().mapToInt(p -> p[axis]).toArray();
      out.add(ArrayLike.tensor(NDArray.of(along, along.length)));
    }
    return out;
  }

  private static NDArray held(Object mask) {
    if (mask instanceof Tensor && !(mask instanceof EagerTensor)) {
      throw new IllegalArgumentException(
          "how many elements a mask picks is known only where it holds numbers; use where");
    }
    return mask instanceof EagerTensor t ? t.toNDArray() : NDArray.from(mask);
  }

  private static void checkBounds(Tensor t, long i, int axis) {
    long n = t.shape().dim(axis);
    if (n >= 0 && (i >= n || i < -n)) {
      throw new IllegalArgumentException(
          "index " + i + " is out of bounds for axis " + axis + " of shape " + t.shape());
    }
  }

  private static Tensor one(Tensor t, long i, int axis) {
    long n = t.shape().dim(axis);
    Tensor slice;
    if (n < 0 && i < 0) {
      slice = Prims.slice(Prims.reverse(t, axis), axis, -1 - i, -i);
    } else {
      long at = i < 0 ? i + n : i;
      slice = Prims.slice(t, axis, at, at + 1);
    }
    List<Object> sizes = new ArrayList<>();
    for (int k = 0; k < t.rank(); k++) {
      if (k != axis) {
        long d = t.shape().dim(k);
        sizes.add(d >= 0 ? (Object) d : Prims.dimSize(t, k));
      }
    }
    return Sizes.reshape(slice, sizes);
  }

  /** Gathers along the picked axes; what they pick comes in the place of the first if they adjoin, else first. */
  private static Tensor gathered(Tensor t, List<@Nullable Tensor> picked) {
    List<Integer> axes = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    Tensor common = null; // has the shape that all broadcast to
    boolean wide = false;
    for (int i = 0; i < picked.size(); i++) {
      Tensor p = picked.get(i);
      (p == null ? others : axes).add(i);
      if (p != null) {
        wide |= p.dtype() == DType.INT64;
      }
    }
    int first = axes.get(0);
    if (axes.size() == 1) {
      return Prims.take(t, picked.get(first), first);
    }
    DType type = wide ? DType.INT64 : DType.INT32;
    for (int i : axes) {
      Tensor p = Prims.convert(picked.get(i), type);
      common = common == null ? p : Prims.add(common, p);
    }
    List<Tensor> columns = new ArrayList<>();
    for (int i : axes) {
      Tensor p = Prims.convert(picked.get(i), type);
      columns.add(Prims.expandDims(Prims.broadcastLike(p, Objects.requireNonNull(common)), -1));
    }
    List<Integer> order = new ArrayList<>(axes);
    order.addAll(others);
    Tensor front = Prims.transpose(t, order.stream().mapToInt(i -> i).toArray());
    Tensor out = Prims.gatherNd(front, Prims.concat(columns, -1), 0);
    boolean adjoin = axes.get(axes.size() - 1) - first == axes.size() - 1;
    if (!adjoin || first == 0) {
      return out;
    }
    int m = Objects.requireNonNull(common).rank();
    int[] move = IntList.range(0, out.rank()).toArray();
    for (int i = 0; i < first; i++) {
      move[i] = m + i;
    }
    for (int i = 0; i < m; i++) {
      move[first + i] = i;
    }
    return Prims.transpose(out, move);
  }

  private static Tensor part(Tensor t, Index s, int axis) {
    int step = s.step() == null ? 1 : s.step();
    long n = t.shape().dim(axis);
    boolean fromEnd =
        step < 0 || (s.start() != null && s.start() < 0) || (s.stop() != null && s.stop() < 0);
    if (n < 0 && fromEnd) {
      return partOfUnknown(t, s, axis);
    }
    if (step < 0) {
      // the same part of the reversed axis
      Integer start = s.start() == null ? null : (int) (n - 1 - bound(s.start(), n, -1, n - 1));
      Integer stop = s.stop() == null ? null : (int) (n - 1 - bound(s.stop(), n, -1, n - 1));
      return part(Prims.reverse(t, axis), new Index(start, stop, -step), axis);
    }
    long from = s.start() == null ? 0 : bound(s.start(), n, 0, n < 0 ? Long.MAX_VALUE : n);
    long to = s.stop() == null ? Long.MAX_VALUE : bound(s.stop(), n, 0, Long.MAX_VALUE);
    return from == 0 && to == Long.MAX_VALUE && step == 1
        ? t
        : Prims.slice(t, axis, from, Math.max(from, to), step);
  }

  private static long bound(long i, long n, long low, long high) {
    return Math.min(high, Math.max(low, i < 0 ? i + n : i));
  }

  // counted from an end that is known at run time only
  private static Tensor partOfUnknown(Tensor t, Index s, int axis) {
    int step = s.step() == null ? 1 : s.step();
    Tensor n = Prims.dimSize(t, axis);
    Tensor start = edge(s.start(), n, step > 0 ? null : -1);
    Tensor stop = edge(s.stop(), n, step > 0 ? Integer.MAX_VALUE : null);
    Tensor zero = Prims.scalar(DType.INT32, 0L);
    Tensor one = Prims.scalar(DType.INT32, 1L);
    Tensor low = step > 0 ? zero : Prims.scalar(DType.INT32, -1L);
    Tensor high = step > 0 ? n : Prims.sub(n, one);
    start = Prims.min(Prims.max(start, low), high);
    stop = s.stop() == null && step < 0 ? low : Prims.min(Prims.max(stop, low), high);
    Tensor by = Prims.scalar(DType.INT32, (long) Math.abs(step));
    Tensor span = step > 0 ? Prims.sub(stop, start) : Prims.sub(start, stop);
    Tensor many = Prims.max(zero, Prims.div(Prims.add(span, Prims.sub(by, one)), by));
    Tensor i = Prims.mul(Sizes.count(many), Prims.scalar(DType.INT32, (long) step));
    return Prims.take(t, Prims.add(i, start), axis);
  }

  private static Tensor edge(@Nullable Integer i, Tensor n, @Nullable Integer without) {
    if (i == null) {
      return without == null
          ? Prims.scalar(DType.INT32, 0L)
          : without < 0 ? Prims.sub(n, Prims.scalar(DType.INT32, 1L)) : n;
    }
    Tensor v = Prims.scalar(DType.INT32, (long) i);
    return i < 0 ? Prims.add(n, v) : v;
  }
}
