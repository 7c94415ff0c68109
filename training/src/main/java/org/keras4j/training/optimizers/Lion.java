package org.keras4j.training.optimizers;

import java.util.List;
import java.util.function.Supplier;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.schedules.LearningRateSchedule;

/**
 * Steps of one size, by the sign of a running mean of gradients ({@code keras.optimizers.Lion}; Chen et al.
 * 2023).
 *
 * <pre>{@code
 * w -= lr * sign(beta1 * m + (1 - beta1) * g)
 * m = beta2 * m + (1 - beta2) * g
 * }</pre>
 *
 * <pre>{@code
 * model.compile(new Lion(1e-4).beta2(0.98), "mse");
 * }</pre>
 */
@KerasSerializable(
    module = "keras.optimizers",
    // as Keras on PyTorch writes it
    aliases = {"keras.src.backend.torch.optimizers.torch_lion.Lion"})
public final class Lion extends RuleOptimizer<Lion> {
  private static final UpdateRule RULE = new UpdateRule(Composites.LION_UPDATE) {
    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      double beta1 = a.getDouble("beta_1");
      double beta2 = a.getDouble("beta_2");
      Tensor m = slots.get(0);
      Tensor mean = Prims.add(Prims.mul(m, beta1), Prims.mul(g, 1 - beta1));
      Tensor by = Prims.mul(shared.get(0), Prims.unary(UnaryKind.SIGN, mean));
      m = Prims.add(Prims.mul(m, beta2), Prims.mul(g, 1 - beta2));
      return List.of(Prims.sub(w, by), m);
    }
  };

  @Config("beta_1")
  private double beta1 = 0.9;

  @Config("beta_2")
  private double beta2 = 0.99;

  /** With a learning rate of 0.001. */
  public Lion() {
    this(0.001);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public Lion(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public Lion(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public Lion(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private Lion(Object learningRate) {
    super(learningRate);
  }

  /**
   * How much the mean counts beside the gradient, above 0, at most 1.
   *
   * @param value 0.9 by default
   * @return this optimizer
   */
  public Lion beta1(double value) {
    return set("beta1", () -> this.beta1 = value);
  }

  /**
   * How much of the mean stays each step.
   *
   * @param value 0.99 by default
   * @return this optimizer
   */
  public Lion beta2(double value) {
    return set("beta2", () -> this.beta2 = value);
  }

  @Override
  void validate() {
    super.validate();
    if (!(beta1 > 0 && beta1 <= 1)) {
      throw new IllegalArgumentException(
          label() + ": beta1 expects more than 0 and at most 1, got " + beta1);
    }
  }

  @Override
  void makeSlots(List<Variable> trainable) {
    slot(addSlots(trainable, "momentum"));
  }

  @Override
  UpdateRule rule() {
    return RULE;
  }

  @Override
  List<Object> attributes() {
    return List.of("beta_1", beta1, "beta_2", beta2);
  }
}
