package org.keras4j.training.optimizers;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.internal.engine.Prims;

/** What Adam and AdamW share: all but the default of weight decay. */
abstract class AdamFamily<S extends AdamFamily<S>> extends BaseOptimizer<S> {
  private static final UpdateRule RULE = new UpdateRule(Composites.ADAM_UPDATE) {
    @Override
    List<Tensor> shared(Attributes a, List<Tensor> scalars) {
      Tensor one = Prims.scalarLike(scalars.get(0), 1);
      Tensor power1 = Prims.pow(Prims.scalarLike(one, a.getDouble("beta_1")), scalars.get(1));
      Tensor power2 = Prims.pow(Prims.scalarLike(one, a.getDouble("beta_2")), scalars.get(1));
      Tensor alpha = Prims.div(
          Prims.mul(scalars.get(0), Prims.sqrt(Prims.sub(one, power2))), Prims.sub(one, power1));
      return List.of(alpha);
    }

    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      Tensor m = slots.get(0);
      Tensor v = slots.get(1);
      m = Prims.add(m, Prims.mul(Prims.sub(g, m), 1 - a.getDouble("beta_1")));
      v = Prims.add(v, Prims.mul(Prims.sub(Prims.square(g), v), 1 - a.getDouble("beta_2")));
      Tensor largest = slots.size() > 2 ? Prims.max(slots.get(2), v) : v;
      Tensor by = Prims.div(
          Prims.mul(m, shared.get(0)), Prims.add(Prims.sqrt(largest), a.getDouble("epsilon")));
      w = Prims.sub(w, by);
      return slots.size() > 2 ? List.of(w, m, v, largest) : List.of(w, m, v);
    }
  };

  @Config("beta_1")
  private double beta1 = 0.9;

  @Config("beta_2")
  private double beta2 = 0.999;

  @Config
  private double epsilon = 1e-7;

  @Config
  private boolean amsgrad;

  private final RuleUpdate update = new RuleUpdate(this, RULE);

  AdamFamily(Object learningRate) {
    super(learningRate);
  }

  /**
   * How much of the mean of gradients stays each step.
   *
   * @param value 0.9 by default
   * @return this optimizer
   */
  public S beta1(double value) {
    return set("beta1", () -> this.beta1 = value);
  }

  /**
   * How much of the mean of squared gradients stays each step.
   *
   * @param value 0.999 by default
   * @return this optimizer
   */
  public S beta2(double value) {
    return set("beta2", () -> this.beta2 = value);
  }

  /**
   * Keeps the denominator above zero.
   *
   * @param value 1e-7 by default
   * @return this optimizer
   */
  public S epsilon(double value) {
    return set("epsilon", () -> this.epsilon = value);
  }

  /**
   * Whether the largest mean of squared gradients so far counts.
   *
   * @param value false by default
   * @return this optimizer
   */
  public S amsgrad(boolean value) {
    return set("amsgrad", () -> this.amsgrad = value);
  }

  @Override
  public void build(List<Variable> trainable) {
    if (isBuilt()) {
      return;
    }
    super.build(trainable);
    addSlots(trainable, List.of("momentum", "velocity"), List.of("zeros", "zeros"))
        .forEach(update::slot);
    if (amsgrad) {
      update.slot(addSlots(trainable, "velocity_hat"));
    }
  }

  @Override
  protected final void updateStep(Tensor gradient, Variable variable, Tensor rate) {
    updateAll(List.of(gradient), List.of(variable), rate);
  }

  @Override
  protected void updateAll(List<Tensor> grads, List<Variable> of, Tensor rate) {
    List<Object> numbers =
        List.of("beta_1", beta1, "beta_2", beta2, "epsilon", epsilon, "amsgrad", amsgrad);
    update.apply(numbers, dtype -> update.scalars(rate, dtype), grads, of);
  }
}
