package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.CompositeName;
import org.keras4j.core.primitive.Composites;
import org.keras4j.ops.custom.CompositeOp;

/**
 * The arithmetic of an optimizer, as one composite over all variables of a dtype, {@code
 * optimizers.NAME_update}. Its inputs are the learning rate, the number of this step (both scalars of the
 * dtype), further scalars, then the variables, their gradients, the first slots, the second slots, and so
 * on, {@code count} each; its results are the new variables and slots in the same order.
 */
abstract class UpdateRule {
  private final CompositeOp op;

  UpdateRule(CompositeName name) {
    this.op = CompositeOp.of(name.name(), this::all);
  }

  /** What {@link #one} needs of the scalars alone, computed once. */
  List<Tensor> shared(Attributes a, List<Tensor> scalars) {
    return scalars;
  }

  /** A variable and its slots after the step. */
  abstract List<Tensor> one(
      Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots);

  private List<Tensor> all(Attributes a, List<Tensor> in) {
    int n = a.get(Composites.COUNT);
    int scalars = a.get(Composites.SCALARS);
    int slots = (in.size() - scalars) / n - 2;
    List<Tensor> shared = shared(a, in.subList(0, scalars));
    List<List<Tensor>> results = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      List<Tensor> own = new ArrayList<>();
      for (int k = 0; k < slots; k++) {
        own.add(in.get(scalars + (k + 2) * n + i));
      }
      results.add(one(a, shared, in.get(scalars + i), in.get(scalars + n + i), own));
    }
    List<Tensor> out = new ArrayList<>();
    for (int k = 0; k < slots + 1; k++) {
      for (List<Tensor> r : results) {
        out.add(r.get(k));
      }
    }
    return out;
  }

  List<Tensor> call(Attributes a, List<Tensor> in) {
    return op.call(a, in);
  }
}
