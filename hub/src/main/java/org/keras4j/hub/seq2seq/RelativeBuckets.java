package org.keras4j.hub.seq2seq;

import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Embedding;
import org.keras4j.ops.Ops;

/**
 * T5's classes of distances, each with a learned number for every head that is added to products (Raffel et al. 2019,
 * arXiv:1910.10683): near places have a class each, farther ones share them in widening rings.
 */
final class RelativeBuckets {
  private final Embedding table;
  private final int count; // for one direction
  private final int far;
  private final boolean bothWays;
  private final int[] buckets; // by distance

  RelativeBuckets(String name, int count, int far, int heads, boolean bothWays) {
    this.table = new Embedding(count, heads).name(name);
    this.bothWays = bothWays;
    this.count = bothWays ? count / 2 : count;
    this.far = far;
    this.buckets = new int[far + 1];
    int exact = this.count / 2;
    // in float32, as the weights were trained
    float ring = (float) Math.log(far / (double) exact);
    for (int d = 0; d <= far; d++) {
      float wide = (float) Math.log((float) d / exact) / ring * (this.count - exact);
      buckets[d] = d < exact ? d : Math.min(this.count - 1, exact + (int) wide);
    }
  }

  /** The class of a place seen from another. */
  int bucket(int query, int key) {
    int d = bothWays ? Math.abs(key - query) : Math.max(0, query - key);
    return buckets[Math.min(d, far)] + (bothWays && key > query ? count : 0);
  }

  /** The numbers for sequences like these, {@code (batch, sequence)}: {@code (1, heads, t, s)}. */
  Tensor of(Tensor query, Tensor key) {
    Tensor off = Ops.subtract(Ops.expandDims(places(key), 0), Ops.expandDims(places(query), 1));
    Tensor d = bothWays ? Ops.abs(off) : Ops.maximum(Ops.negative(off), 0);
    Tensor ids = Ops.take(NDArray.of(buckets, buckets.length), Ops.minimum(d, far));
    if (bothWays) {
      ids = Ops.add(ids, Ops.multiply(Ops.cast(Ops.greater(off, 0), "int32"), count));
    }
    // one row, of which the batch's sequences all are
    return Ops.transpose(table.invoke(Ops.expandDims(ids, 0)), 0, 3, 1, 2);
  }

  /** The numbers for a step, of classes {@code (batch, s)} that were found out before: {@code (batch, heads, 1, s)}. */
  Tensor ofStep(Tensor ids) {
    return Ops.expandDims(Ops.transpose(table.invoke(ids), 0, 2, 1), 2);
  }

  private static Tensor places(Tensor sequence) {
    return Ops.subtract(Ops.cumsum(Ops.onesLike(Ops.take(sequence, 0, 0)), 0), 1);
  }
}
