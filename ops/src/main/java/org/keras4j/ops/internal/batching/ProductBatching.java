package org.keras4j.ops.internal.batching;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Batching rules of contractions and convolutions. */
final class ProductBatching {
  private ProductBatching() {}

  static List<Batch> dotGeneral(DotGeneral p, Batching.Site s) {
    boolean left = s.each(0);
    boolean right = s.each(1);
    IntList lb = left ? ShapeBatching.shifted(p.lhsBatch()) : p.lhsBatch();
    IntList lc = left ? ShapeBatching.shifted(p.lhsContract()) : p.lhsContract();
    IntList rb = right ? ShapeBatching.shifted(p.rhsBatch()) : p.rhsBatch();
    IntList rc = right ? ShapeBatching.shifted(p.rhsContract()) : p.rhsContract();
    if (left && right) {
      return List.of(Batch.each(Engine.bind1(
          new DotGeneral(first(lb), first(rb), lc, rc, p.outputType()), s.tensor(0), s.tensor(1))));
    }
    // the batch's axis is one of those that are left
    Tensor y =
        Engine.bind1(new DotGeneral(lb, rb, lc, rc, p.outputType()), s.tensor(0), s.tensor(1));
    int free = s.in(0).rank() - p.lhsBatch().size() - p.lhsContract().size();
    int at = p.lhsBatch().size() + (left ? 0 : free);
    return List.of(Batch.each(IndexBatching.moved(y, at, 0)));
  }

  private static IntList first(IntList axes) {
    int[] a = new int[axes.size() + 1];
    System.arraycopy(axes.toArray(), 0, a, 1, axes.size());
    return IntList.of(a);
  }

  static List<Batch> conv(Conv p, Batching.Site s) {
    ConvAttributes c = p.conv();
    Tensor x = s.tensor(0);
    Tensor k = s.tensor(1);
    int rank = s.in(0).rank();
    if (!s.each(1)) {
      // the batch joins the convolution's own
      Shape in = x.shape();
      if (in.dim(0) < 0 || !in.slice(2).isKnown()) {
        return Batching.oneByOne(p, s);
      }
      Tensor y = Engine.bind1(p, Prims.reshape(x, join(in, 0)), k);
      Shape out = y.shape().slice(1).insert(0, in.dim(1)).insert(0, in.dim(0));
      return List.of(Batch.each(Prims.reshape(y, out)));
    }
    if (!k.shape().isKnown() || !x.shape().isKnown() || (!s.each(0) && c.groups() > 1)) {
      return Batching.oneByOne(p, s);
    }
    // the batch joins the output channels, and if there is one input each, the groups
    Tensor wide = IndexBatching.moved(k, 0, rank - 1);
    wide = Prims.reshape(wide, join(wide.shape(), rank - 1));
    Tensor in = x;
    int groups = c.groups();
    if (s.each(0)) {
      in = IndexBatching.moved(x, 0, rank - 1);
      in = Prims.reshape(in, join(in.shape(), rank - 1));
      groups *= Math.toIntExact(s.size());
    }
    Tensor y = Engine.bind1(
        new Conv(new ConvAttributes(c.stride(), c.low(), c.high(), c.dilation(), groups)),
        in,
        wide);
    Shape split = y.shape().with(-1, y.shape().last() / s.size()).insert(rank - 1, s.size());
    return List.of(Batch.each(IndexBatching.moved(Prims.reshape(y, split), rank - 1, 0)));
  }

  /** The shape with an axis and the next one joined; one of the two may be unknown. */
  private static Shape join(Shape s, int axis) {
    long a = s.dim(axis);
    long b = s.dim(axis + 1);
    return s.without(axis).with(axis, a < 0 || b < 0 ? Shape.UNKNOWN : a * b);
  }
}
