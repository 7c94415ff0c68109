package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/** Orders. */
final class Sorting {
  private final OnnxOps o;

  Sorting(OnnxOps ops) {
    this.o = ops;
  }

  /** Numbers of the same order that the operator has kernels for; NaN stands at an end. */
  private Term keys(Term x, boolean nanIsLargest) {
    if (x.dtype().isFloat()) {
      double end = nanIsLargest ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      Term wide = x.dtype().size() < 4 ? o.cast(x, DType.FLOAT32) : x;
      return o.select(o.isNaN(wide), o.like(wide, end), wide);
    }
    if (x.dtype() == DType.UINT64) {
      Term turn = o.scalar(DType.INT64, Long.MIN_VALUE);
      return o.binary("BitwiseXor", o.cast(x, DType.INT64), turn);
    }
    return o.cast(x, Kernels.carrier("TopK", x.dtype()));
  }

  private Term places(Term keys, Term count, long known, int axis, boolean largest) {
    Call c = new Call("TopK")
        .set("axis", (long) axis)
        .set("largest", largest ? 1 : 0)
        .set("sorted", 1);
    Shape s = keys.shape().with(axis, known);
    return o.all(
            c,
            Arrays.asList(keys, count),
            List.of(new TensorSpec(s, keys.dtype()), new TensorSpec(s, DType.INT64)))
        .get(1);
  }

  private Term taken(Term x, Term places, int axis) {
    DType t = Kernels.carrier("GatherElements", x.dtype());
    Call c = new Call("GatherElements").set("axis", (long) axis);
    return o.cast(o.call(c, t, places.shape(), o.cast(x, t), places), x.dtype());
  }

  List<Term> sort(List<Term> inputs, int axis, boolean descending) {
    Term first = inputs.get(0);
    if (first.shape().size() == 0) {
      return inputs;
    }
    Term n = o.size(first, axis);
    Term order = places(keys(first, !descending), n, first.dim(axis), axis, descending);
    if (first.dtype().isFloat()) { // among numbers equal to what stands for NaN, NaN comes last
      Term none = o.cast(o.isNaN(taken(first, order, axis)), DType.INT32);
      order = taken(order, places(none, n, first.dim(axis), axis, false), axis);
    }
    Term places = order;
    List<Term> out = new ArrayList<>();
    inputs.forEach(x -> out.add(taken(x, places, axis)));
    return out;
  }

  List<Term> largest(Term x, int k) {
    int axis = x.rank() - 1;
    Term order = places(keys(x, true), o.longs(k), k, axis, true);
    return List.of(taken(x, order, axis), o.cast(order, DType.INT32));
  }
}
