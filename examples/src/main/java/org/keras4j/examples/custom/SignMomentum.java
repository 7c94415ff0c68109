package org.keras4j.examples.custom;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.Ops;
import org.keras4j.training.optimizers.Optimizer;

/**
 * An optimizer: steps of the same length in the direction of the gradients' moving average. It has no
 * annotation, so that it is registered by a call.
 */
public final class SignMomentum extends Optimizer {
  @Config
  private double momentum = 0.9;

  private List<Variable> averages = List.of();

  private SignMomentum() {
    super(0.01);
  }

  /** With the length of a step. */
  public SignMomentum(double learningRate, double momentum) {
    super(learningRate);
    this.momentum = momentum;
  }

  @Override
  public void build(List<Variable> trainable) {
    if (!isBuilt()) {
      super.build(trainable);
      averages = addSlots(trainable, "average");
    }
  }

  @Override
  protected void updateStep(Tensor gradient, Variable variable, Tensor learningRate) {
    Variable average = averages.get(indexOf(variable));
    average.assign(Ops.add(Ops.multiply(average, momentum), Ops.multiply(gradient, 1 - momentum)));
    variable.assign(Ops.subtract(variable, Ops.multiply(learningRate, Ops.sign(average.value()))));
  }
}
