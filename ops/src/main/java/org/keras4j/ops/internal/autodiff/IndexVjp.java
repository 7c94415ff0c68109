package org.keras4j.ops.internal.autodiff;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.GatherNd;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ScatterNd;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.primitive.Take;
import org.keras4j.core.primitive.TopK;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Gradient rules of primitives that move elements where indices or an order say. */
final class IndexVjp {
  private IndexVjp() {}

  static List<@Nullable Tensor> take(Take p, Vjp.Site s) {
    Tensor x = s.in(0);
    Tensor indices = s.in(1);
    int axis = p.axis();
    if (p.mode() == Take.OutOfBounds.CLIP) {
      indices = clamp(indices, Prims.dimSize(x, axis));
    }
    // the axis goes first, where scatters take it
    int n = indices.rank();
    int[] updatesFirst = new int[s.ct().rank()];
    for (int i = 0; i < updatesFirst.length; i++) {
      updatesFirst[i] = i < n ? axis + i : i < n + axis ? i - n : i;
    }
    int[] axisFirst = new int[x.rank()];
    for (int i = 0; i < axisFirst.length; i++) {
      axisFirst[i] = i == 0 ? axis : i <= axis ? i - 1 : i;
    }
    Tensor sum = Prims.scatterNd(
        ScatterKind.ADD,
        Prims.transpose(Prims.zerosLike(x), axisFirst),
        Prims.expandDims(indices, -1),
        Prims.transpose(s.ct(), updatesFirst));
    return s.give(Prims.transpose(sum, ShapeVjp.inverse(axisFirst)));
  }

  private static Tensor clamp(Tensor indices, Tensor size) {
    Tensor last =
        Prims.sub(Prims.convert(size, indices.dtype()), Prims.scalar(indices.dtype(), 1L));
    return Prims.max(Prims.min(indices, last), Prims.scalar(indices.dtype(), 0L));
  }

