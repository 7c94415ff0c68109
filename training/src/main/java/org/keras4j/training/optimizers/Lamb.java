package org.keras4j.training.optimizers;

import java.util.List;
import java.util.function.Supplier;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.schedules.LearningRateSchedule;

/**
 * {@link Adam} with steps as long as the variables are ({@code keras.optimizers.Lamb}; You et al. 2019).
 *
 * <pre>{@code
 * step = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon), with m and v as of Adam
 * w -= lr * norm(w) / norm(step) * step
 * }</pre>
 *
 * <pre>{@code
 * model.compile(new Lamb(1e-3), "mse");
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers")
public final class Lamb extends RuleOptimizer<Lamb> {
  private static final UpdateRule RULE = new UpdateRule(Composites.LAMB_UPDATE) {
    @Override
    List<Tensor> shared(Attributes a, List<Tensor> scalars) {
      Tensor step = scalars.get(1);
      Tensor power1 = Prims.pow(Prims.scalarLike(step, a.getDouble("beta_1")), step);
      Tensor power2 = Prims.pow(Prims.scalarLike(step, a.getDouble("beta_2")), step);
      return List.of(scalars.get(0), Prims.sub(1, power1), Prims.sub(1, power2));
    }

    private Tensor norm(Tensor x) {
      return Prims.sqrt(Prims.sumAll(Prims.square(x)));
    }

    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      Tensor m = slots.get(0);
      Tensor v = slots.get(1);
      m = Prims.add(m, Prims.mul(Prims.sub(g, m), 1 - a.getDouble("beta_1")));
      v = Prims.add(v, Prims.mul(Prims.sub(Prims.square(g), v), 1 - a.getDouble("beta_2")));
      Tensor root = Prims.sqrt(Prims.div(v, shared.get(2)));
      Tensor by = Prims.div(Prims.div(m, shared.get(1)), Prims.add(root, a.getDouble("epsilon")));
      Tensor wNorm = norm(w);
      Tensor byNorm = norm(by);
      Tensor zero = Prims.scalarLike(w, 0);
      Tensor both = Prims.and(Prims.gt(wNorm, zero), Prims.gt(byNorm, zero));
      Tensor ratio = Prims.select(both, Prims.div(wNorm, byNorm), Prims.scalarLike(w, 1));
      return List.of(Prims.sub(w, Prims.mul(Prims.mul(ratio, shared.get(0)), by)), m, v);
    }
  };

  @Config("beta_1")
  private double beta1 = 0.9;

  @Config("beta_2")
  private double beta2 = 0.999;

  @Config
  private double epsilon = 1e-7;

  /** With a learning rate of 0.001. */
  public Lamb() {
    this(0.001);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public Lamb(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public Lamb(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public Lamb(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private Lamb(Object learningRate) {
    super(learningRate);
  }

  /**
   * How much of the mean of gradients stays each step.
   *
   * @param value 0.9 by default
   * @return this optimizer
   */
  public Lamb beta1(double value) {
    return set("beta1", () -> this.beta1 = value);
  }

  /**
   * How much of the mean of squared gradients stays each step.
   *
   * @param value 0.999 by default
   * @return this optimizer
   */
  public Lamb beta2(double value) {
    return set("beta2", () -> this.beta2 = value);
  }

  /**
   * Keeps the denominator above zero.
   *
   * @param value 1e-7 by default
   * @return this optimizer
   */
  public Lamb epsilon(double value) {
    return set("epsilon", () -> this.epsilon = value);
  }

  @Override
  void makeSlots(List<Variable> trainable) {
    addSlots(trainable, List.of("momentum", "velocity"), List.of("zeros", "zeros"))
        .forEach(this::slot);
  }

  @Override
  UpdateRule rule() {
    return RULE;
  }

  @Override
  List<Object> attributes() {
    return List.of("beta_1", beta1, "beta_2", beta2, "epsilon", epsilon);
  }
}
