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
 * Gradient descent, with momentum if wanted ({@code keras.optimizers.SGD}): {@code w -= lr g}, or {@code v
 * = momentum v - lr g; w += v}, or, with Nesterov's momentum, {@code w += momentum v - lr g}.
 *
 * <pre>{@code
 * model.compile(new SGD(0.1).momentum(0.9).nesterov(true), "mse");
 * }</pre>
 */
@KerasSerializable(
    module = "keras.optimizers",
    // as Keras on PyTorch writes it
    aliases = {"keras.src.backend.torch.optimizers.torch_sgd.SGD"})
public final class SGD extends RuleOptimizer<SGD> {
  private static final UpdateRule RULE = new UpdateRule(Composites.SGD_UPDATE) {
    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      Tensor step = Prims.mul(g, shared.get(0));
      if (slots.isEmpty()) {
        return List.of(Prims.sub(w, step));
      }
      double momentum = a.getDouble("momentum");
      Tensor m = Prims.sub(Prims.mul(slots.get(0), momentum), step);
      Tensor by = a.getBoolean("nesterov") ? Prims.sub(Prims.mul(m, momentum), step) : m;
      return List.of(Prims.add(w, by), m);
    }
  };

  @Config
  private double momentum;

  @Config
  private boolean nesterov;

  /** With a learning rate of 0.01. */
  public SGD() {
    this(0.01);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.01 by default
   */
  public SGD(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public SGD(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public SGD(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private SGD(Object learningRate) {
    super(learningRate);
  }

  /**
   * How much of the last step stays, 0 to 1.
   *
   * @param value 0 by default
   * @return this optimizer
   */
  public SGD momentum(double value) {
    return set("momentum", () -> this.momentum = value);
  }

  /**
   * Whether momentum is Nesterov's.
   *
   * @param value false by default
   * @return this optimizer
   */
  public SGD nesterov(boolean value) {
    return set("nesterov", () -> this.nesterov = value);
  }

  @Override
  void validate() {
    super.validate();
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(label() + ": momentum expects 0 to 1, got " + momentum);
    }
  }

  @Override
  void makeSlots(List<Variable> trainable) {
    if (momentum != 0) {
      slot(addSlots(trainable, "momentum"));
    }
  }

  @Override
  UpdateRule rule() {
    return RULE;
  }

  @Override
  List<Object> attributes() {
    return List.of("momentum", momentum, "nesterov", nesterov);
  }
}
