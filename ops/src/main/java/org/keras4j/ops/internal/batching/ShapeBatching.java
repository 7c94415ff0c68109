package org.keras4j.ops.internal.batching;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.DynamicSlice;
import org.keras4j.core.primitive.DynamicUpdateSlice;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.primitive.Window;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Batching rules of primitives that move elements. */
final class ShapeBatching {
  private ShapeBatching() {}

  /** Axes behind the batch's. */
  static IntList shifted(IntList axes) {
    int[] a = axes.toArray();
    for (int i = 0; i < a.length; i++) {
      a[i]++;
    }
    return IntList.of(a);
  }

  /** Axes behind the batch's, and before them the batch's. */
  private static IntList withFirst(IntList axes) {
    int[] a = new int[axes.size() + 1];
    for (int i = 0; i < axes.size(); i++) {
      a[i + 1] = axes.get(i) + 1;
    }
    return IntList.of(a);
  }

  private static LongList with(long first, LongList rest) {
    long[] a = new long[rest.size() + 1];
    a[0] = first;
    for (int i = 0; i < rest.size(); i++) {
      a[i + 1] = rest.get(i);
    }
    return LongList.of(a);
  }

  private static boolean sizesVary(Batching.Site s) {
    return s.inputs().subList(1, s.inputs().size()).stream().anyMatch(Batch::each);
  }

  static List<Batch> reshape(ReshapeTo p, Batching.Site s) {
    Shape to = p.to().insert(0, s.size());
    boolean open = s.inputs().size() == 1 && !p.to().isKnown();
    if (sizesVary(s) || (open && s.size() < 0)) {
      return Batching.oneByOne(p, s);
    }
    List<Tensor> in = new ArrayList<>(List.of(s.tensor(0)));
    if (!open && !to.isKnown()) {
      if (s.size() < 0) {
        in.add(Prims.dimSize(s.like(), 0));
      }
      s.inputs().subList(1, s.inputs().size()).forEach(b -> in.add(b.tensor()));
    }
    return Batching.each(Engine.bind(new ReshapeTo(to), in));
  }

  static List<Batch> broadcastInDim(BroadcastInDim p, Batching.Site s) {
    if (sizesVary(s) || !s.each(0)) {
      return Batching.oneByOne(p, s);
    }
    Shape to = p.to().insert(0, s.size());
    List<Tensor> in = new ArrayList<>(List.of(s.tensor(0)));
    if (s.inputs().size() > 1) {
      if (s.size() < 0) {
        in.add(Prims.dimSize(s.like(), 0));
      }
      s.inputs().subList(1, s.inputs().size()).forEach(b -> in.add(b.tensor()));
    }
    return Batching.each(Engine.bind(new BroadcastInDim(to, withFirst(p.dims())), in));
  }

  static List<Batch> transpose(Transpose p, Batching.Site s) {
    return List.of(
        Batch.each(Engine.bind1(new Transpose(withFirst(p.permutation())), s.tensor(0))));
  }

  static List<Batch> slice(Slice p, Batching.Site s) {
    Slice wide =
        new Slice(with(0, p.start()), with(Long.MAX_VALUE, p.limit()), with(1, p.stride()));
    return List.of(Batch.each(Engine.bind1(wide, s.tensor(0))));
  }

  static List<Batch> pad(Pad p, Batching.Site s) {
    Pad wide = new Pad(with(0, p.low()), with(0, p.high()), with(0, p.interior()));
    if (!s.each(1)) {
      return List.of(Batch.each(Engine.bind1(wide, s.tensor(0), s.tensor(1))));
    }
    // each element has its own number to pad with: pad with zeros, and mark where
    Tensor x = s.tensor(0);
    Tensor padded = Engine.bind1(s.each(0) ? wide : p, x, Prims.scalarLike(x, 0));
    Tensor mark = Engine.bind1(
        s.each(0) ? wide : p, Prims.fullLike(x, DType.INT32, 1), Prims.scalar(DType.INT32, 0L));
    Tensor real = Prims.ne(mark, Prims.scalar(DType.INT32, 0L));
    return List.of(Batch.each(Prims.select(real, padded, s.in(1).aligned(s.in(0).rank()))));
  }

  static List<Batch> dynamicSlice(DynamicSlice p, Batching.Site s) {
    if (s.each(1) || s.size() < 0) {
      return Batching.oneByOne(p, s);
    }
    return List.of(Batch.each(Engine.bind1(
        new DynamicSlice(with(s.size(), p.sizes())), s.tensor(0), start(s.tensor(1)))));
  }

  static List<Batch> dynamicUpdateSlice(DynamicUpdateSlice p, Batching.Site s) {
    if (s.each(2)) {
      return Batching.oneByOne(p, s);
    }
    return List.of(Batch.each(Engine.bind1(p, s.spread(0), s.spread(1), start(s.tensor(2)))));
  }

  private static Tensor start(Tensor start) {
    return Prims.pad(start, 0, new long[] {1}, new long[] {0});
  }

  /** The window with a place of its own for each element of the batch. */
  static Window outer(Window w) {
    return new Window(
        with(1, w.size()),
        with(1, w.stride()),
        with(1, w.dilation()),
        with(0, w.low()),
        with(0, w.high()));
  }
}
