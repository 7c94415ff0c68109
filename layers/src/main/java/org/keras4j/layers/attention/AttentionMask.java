package org.keras4j.layers.attention;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Which places a query may see. */
final class AttentionMask {
  private AttentionMask() {}

  /** 0, 1, ... along an axis of a tensor. */
  static Tensor positions(Tensor x, int axis) {
    int a = x.shape().axis(axis);
    long n = x.shape().dim(a);
    if (n >= 0) {
      return Prims.iota(Shape.of(n), 0, DType.INT32);
    }
    Tensor ones = Engine.bind(
            new BroadcastInDim(Shape.of(Shape.UNKNOWN), IntList.of()),
            List.of(Prims.scalar(DType.INT32, 1L), Prims.dimSize(x, a)))
        .get(0);
    return Prims.sub(Prims.cumulative(CumulativeKind.SUM, ones, 0, false), 1);
  }

  /** Whether the column is not after the row: {@code (rows, columns)}. */
  static Tensor causal(Tensor rows, Tensor columns) {
    return Ops.greaterEqual(Prims.expandDims(rows, 1), Prims.expandDims(columns, 0));
  }

  /** Whether the column is nearer to the row than a window: {@code (rows, columns)}. */
  static Tensor window(Tensor rows, Tensor columns, int size) {
    Tensor off = Ops.subtract(Prims.expandDims(rows, 1), Prims.expandDims(columns, 0));
    return Ops.less(Ops.abs(off), size);
  }

  /**
   * What the masks and settings of a call allow, of rank 3 or as given; null if they allow everything.
   *
   * @param given the argument {@code attention_mask}, which counts together with the others
   */
  static @Nullable Tensor of(
      Tensor query,
      Tensor value,
      @Nullable Tensor queryMask,
      @Nullable Tensor valueMask,
      @Nullable Tensor keyMask,
      @Nullable Tensor given,
      boolean causal,
      @Nullable Integer window) {
    Tensor all = queryMask == null ? null : Prims.expandDims(bool(queryMask), -1);
    all = and(all, valueMask == null ? null : Prims.expandDims(bool(valueMask), -2));
    all = and(all, keyMask == null ? null : Prims.expandDims(bool(keyMask), -2));
    Tensor rows = positions(query, 1);
    Tensor columns = positions(value, 1);
    if (causal) {
      all = and(all, Prims.expandDims(causal(rows, columns), 0));
    }
    if (window != null) {
      all = and(all, Prims.expandDims(window(rows, columns, window), 0));
    }
    return given == null ? all : and(bool(given), all);
  }

  static Tensor bool(Tensor mask) {
    return mask.dtype() == DType.BOOL ? mask : Ops.notEqual(mask, 0);
  }

  private static @Nullable Tensor and(@Nullable Tensor a, @Nullable Tensor b) {
    return a == null ? b : b == null ? a : Ops.logicalAnd(a, b);
  }

  /** The mask with axes of size 1 put at {@code axis} until it has the rank. */
  static @Nullable Tensor ofRank(@Nullable Tensor mask, int rank, int axis) {
    Tensor m = mask;
    while (m != null && m.rank() < rank) {
      m = Ops.expandDims(m, axis);
    }
    return m;
  }
}
