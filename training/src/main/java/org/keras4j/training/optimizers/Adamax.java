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
 * {@link Adam} with the largest gradient so far, fading, in place of the mean of squares ({@code
 * keras.optimizers.Adamax}; Kingma and Ba 2014).
 *
 * <pre>{@code
 * m += (1 - beta1) * (g - m)
 * u = max(beta2 * u, |g|)
 * w -= lr * m / ((1 - beta1^t) * (u + epsilon))
 * }</pre>
 *
 * <pre>{@code
 * model.compile(new Adamax(1e-3), "mse");
 * }</pre>
 */
@KerasSerializable(
    module = "keras.optimizers",
    // as Keras on PyTorch writes it
    aliases = {"keras.src.backend.torch.optimizers.torch_adamax.Adamax"})
public final class Adamax extends RuleOptimizer<Adamax> {
  private static final UpdateRule RULE = new UpdateRule(Composites.ADAMAX_UPDATE) {
    @Override
    List<Tensor> shared(Attributes a, List<Tensor> scalars) {
      Tensor power =
          Prims.pow(Prims.scalarLike(scalars.get(1), a.getDouble("beta_1")), scalars.get(1));
      return List.of(scalars.get(0), Prims.sub(1, power));
    }

    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      Tensor m = slots.get(0);
      m = Prims.add(m, Prims.mul(Prims.sub(g, m), 1 - a.getDouble("beta_1")));
      Tensor u = Prims.max(Prims.mul(slots.get(1), a.getDouble("beta_2")), Prims.abs(g));
      Tensor denominator = Prims.mul(shared.get(1), Prims.add(u, a.getDouble("epsilon")));
      return List.of(Prims.sub(w, Prims.div(Prims.mul(shared.get(0), m), denominator)), m, u);
    }
  };

  @Config("beta_1")
  private double beta1 = 0.9;

  @Config("beta_2")
  private double beta2 = 0.999;

  @Config
  private double epsilon = 1e-7;

  /** With a learning rate of 0.001. */
  public Adamax() {
    this(0.001);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public Adamax(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public Adamax(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public Adamax(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private Adamax(Object learningRate) {
    super(learningRate);
  }

  /**
   * How much of the mean of gradients stays each step.
   *
   * @param value 0.9 by default
   * @return this optimizer
   */
  public Adamax beta1(double value) {
    return set("beta1", () -> this.beta1 = value);
  }

  /**
   * How much of the largest gradient stays each step.
   *
   * @param value 0.999 by default
   * @return this optimizer
   */
  public Adamax beta2(double value) {
    return set("beta2", () -> this.beta2 = value);
  }

  /**
   * Keeps the denominator above zero.
   *
   * @param value 1e-7 by default
   * @return this optimizer
   */
  public Adamax epsilon(double value) {
    return set("epsilon", () -> this.epsilon = value);
  }

  @Override
  void makeSlots(List<Variable> trainable) {
    addSlots(trainable, List.of("momentum", "norm"), List.of("zeros", "zeros")).forEach(this::slot);
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
