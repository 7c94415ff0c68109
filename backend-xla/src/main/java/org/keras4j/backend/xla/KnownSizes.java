package org.keras4j.backend.xla;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.SizedByInputs;
import org.keras4j.core.spi.BackendTensor;

/** Primitives whose result has sizes that further inputs tell: in an eager call these have values. */
final class KnownSizes {
  private KnownSizes() {}

  /** The same primitive with its sizes filled in, taking its operands only; null if it has none to fill in. */
  static @Nullable Primitive fill(Primitive p, List<BackendTensor> inputs) {
    if (!(p instanceof SizedByInputs s) || s.resultShape().isKnown()) {
      return null;
    }
    List<TensorSpec> operands =
        inputs.subList(0, s.operands()).stream().map(BackendTensor::spec).toList();
    return s.withResultShape(
        inputs.size() > s.operands()
            ? filled(s.resultShape(), sizes(inputs, s.operands()))
            : s.shapeOf(operands));
  }

  /** How many inputs are left of a primitive that was filled in. */
  static int inputs(Primitive p) {
    return ((SizedByInputs) p).operands();
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
}
