package org.keras4j.training.optimizers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;

/** An optimizer whose arithmetic is an {@link UpdateRule}. */
abstract class RuleOptimizer<S extends RuleOptimizer<S>> extends BaseOptimizer<S> {
  private final RuleUpdate update = new RuleUpdate(this, rule());

  RuleOptimizer(Object learningRate) {
    super(learningRate);
  }

  /** The rule, a constant of the class. */
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
    update.slot(one);
  }

  /** The scalars before the variables: the learning rate and the number of this step. */
  List<Tensor> scalars(Tensor rate, DType dtype) {
    return update.scalars(rate, dtype);
  }

  @Override
  protected final void updateStep(Tensor gradient, Variable variable, Tensor rate) {
    updateAll(List.of(gradient), List.of(variable), rate);
  }

  @Override
  protected void updateAll(List<Tensor> grads, List<Variable> of, Tensor rate) {
    update.apply(attributes(), dtype -> scalars(rate, dtype), grads, of);
  }
}
