package org.keras4j.ops.internal.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Concat;
import org.keras4j.core.primitive.DynamicSlice;
import org.keras4j.core.primitive.DynamicUpdateSlice;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Reverse;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Gradient rules of primitives that move elements without looking at values. */
final class ShapeVjp {
  private ShapeVjp() {}

  static List<@Nullable Tensor> reshape(ReshapeTo p, Vjp.Site s) {
    return s.give(Adjoint.reshapeLike(s.ct(), s.in(0)));
  }

  static List<@Nullable Tensor> broadcastInDim(BroadcastInDim p, Vjp.Site s) {
    Tensor x = s.in(0);
    Shape to = p.to();
    List<Integer> gone = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < to.rank(); i++) {
      int from = p.dims().indexOf(i);
      if (from < 0) {
        gone.add(i);
      } else if (x.shape().dim(from) == 1 && to.dim(i) != 1) {
        gone.add(i);
        kept.add(from);
      }
    }
    Tensor sum = Prims.sum(s.ct(), Adjoint.ints(gone));
    return s.give(kept.isEmpty() ? sum : Prims.expandDims(sum, Adjoint.ints(kept)));
  }

  static List<@Nullable Tensor> transpose(Transpose p, Vjp.Site s) {
    return s.give(Prims.transpose(s.ct(), inverse(p.permutation().toArray())));
  }

  static int[] inverse(int[] permutation) {
    int[] inverse = new int[permutation.length];
    for (int i = 0; i < inverse.length; i++) {
      inverse[permutation[i]] = i;
    }
    return inverse;
  }

  static List<@Nullable Tensor> reverse(Reverse p, Vjp.Site s) {
    return s.give(Prims.reverse(s.ct(), p.axes().toArray()));
  }

  static List<@Nullable Tensor> slice(Slice p, Vjp.Site s) {
    Tensor x = s.in(0);
    int rank = x.rank();
    long[] low = new long[rank];
    long[] high = new long[rank];
    long[] interior = new long[rank];
    boolean exact = true;
    for (int i = 0; i < rank; i++) {
      long n = x.shape().dim(i);
      long m = s.out(0).shape().dim(i);
      interior[i] = p.stride().get(i) - 1;
      if (m == 0) {
        high[i] = n;
      } else if (n >= 0) {
        low[i] = p.start().get(i);
        high[i] = n - low[i] - (m - 1) * p.stride().get(i) - 1;
      } else if (p.start().get(i) > 0
          || p.stride().get(i) > 1
          || p.limit().get(i) < Long.MAX_VALUE) {
        exact = false;
      }
    }
    if (exact) {
      return s.give(Prims.pad(s.ct(), 0, low, high, interior));
    }
    // how much follows an axis of unknown size is unknown: write into zeros
    Tensor block = Prims.pad(s.ct(), 0, new long[rank], new long[rank], interior);
    int[] start = new int[rank];
    for (int i = 0; i < rank; i++) {
      start[i] = Math.toIntExact(p.start().get(i));
    }
    return s.give(Engine.bind1(
        new DynamicUpdateSlice(),
        Prims.zerosLike(x),
        block,
        Engine.constant(NDArray.of(start, rank))));
  }

  static List<@Nullable Tensor> pad(Pad p, Vjp.Site s) {
    int rank = s.in(0).rank();
    long[] low = new long[rank];
    long[] high = new long[rank];
    long[] stride = new long[rank];
    boolean crop = false;
    boolean strided = false;
    for (int i = 0; i < rank; i++) {
      low[i] = -p.low().get(i);
      high[i] = -p.high().get(i);
      stride[i] = p.interior().get(i) + 1;
      crop |= low[i] != 0 || high[i] != 0;
      strided |= stride[i] > 1;
    }
    Tensor inner = crop ? Prims.pad(s.ct(), 0, low, high) : s.ct();
    if (strided) {
      long[] limit = new long[rank];
      Arrays.fill(limit, Long.MAX_VALUE);
      inner = Prims.slice(inner, new long[rank], limit, stride);
    }
    return s.give(inner, s.wants(1) ? Prims.sub(Prims.sumAll(s.ct()), Prims.sumAll(inner)) : null);
  }

  static List<@Nullable Tensor> concatenate(Concat p, Vjp.Site s) {
    List<@Nullable Tensor> out = new ArrayList<>();
    int axis = p.axis();
    long at = 0;
    Tensor offset = null; // where sizes before are unknown
    for (int i = 0; i < s.inputs().size(); i++) {
      Tensor x = s.in(i);
      long n = x.shape().dim(axis);
      if (offset == null && n >= 0) {
        out.add(s.wants(i) ? Prims.slice(s.ct(), axis, at, at + n) : null);
        at += n;
        continue;
      }
      if (offset == null) {
        offset = Prims.scalar(DType.INT32, at);
      }
      Tensor places = Prims.add(Adjoint.range(x, axis, DType.INT32), offset);
      out.add(s.wants(i) ? Prims.take(s.ct(), places, axis) : null);
      offset = Prims.add(offset, Prims.dimSize(x, axis));
    }
    return out;
  }

  static List<@Nullable Tensor> dynamicSlice(DynamicSlice p, Vjp.Site s) {
    return s.give(
        Engine.bind1(new DynamicUpdateSlice(), Prims.zerosLike(s.in(0)), s.ct(), s.in(1)));
  }

  static List<@Nullable Tensor> dynamicUpdateSlice(DynamicUpdateSlice p, Vjp.Site s) {
    Tensor update = s.in(1);
    Tensor start = s.in(2);
    return s.give(
        s.wants(0)
            ? Engine.bind1(new DynamicUpdateSlice(), s.ct(), Prims.zerosLike(update), start)
            : null,
        s.wants(1) ? block(s.ct(), start, update) : null);
  }

  /** The block of {@code x} at a start, in the shape of {@code like}. */
  private static Tensor block(Tensor x, Tensor start, Tensor like) {
    if (like.shape().isKnown()) {
      return Engine.bind1(new DynamicSlice(LongList.of(like.shape().toArray())), x, start);
    }
    Tensor out = x;
    for (int i = 0; i < x.rank(); i++) {
      Tensor last = Prims.sub(Prims.dimSize(x, i), Prims.dimSize(like, i));
      Tensor first = Prims.reshape(Prims.slice(start, 0, i, i + 1));
      first = Prims.max(Prims.min(first, last), Prims.scalar(DType.INT32, 0L));
      out = Prims.take(out, Prims.add(Adjoint.range(like, i, DType.INT32), first), i);
    }
    return out;
  }
}
