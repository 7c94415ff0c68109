package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.ops.internal.engine.Prims;

/** The slots of an optimizer whose arithmetic is an {@link UpdateRule}, and the update by that rule. */
final class RuleUpdate {
  private final Optimizer optimizer;
  private final UpdateRule rule;
  private final List<List<@Nullable Variable>> slots = new ArrayList<>();

  RuleUpdate(Optimizer optimizer, UpdateRule rule) {
    this.optimizer = optimizer;
    this.rule = rule;
  }

  /** Counts one more variable of the state for each that is updated. */
  void slot(List<@Nullable Variable> one) {
    slots.add(one);
  }

  /** The scalars that most rules take: the learning rate and the number of this step. */
  List<Tensor> scalars(Tensor rate, DType dtype) {
    Tensor step = Prims.add(optimizer.iterations(), Prims.scalar(DType.INT32, 1L));
    return List.of(Prims.convert(rate, dtype), Prims.convert(step, dtype));
  }

  /**
   * Updates variables, those of one dtype together.
   *
   * @param attributes the numbers that the rule needs, as alternating names and values
   * @param scalars what comes before the variables, in a dtype
   */
  void apply(
      List<Object> attributes,
      Function<DType, List<Tensor>> scalars,
      List<Tensor> grads,
      List<Variable> of) {
    Map<DType, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < of.size(); i++) {
      groups.computeIfAbsent(of.get(i).dtype(), d -> new ArrayList<>()).add(i);
    }
    groups.forEach((dtype, members) -> {
      List<Variable> targets = new ArrayList<>();
      members.forEach(i -> targets.add(of.get(i)));
      for (List<@Nullable Variable> s : slots) {
        members.forEach(i -> targets.add(s.get(optimizer.indexOf(of.get(i)))));
      }
      int n = members.size();
      List<Tensor> in = new ArrayList<>(scalars.apply(dtype));
      List<Object> a = new ArrayList<>(attributes);
      a.addAll(List.of("count", n, "scalars", in.size()));
      targets.subList(0, n).forEach(v -> in.add(v.value()));
      members.forEach(i -> in.add(Prims.convert(grads.get(i), dtype)));
      targets.subList(n, targets.size()).forEach(v -> in.add(v.value()));
      List<Tensor> out = rule.call(Attributes.named(a.toArray()), in);
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(out.get(i));
      }
    });
  }
}
