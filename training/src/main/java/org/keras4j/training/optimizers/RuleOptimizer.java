package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.ops.internal.engine.Prims;

/** An optimizer whose arithmetic is an {@link UpdateRule}. */
abstract class RuleOptimizer<S extends RuleOptimizer<S>> extends BaseOptimizer<S> {
  private final List<List<@Nullable Variable>> slots = new ArrayList<>();

  RuleOptimizer(Object learningRate) {
    super(learningRate);
  }

  abstract UpdateRule rule();

  /** The numbers that the rule needs, as alternating names and values. */
  abstract List<Object> attributes();

  /** Makes the slots, in Keras's order, each with {@link #slot}. */
  abstract void makeSlots(List<Variable> trainable);

  @Override
  public void build(List<Variable> trainable) {
    if (isBuilt()) {
      return;
    }
    super.build(trainable);
    makeSlots(trainable);
  }

  final void slot(List<@Nullable Variable> one) {
    slots.add(one);
  }

  /** The scalars before the variables: the learning rate and the number of this step. */
  List<Tensor> scalars(Tensor rate, DType dtype) {
    Tensor step = Prims.add(iterations(), Prims.scalar(DType.INT32, 1L));
    return List.of(Prims.convert(rate, dtype), Prims.convert(step, dtype));
  }

  @Override
  protected final void updateStep(Tensor gradient, Variable variable, Tensor rate) {
    updateAll(List.of(gradient), List.of(variable), rate);
  }

  @Override
  protected void updateAll(List<Tensor> grads, List<Variable> of, Tensor rate) {
    Map<DType, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < of.size(); i++) {
      groups.computeIfAbsent(of.get(i).dtype(), d -> new ArrayList<>()).add(i);
    }
    groups.forEach((dtype, members) -> {
      List<Variable> targets = new ArrayList<>();
      members.forEach(i -> targets.add(of.get(i)));
      for (List<@Nullable Variable> s : slots) {
        members.forEach(i -> targets.add(s.get(indexOf(of.get(i)))));
      }
      int n = members.size();
      List<Tensor> in = new ArrayList<>(scalars(rate, dtype));
      List<Object> a = new ArrayList<>(attributes());
      a.addAll(List.of("count", n, "scalars", in.size()));
      targets.subList(0, n).forEach(v -> in.add(v.value()));
      members.forEach(i -> in.add(Prims.convert(grads.get(i), dtype)));
      targets.subList(n, targets.size()).forEach(v -> in.add(v.value()));
      List<Tensor> out = rule().call(Attributes.of(a.toArray()), in);
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(out.get(i));
      }
    });
  }
}
