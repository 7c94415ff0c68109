package org.keras4j.ops.internal.batching;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.GatherNd;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.ScatterNd;
import org.keras4j.core.primitive.Take;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Batching rules of gathers and scatters. */
final class IndexBatching {
  private IndexBatching() {}

  /** Moves an axis to another place. */
  static Tensor moved(Tensor x, int from, int to) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      if (i != from) {
        order.add(i);
      }
    }
    order.add(to, from);
    return Prims.transpose(x, order.stream().mapToInt(i -> i).toArray());
  }

  static List<Batch> take(Take p, Batching.Site s) {
    int axis = p.axis();
    if (!s.each(1)) {
      return List.of(
          Batch.each(Engine.bind1(new Take(axis + 1, p.mode()), s.tensor(0), s.tensor(1))));
    }
    if (!s.each(0)) {
      Tensor y = Engine.bind1(p, s.tensor(0), s.tensor(1));
      return List.of(Batch.each(moved(y, axis, 0)));
    }
    if (p.mode() != Take.OutOfBounds.CLIP) {
      return Batching.oneByOne(p, s);
    }
    // (batch, indices..., rest), and the axes before the one indexed among the rest
    Tensor x = moved(s.tensor(0), axis + 1, 1);
    Tensor y = Prims.gatherNd(x, Prims.expandDims(s.tensor(1), -1), 1);
    int m = s.in(1).rank();
    int[] order = new int[y.rank()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i == 0 || i > axis + m ? i : i <= axis ? i + m : i - axis;
    }
    return List.of(Batch.each(Prims.transpose(y, order)));
  }

  static List<Batch> gatherNd(GatherNd p, Batching.Site s) {
    if (!s.each(0) && p.batchDims() == 0) {
      return List.of(Batch.each(Engine.bind1(p, s.tensor(0), s.tensor(1))));
    }
    return List.of(
        Batch.each(Engine.bind1(new GatherNd(p.batchDims() + 1), s.spread(0), s.spread(1))));
  }

  static List<Batch> scatterNd(ScatterNd p, Batching.Site s) {
    Tensor indices = s.spread(1);
    if (indices.shape().last() == 0) {
      return Batching.oneByOne(p, s);
    }
    // the element's number becomes the first index
    Tensor column = Prims.slice(indices, -1, 0, 1);
    List<Tensor> sizes = new ArrayList<>();
    for (int i = 0; i < column.rank(); i++) {
      if (column.shape().dim(i) < 0) {
        sizes.add(Prims.dimSize(column, i));
      }
    }
    Tensor number =
        Engine.bind(new Iota(column.shape(), 0, indices.dtype()), sizes).get(0);
    return List.of(Batch.each(
        Engine.bind1(p, s.spread(0), Prims.concat(List.of(number, indices), -1), s.spread(2))));
  }
}