  /** The sizes of {@code count} axes as a vector of the indices' dtype. */
  private static Tensor sizes(Tensor x, int from, int count, DType dtype) {
    List<Tensor> sizes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sizes.add(Prims.expandDims(Prims.convert(Prims.dimSize(x, from + i), dtype), 0));
    }
    return Prims.concat(sizes, 0);
  }

  static List<@Nullable Tensor> gatherNd(GatherNd p, Vjp.Site s) {
    Tensor x = s.in(0);
    Tensor indices = s.in(1);
    int n = indices.shape().intDim(-1);
    int b = p.batchDims();
    if (n > 0) {
      indices = clamp(indices, sizes(x, b, n, indices.dtype()));
    }
    if (b > 0) {
      Tensor column = Prims.slice(padded(indices), -1, 0, 1);
      List<Tensor> columns = new ArrayList<>();
      for (int i = 0; i < b; i++) {
        columns.add(Adjoint.iotaLike(column, i, indices.dtype()));
      }
      columns.add(indices);
      indices = Prims.concat(columns, -1);
    }
    return s.give(Prims.scatterNd(ScatterKind.ADD, Prims.zerosLike(x), indices, s.ct()));
  }

  // index tuples with at least one column
  private static Tensor padded(Tensor indices) {
    if (indices.shape().last() > 0) {
      return indices;
    }
    long[] none = new long[indices.rank()];
    long[] one = none.clone();
    one[one.length - 1] = 1;
    return Engine.bind1(
        new Pad(LongList.of(none), LongList.of(one), LongList.of(none)),
        indices,
        Prims.scalar(indices.dtype(), 0L));
  }

  static List<@Nullable Tensor> scatterNd(ScatterNd p, Vjp.Site s) {
    Tensor ct = s.ct();
    return switch (p.kind()) {
      case ADD -> s.give(ct, null, s.wants(2) ? gathered(ct, s) : null);
      case SET -> scatterSet(s);
      case MUL -> scatterMul(s);
      case MIN, MAX -> scatterExtreme(s);
    };
  }

  /** For each update the element at its place; 0 where it was dropped. */
  private static Tensor gathered(Tensor x, Vjp.Site s) {
    Tensor indices = s.in(1);
    Tensor g = Prims.gatherNd(x, indices, 0);
    int n = indices.shape().intDim(-1);
    if (n == 0) {
      return g;
    }
    Tensor inside = Prims.and(
        Prims.ge(indices, Prims.scalar(indices.dtype(), 0L)),
        Prims.lt(indices, sizes(s.in(0), 0, n, indices.dtype())));
    Tensor all = Prims.reduce(ReduceKind.AND, inside, -1);
    return Prims.select(alignFirst(all, g), g, Prims.scalarLike(g, 0));
  }

  // a mask over the first axes, with axes of size 1 for the others
  private static Tensor alignFirst(Tensor mask, Tensor like) {
    return mask.rank() == like.rank()
        ? mask
        : Prims.expandDims(mask, IntList.range(mask.rank(), like.rank()).toArray());
  }

  private static List<@Nullable Tensor> scatterSet(Vjp.Site s) {
    Tensor x = s.in(0);
    Tensor indices = s.in(1);
    Tensor updates = s.in(2);
    Tensor ct = s.ct();
    Tensor cx =
        s.wants(0) ? Prims.scatterNd(ScatterKind.SET, ct, indices, Prims.zerosLike(updates)) : null;
    Tensor cu = null;
    if (s.wants(2)) {
      // of several writes to one place only that which stayed gets the cotangent: number the writes
      Tensor ids = counted(indices);
      int n = indices.shape().intDim(-1);
      Tensor board = x;
      for (int i = x.rank() - 1; i >= n; i--) {
        board = Prims.reshape(Prims.slice(board, i, 0, 1), board.shape().without(i));
      }
      board = Prims.fullLike(board, DType.INT32, -1);
      board = Prims.scatterNd(ScatterKind.SET, board, indices, ids);
      Tensor stayed = Prims.eq(Prims.gatherNd(board, indices, 0), ids);
      Tensor g = Prims.gatherNd(ct, indices, 0);
      cu = Prims.select(alignFirst(stayed, g), g, Prims.scalarLike(g, 0));
    }
    return s.give(cx, null, cu);
  }

  /** The numbers of the index tuples, from 0 in C order. */
  private static Tensor counted(Tensor indices) {
    Shape m = indices.shape().without(-1);
    if (m.isKnown()) {
      return Prims.reshape(Prims.iota(Shape.of(m.size()), 0, DType.INT32), m);
    }
    Tensor column = Prims.slice(padded(indices), -1, 0, 1);
    Tensor flat = Prims.cumulative(
        CumulativeKind.SUM, Prims.reshape(Prims.fullLike(column, DType.INT32, 1), -1), 0, false);
    Tensor like = Prims.reduce(ReduceKind.SUM, column, -1);
    return Adjoint.reshapeLike(Prims.sub(flat, Prims.scalar(DType.INT32, 1L)), like);
  }

  private static List<@Nullable Tensor> scatterMul(Vjp.Site s) {
    Tensor x = s.in(0);
    Tensor indices = s.in(1);
    Tensor updates = s.in(2);
    Tensor ct = s.ct();
    Tensor cx = s.wants(0)
        ? Prims.mul(ct, Prims.scatterNd(ScatterKind.MUL, Prims.onesLike(x), indices, updates))
        : null;
    Tensor cu = null;
    if (s.wants(2)) {
      // the product of the others: leave zeros out, and count them
      Tensor zero = Prims.scalarLike(updates, 0);
      Tensor one = Prims.scalarLike(updates, 1);
      Tensor isZero = Prims.eq(updates, zero);
      Tensor nonzero = Prims.select(isZero, one, updates);
      Tensor zeros = Prims.scatterNd(
          ScatterKind.ADD, Prims.zerosLike(x), indices, Prims.select(isZero, one, zero));
      Tensor product = Prims.scatterNd(ScatterKind.MUL, x, indices, nonzero);
      Tensor others = Prims.sub(gathered(zeros, s), Prims.select(isZero, one, zero));
      Tensor slope = Prims.div(gathered(Prims.mul(ct, product), s), nonzero);
      cu = Prims.select(Prims.eq(others, zero), slope, zero);
    }
    return s.give(cx, null, cu);
  }

  private static List<@Nullable Tensor> scatterExtreme(Vjp.Site s) {
    Tensor x = s.in(0);
    Tensor indices = s.in(1);
    Tensor updates = s.in(2);
    Tensor y = s.out(0);
    // all that reached the extreme share the cotangent
    Tensor zero = Prims.scalarLike(y, 0);
    Tensor one = Prims.scalarLike(y, 1);
    Tensor hereX = Prims.select(Prims.eq(x, y), one, zero);
    Tensor hereU = Prims.select(Prims.eq(updates, gathered(y, s)), one, zero);
    Tensor count = Prims.scatterNd(ScatterKind.ADD, hereX, indices, hereU);
    Tensor share = Prims.div(s.ct(), Prims.max(count, one));
    return s.give(
        s.wants(0) ? Prims.mul(share, hereX) : null,
        null,
        s.wants(2) ? Prims.mul(gathered(share, s), hereU) : null);
  }

  static List<@Nullable Tensor> sort(Sort p, Vjp.Site s) {
    // sort places along, then sort the cotangents by place
    Tensor place = Adjoint.iotaLike(s.in(0), p.axis(), DType.INT32);
    Tensor from = Engine.bind(p, List.of(s.in(0), place)).get(1);
    List<Tensor> in = new ArrayList<>(List.of(from));
    List<Integer> at = new ArrayList<>();
    for (int i = 0; i < s.inputs().size(); i++) {
      if (s.ct(i) != null && s.wants(i)) {
        in.add(s.ct(i));
        at.add(i);
      }
    }
    Tensor[] out = new Tensor[s.inputs().size()];
    if (!at.isEmpty()) {
      List<Tensor> back = Engine.bind(new Sort(p.axis(), false), in);
      for (int i = 0; i < at.size(); i++) {
        out[at.get(i)] = back.get(i + 1);
      }
    }
    return s.give(out);
  }

  static List<@Nullable Tensor> topK(TopK p, Vjp.Site s) {
    Tensor indices = Prims.expandDims(s.out(1), -1);
    List<Tensor> columns = new ArrayList<>();
    for (int i = 0; i < s.in(0).rank() - 1; i++) {
      columns.add(Adjoint.iotaLike(indices, i, DType.INT32));
    }
    columns.add(indices);
    return s.give(Prims.scatterNd(
        ScatterKind.ADD, Prims.zerosLike(s.in(0)), Prims.concat(columns, -1), s.ct()));
  }
}
