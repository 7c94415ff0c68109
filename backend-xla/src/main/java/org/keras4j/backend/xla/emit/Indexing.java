package org.keras4j.backend.xla.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.DType;
import org.keras4j.core.primitive.ScatterNd;
import org.keras4j.core.primitive.Take;

/** Reading and writing at indices that are data. */
final class Indexing {
  private final Hlo h;

  Indexing(Hlo h) {
    this.h = h;
  }

  Term take(Take p, Term x, Term indices, TensorType result, DType dtype) {
    int axis = p.axis();
    long n = x.dim(axis);
    if (n == 0 || result.elements() == 0) {
      return missing(result, dtype);
    }
    int m = indices.rank();
    long[] sizes = x.type().dims();
    sizes[axis] = 1;
    int[] offset =
        IntStream.range(0, result.rank()).filter(i -> i < axis || i >= axis + m).toArray();
    Term g = gather(x, indices, offset, new int[] {axis}, new int[] {axis}, m, sizes, result);
    if (p.mode() == Take.OutOfBounds.CLIP) {
      return g; // a gather clamps
    }
    Term ok = h.and(
        h.compare("GE", indices, h.full(indices.type(), 0)),
        h.compare("LT", indices, h.fullLong(indices.type(), n)));
    Term mask = h.broadcast(ok, IntStream.range(axis, axis + m).toArray(), result.dims());
    return h.select(mask, g, missing(result, dtype));
  }

  /** What an index out of bounds gives. */
  private Term missing(TensorType t, DType dtype) {
    if (dtype.isInteger() && dtype.bits() == 4) { // which lie in bytes
      return h.full(t, dtype.isSigned() ? -8 : 15);
    }
    ElementType e = t.element();
    if (e.isFloat() || e.isComplex()) {
      if (e.isComplex()) {
        Term nan = h.full(t.with(e.real()), Double.NaN);
        return h.complex(nan, nan);
      }
      return h.full(t, Double.NaN);
    }
    return h.extreme(t, e.isSigned());
  }

  Term gatherNd(int batch, Term x, Term indices, TensorType result) {
    int tuple = (int) indices.dim(indices.rank() - 1);
    if (result.elements() == 0) {
      return h.full(result, 0);
    }
    for (int i = 0; i < batch + tuple; i++) {
      if (x.dim(i) == 0) {
        return h.full(result, 0);
      }
    }
    int last = indices.rank() - 1;
    Term all = indices;
    if (batch > 0) {
      long[] one = indices.type().dims();
      one[last] = 1;
      List<Term> parts = new ArrayList<>();
      for (int i = 0; i < batch; i++) {
        parts.add(h.iota(indices.type().withDims(one), i));
      }
      if (tuple > 0) {
        parts.add(indices);
      }
      all = h.concatenate(last, parts);
    }
    int n = batch + tuple;
    if (n == 0) {
      int m = indices.rank() - 1;
      return h.broadcast(x, IntStream.range(m, m + x.rank()).toArray(), result.dims());
    }
    long[] sizes = x.type().dims();
    for (int i = 0; i < n; i++) {
      sizes[i] = 1;
    }
    int[] first = IntStream.range(0, n).toArray();
    int[] offset = IntStream.range(last, result.rank()).toArray();
    return gather(x, all, offset, first, first, last, sizes, result);
  }

  private Term gather(
      Term x,
      Term indices,
      int[] offset,
      int[] collapsed,
      int[] map,
      int vector,
      long[] sizes,
      TensorType result) {
    return h.line(
        "\"stablehlo.gather\"(" + x + "," + indices + ")",
        "<{dimension_numbers=#stablehlo.gather<offset_dims="
            + Hlo.list(offset)
            + ",collapsed_slice_dims="
            + Hlo.list(collapsed)
            + ",start_index_map="
            + Hlo.list(map)
            + ",index_vector_dim="
            + vector
            + ">,slice_sizes="
            + Hlo.array(sizes)
            + ",indices_are_sorted=false}> : ("
            + x.type()
            + ","
            + indices.type()
            + ")->"
            + result,
        result);
  }

  Term scatterNd(ScatterNd p, Term x, Term indices, Term updates) {
    int last = indices.rank() - 1;
    int tuple = (int) indices.dim(last);
    if (updates.type().elements() == 0 || x.type().elements() == 0) {
      return x;
    }
    ElementType e = x.element();
    if (p.kind() == ScatterNd.ScatterKind.ADD && (e == ElementType.F16 || e == ElementType.BF16)) {
      // many small addends must not be lost to the rounding of each sum
      Term wide =
          scatterNd(p, h.convert(x, ElementType.F32), indices, h.convert(updates, ElementType.F32));
      return h.convert(wide, e);
    }
    TensorType s = TensorType.of(e);
    String region = switch (p.kind()) {
      case SET -> "({\n" + h.block(List.of(s, s), v -> List.of(v.get(1))) + "})";
      case ADD -> h.fold("add", e);
      case MUL -> h.fold("multiply", e);
      case MIN -> h.fold("minimum", e);
      case MAX -> h.fold("maximum", e);
    };
    int[] first = IntStream.range(0, tuple).toArray();
    int[] window = IntStream.range(last, updates.rank()).toArray();
    return h.line(
        "\"stablehlo.scatter\"(" + x + "," + indices + "," + updates + ")",
        "<{scatter_dimension_numbers=#stablehlo.scatter<update_window_dims="
            + Hlo.list(window)
            + ",inserted_window_dims="
            + Hlo.list(first)
            + ",scatter_dims_to_operand_dims="
            + Hlo.list(first)
            + ",index_vector_dim="
            + last
            + ">,indices_are_sorted=false,unique_indices=false}> "
            + region
            + " : ("
            + x.type()
            + ","
            + indices.type()
            + ","
            + updates.type()
            + ")->"
            + x.type(),
        x.type());
  }
}
