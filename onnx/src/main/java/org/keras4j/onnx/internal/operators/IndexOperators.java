package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.Sort;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** What reads and writes at places that tensors say, and orders. */
final class IndexOperators {
  private IndexOperators() {}

  static void add() {
    Operators.put("Gather", IndexOperators::gather);
    Operators.tensor("GatherElements", u -> {
      Tensor x = u.t(0);
      int axis = u.axis("axis", 0, x.rank());
      Tensor tuples = tuples(u.t(1), x, axis);
      return Prims.gatherNd(x, tuples, 0);
    });
    Operators.tensor("GatherND", u -> {
      int batch = (int) u.integer("batch_dims", 0);
      Tensor x = u.t(0);
      return Prims.gatherNd(x, positive(u.t(1), x, batch), batch);
    });
    Operators.tensor("ScatterElements", IndexOperators::scatterElements);
    Operators.tensor("Scatter", IndexOperators::scatterElements);
    Operators.tensor(
        "ScatterND", u -> Prims.scatterNd(kind(u), u.t(0), positive(u.t(1), u.t(0), 0), u.t(2)));
    Operators.tensor("OneHot", IndexOperators::oneHot);
    Operators.put("TopK", IndexOperators::topK);
  }

  private static List<Operand> gather(Use u) {
    int rank = u.in(0).rank();
    int axis = u.axis("axis", 0, rank);
    NDArray known = u.in(1).array();
    if (u.in(0).isSizes() && rank == 1 && known != null && known.rank() <= 1) {
      List<Object> all = u.in(0).sizes();
      List<Object> out = new ArrayList<>();
      for (int i = 0; i < known.size(); i++) {
        long at = known.getLong(i);
        out.add(all.get((int) (at < 0 ? at + all.size() : at)));
      }
      return List.of(Operand.of(out, known.rank() == 0));
    }
    Tensor x = u.t(0);
    return List.of(Operand.of(Prims.take(x, within(u.in(1), x, axis), axis)));
  }

  /** Places counted from the end become places from the start. */
  private static Tensor within(Operand index, Tensor x, int axis) {
    NDArray known = index.array();
    if (known != null) {
      boolean negative = false;
      for (int i = 0; i < known.size(); i++) {
        negative |= known.getLong(i) < 0;
      }
      if (!negative) {
        return index.tensor();
      }
    }
    Tensor i = index.tensor();
    Tensor n = Prims.convert(Sizes.scalar(Sizes.of(x, axis)), i.dtype());
    return Prims.select(Prims.lt(i, Prims.scalar(i.dtype(), 0L)), Prims.add(i, n), i);
  }

  private static Tensor positive(Tensor tuples, Tensor x, int batch) {
    int n = tuples.shape().intDim(-1);
    List<Tensor> sizes = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      sizes.add(Prims.reshape(Sizes.scalar(Sizes.of(x, batch + i)), 1));
    }
    Tensor all = Prims.convert(Prims.concat(sizes, 0), tuples.dtype());
    Tensor zero = Prims.scalar(tuples.dtype(), 0L);
    return Prims.select(Prims.lt(tuples, zero), Prims.add(tuples, all), tuples);
  }

  /** For each element its own place, but along one axis that of an index. */
  static Tensor tuples(Tensor index, Tensor x, int axis) {
    int rank = index.rank();
    Tensor i = within(Operand.of(index), x, axis);
    List<Tensor> parts = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      Tensor part = d == axis
          ? Prims.convert(i, DType.INT64)
          : Prims.broadcastLike(Sizes.places(index, d, DType.INT64), index);
      parts.add(Prims.expandDims(part, rank));
    }
    return Prims.concat(parts, rank);
  }

  private static ScatterKind kind(Use u) {
    return switch (u.text("reduction", "none")) {
      case "none" -> ScatterKind.SET;
      case "add" -> ScatterKind.ADD;
      case "mul" -> ScatterKind.MUL;
      case "max" -> ScatterKind.MAX;
      default -> ScatterKind.MIN;
    };
  }

  private static Tensor scatterElements(Use u) {
    Tensor x = u.t(0);
    int axis = u.axis("axis", 0, x.rank());
    return Prims.scatterNd(kind(u), x, tuples(u.t(1), x, axis), u.t(2));
  }

  private static Tensor oneHot(Use u) {
    long depth = u.longs(1)[0];
    Tensor index = Prims.convert(u.t(0), DType.INT64);
    int rank = index.rank() + 1;
    int axis = u.axis("axis", -1, rank);
    Tensor n = Prims.scalar(DType.INT64, depth);
    Tensor below = Prims.lt(index, Prims.scalar(DType.INT64, 0L));
    Tensor at = Prims.expandDims(Prims.select(below, Prims.add(index, n), index), axis);
    long[] line = new long[rank];
    java.util.Arrays.fill(line, 1);
    line[axis] = depth;
    Tensor places = Prims.iota(Shape.of(line), axis, DType.INT64);
    Tensor values = u.t(2);
    Tensor off = Prims.reshape(Prims.slice(values, 0, 0, 1), Shape.SCALAR);
    Tensor on = Prims.reshape(Prims.slice(values, 0, 1, 2), Shape.SCALAR);
    return Prims.select(Prims.eq(at, places), on, off);
  }

  private static List<Operand> topK(Use u) {
    Tensor x = u.t(0);
    int axis = u.axis("axis", -1, x.rank());
    long k = u.has(1) ? u.longs(1)[0] : u.integer("k", 1);
    Tensor place = Prims.broadcastLike(Sizes.places(x, axis, DType.INT64), x);
    boolean largest = u.integer("largest", 1) != 0;
    List<Tensor> sorted = Engine.bind(new Sort(axis, largest), List.of(x, place));
    List<Operand> out = new ArrayList<>();
    sorted.forEach(t -> out.add(Operand.of(Prims.slice(t, axis, 0, k))));
    return out;
  }
}
