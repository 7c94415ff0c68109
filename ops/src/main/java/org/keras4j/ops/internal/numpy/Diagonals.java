package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Iota;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Diagonals of matrices. */
public final class Diagonals {
  private Diagonals() {}

  /** Diagonal {@code k} of matrices {@code (..., m, n)}. */
  public static Tensor of(Tensor t, int k) {
    int r = t.rank() - 2;
    long m = t.shape().dim(r);
    long n = t.shape().dim(r + 1);
    if (m < 0 || n < 0) {
      return ofUnknown(t, k);
    }
    long length = Math.max(0, k >= 0 ? Math.min(m, n - k) : Math.min(m + k, n));
    long start = k >= 0 ? k : -k * n;
    List<Object> sizes = new ArrayList<>();
    for (int i = 0; i < r; i++) {
      sizes.add(t.shape().dim(i) >= 0 ? (Object) t.shape().dim(i) : Prims.dimSize(t, i));
    }
    sizes.add(m * n);
    Tensor flat = Sizes.reshape(t, sizes);
    return length == 0
        ? Prims.slice(flat, r, 0, 0)
        : Prims.slice(flat, r, start, start + (length - 1) * (n + 1) + 1, n + 1);
  }

  private static Tensor ofUnknown(Tensor t, int k) {
    int r = t.rank() - 2;
    Tensor rows = Prims.dimSize(t, r);
    Tensor columns = Prims.dimSize(t, r + 1);
    Tensor up = Prims.scalar(DType.INT32, (long) Math.max(k, 0));
    Tensor down = Prims.scalar(DType.INT32, (long) Math.max(-k, 0));
    Tensor zero = Prims.scalar(DType.INT32, 0L);
    Tensor length = Prims.max(zero, Prims.min(Prims.sub(rows, down), Prims.sub(columns, up)));
    Tensor i = Engine.bind1(new Iota(Shape.of(-1), 0, DType.INT32), length);
    Tensor at = Prims.concat(
        List.of(Prims.expandDims(Prims.add(i, down), 1), Prims.expandDims(Prims.add(i, up), 1)), 1);
    int[] front = new int[t.rank()];
    front[0] = r;
    front[1] = r + 1;
    for (int j = 0; j < r; j++) {
      front[j + 2] = j;
    }
    Tensor picked = Prims.gatherNd(Prims.transpose(t, front), at, 0);
    int[] back = new int[picked.rank()];
    for (int j = 0; j < r; j++) {
      back[j] = j + 1;
    }
    return Prims.transpose(picked, back);
  }
}
