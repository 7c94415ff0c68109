package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Matrix products of batches that broadcast. */
public final class Products {
  private Products() {}

  /** The matrix product over the last axis of the first and the last but one of the second; its dtype or null. */
  public static Tensor of(Tensor a, Tensor b, @Nullable DType out) {
    if (a.rank() == 0 || b.rank() == 0) {
      throw new IllegalArgumentException(
          "factors need at least one axis, got shapes " + a.shape() + " and " + b.shape());
    }
    int inner = b.rank() == 1 ? 0 : b.rank() - 2;
    long m = a.shape().last();
    long n = b.shape().dim(inner);
    if (m >= 0 && n >= 0 && m != n) {
      throw new IllegalArgumentException("the last axis of the first factor and "
          + (b.rank() == 1 ? "the axis" : "the last but one")
          + " of the second must have one size, got shapes "
          + a.shape() + " and " + b.shape());
    }
    if (a.dtype().isBool()) {
      return Prims.convert(
          of(Prims.convert(a, DType.INT32), Prims.convert(b, DType.INT32), null), DType.BOOL);
    }
    if (b.rank() <= 2) {
      return Prims.dot(
          a, b, new int[0], new int[0], new int[] {a.rank() - 1}, new int[] {inner}, out);
    }
    if (a.rank() == 1) {
      // batches of b, then its columns
      return Prims.dot(b, a, new int[0], new int[0], new int[] {inner}, new int[] {0}, out);
    }
    int batch = Math.max(a.rank(), b.rank()) - 2;
    Tensor left = a;
    Tensor right = b;
    if (!sameBatch(a, b)) {
      List<Tensor> both = alignBatches(a, b, batch);
      left = both.get(0);
      right = both.get(1);
    }
    int[] axes = IntList.range(0, batch).toArray();
    return Prims.dot(left, right, axes, axes, new int[] {batch + 1}, new int[] {batch}, out);
  }

  private static boolean sameBatch(Tensor a, Tensor b) {
    return a.rank() == b.rank()
        && a.shape().slice(0, a.rank() - 2).equals(b.shape().slice(0, b.rank() - 2));
  }

  // repeats both to the batch axes they broadcast to
  private static List<Tensor> alignBatches(Tensor a, Tensor b, int batch) {
    Shape sa = a.shape().slice(0, a.rank() - 2);
    Shape sb = b.shape().slice(0, b.rank() - 2);
    Shape to = Shape.broadcast(sa, sb);
    Tensor[] sizes = new Tensor[batch];
    for (int i = 0; i < batch; i++) {
      if (to.dim(i) < 0) {
        int ia = i - (batch - sa.rank());
        sizes[i] = ia >= 0 && sa.dim(ia) < 0
            ? Prims.dimSize(a, ia)
            : Prims.dimSize(b, i - (batch - sb.rank()));
      }
    }
    return List.of(repeat(a, to, sizes), repeat(b, to, sizes));
  }

  private static Tensor repeat(Tensor x, Shape batch, Tensor[] sizes) {
    Shape to = batch.concat(x.shape().slice(x.rank() - 2));
    if (to.equals(x.shape())) {
      return x;
    }
    List<Tensor> in = new ArrayList<>(List.of(x));
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) < 0) {
        in.add(i < sizes.length ? sizes[i] : Prims.dimSize(x, i - to.rank()));
      }
    }
    return Engine.bind(new BroadcastInDim(to, IntList.range(to.rank() - x.rank(), to.rank())), in)
        .get(0);
  }
}
