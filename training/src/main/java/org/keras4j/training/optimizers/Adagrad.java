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
 * Steps divided by the root of the sum of squared gradients ({@code keras.optimizers.Adagrad}; Duchi et al.
 * 2011).
 *
 * <pre>{@code
 * accumulator += g²
 * w -= lr * g / sqrt(accumulator + epsilon)
 * }</pre>
 *
 * <pre>{@code
 * model.compile(new Adagrad(0.01).initialAccumulatorValue(0.2), "mse");
 * }</pre>
 */
@KerasSerializable(
    module = "keras.optimizers",
    // as Keras on PyTorch writes it
    aliases = {"keras.src.backend.torch.optimizers.torch_adagrad.Adagrad"})
public final class Adagrad extends RuleOptimizer<Adagrad> {
  private static final UpdateRule RULE = new UpdateRule(Composites.ADAGRAD_UPDATE) {
    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      Tensor sum = Prims.add(slots.get(0), Prims.square(g));
      Tensor root = Prims.sqrt(Prims.add(sum, a.getDouble("epsilon")));
      return List.of(Prims.sub(w, Prims.div(Prims.mul(shared.get(0), g), root)), sum);
    }
  };

  @Config
  private double initialAccumulatorValue = 0.1;

  @Config
  private double epsilon = 1e-7;

  /** With a learning rate of 0.001. */
  public Adagrad() {
    this(0.001);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public Adagrad(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public Adagrad(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public Adagrad(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private Adagrad(Object learningRate) {
    super(learningRate);
  }

  /**
   * What the sums start with.
   *
   * @param value 0.1 by default
   * @return this optimizer
   */
  public Adagrad initialAccumulatorValue(double value) {
    return set("initialAccumulatorValue", () -> this.initialAccumulatorValue = value);
  }

  /**
   * Keeps the denominator above zero.
   *
   * @param value 1e-7 by default
   * @return this optimizer
   */
  public Adagrad epsilon(double value) {
    return set("epsilon", () -> this.epsilon = value);
  }

  @Override
  void makeSlots(List<Variable> trainable) {
    addSlots(trainable, List.of("accumulator"), List.of(initialAccumulatorValue))
        .forEach(this::slot);
  }

  @Override
  UpdateRule rule() {
    return RULE;
  }

  @Override
  List<Object> attributes() {
    return List.of("initial_accumulator_value", initialAccumulatorValue, "epsilon", epsilon);
  }
}
