package org.keras4j.backend.xla;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Reshape;
import org.keras4j.core.spi.BackendTensor;

/** Primitives whose result has sizes that further inputs tell: in an eager call these have values. */
final class KnownSizes {
  private KnownSizes() {}

  /** The same primitive with its sizes filled in, taking the first inputs only; null if it has none. */
  static @Nullable Primitive fill(Primitive p, List<BackendTensor> inputs) {
    if (p instanceof Reshape r && !r.to().isKnown()) {
      return new Reshape(
          inputs.size() > 1 ? filled(r.to(), sizes(inputs, 1)) : inferred(r.to(), inputs.get(0)));
    } else if (p instanceof Iota i && !i.shape().isKnown()) {
      return new Iota(filled(i.shape(), sizes(inputs, 0)), i.axis(), i.dtype());
    } else if (p instanceof BroadcastInDim b && !b.to().isKnown()) {
      return new BroadcastInDim(
          inputs.size() > 1 ? filled(b.to(), sizes(inputs, 1)) : ofInput(b, inputs.get(0)),
          b.dims());
    }
    return null;
  }

  /** How many inputs are left of a primitive that was filled in. */
  static int inputs(Primitive p) {
    return p instanceof Iota ? 0 : 1;
  }

  private static List<Long> sizes(List<BackendTensor> inputs, int from) {
    List<Long> out = new ArrayList<>();
    for (BackendTensor t : inputs.subList(from, inputs.size())) {
      out.add(t.toHost().getLong(0));
    }
    return out;
  }

  private static Shape filled(Shape to, List<Long> sizes) {
    Shape s = to;
    int next = 0;
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) < 0) {
        s = s.with(i, sizes.get(next++));
      }
    }
    return s;
  }

  private static Shape inferred(Shape to, BackendTensor x) {
    long known = 1;
    int at = 0;
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) < 0) {
        at = i;
      } else {
        known *= to.dim(i);
      }
    }
    return to.with(at, known == 0 ? 0 : x.spec().shape().size() / known);
  }

  private static Shape ofInput(BroadcastInDim b, BackendTensor x) {
    Shape s = b.to();
    for (int i = 0; i < b.dims().size(); i++) {
      int d = b.dims().get(i);
      if (s.dim(d) < 0) {
        s = s.with(d, x.spec().dim(i));
      }
    }
    return s;
  }
}
