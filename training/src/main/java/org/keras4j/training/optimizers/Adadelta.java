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
 * Steps of the size of recent steps over that of recent gradients ({@code keras.optimizers.Adadelta}; Zeiler
 * 2012).
 *
 * <pre>{@code
 * accumulated = rho * accumulated + (1 - rho) * g²
 * by = sqrt(delta + epsilon) / sqrt(accumulated + epsilon) * g
 * delta = rho * delta + (1 - rho) * by²
 * w -= lr * by
 * }</pre>
 *
 * <pre>{@code
 * model.compile(new Adadelta(1.0).rho(0.9), "mse");
 * }</pre>
 */
@KerasSerializable(
    module = "keras.optimizers",
    // as Keras on PyTorch writes it
    aliases = {"keras.src.backend.torch.optimizers.torch_adadelta.Adadelta"})
public final class Adadelta extends RuleOptimizer<Adadelta> {
  private static final UpdateRule RULE = new UpdateRule(Composites.ADADELTA_UPDATE) {
    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      double rho = a.getDouble("rho");
      double epsilon = a.getDouble("epsilon");
      Tensor grads = Prims.add(Prims.mul(slots.get(0), rho), Prims.mul(Prims.square(g), 1 - rho));
      Tensor steps = slots.get(1);
      Tensor delta = Prims.neg(Prims.div(
          Prims.mul(Prims.sqrt(Prims.add(steps, epsilon)), g),
          Prims.sqrt(Prims.add(grads, epsilon))));
      steps = Prims.add(Prims.mul(steps, rho), Prims.mul(Prims.square(delta), 1 - rho));
      return List.of(Prims.add(w, Prims.mul(shared.get(0), delta)), grads, steps);
    }
  };

  @Config
  private double rho = 0.95;

  @Config
  private double epsilon = 1e-7;

  /** With a learning rate of 0.001. */
  public Adadelta() {
    this(0.001);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public Adadelta(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public Adadelta(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public Adadelta(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private Adadelta(Object learningRate) {
    super(learningRate);
  }

  /**
   * How much of the means stays each step.
   *
   * @param value 0.95 by default
   * @return this optimizer
   */
  public Adadelta rho(double value) {
    return set("rho", () -> this.rho = value);
  }

  /**
   * Keeps the denominator above zero.
   *
   * @param value 1e-7 by default
   * @return this optimizer
   */
  public Adadelta epsilon(double value) {
    return set("epsilon", () -> this.epsilon = value);
  }

  @Override
  void makeSlots(List<Variable> trainable) {
    addSlots(
            trainable,
            List.of("accumulated_grad", "accumulated_delta_var"),
            List.of("zeros", "zeros"))
        .forEach(this::slot);
  }

  @Override
  UpdateRule rule() {
    return RULE;
  }

  @Override
  List<Object> attributes() {
    return List.of("rho", rho, "epsilon", epsilon);
  }
}
