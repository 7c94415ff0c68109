package org.keras4j.training.optimizers;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Gradient descent, with momentum if wanted ({@code keras.optimizers.SGD}): {@code w -= lr g}, or {@code v
 * = momentum v - lr g; w += v}, or, with Nesterov's momentum, {@code w += momentum v - lr g}.
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

  /** With a learning rate: a number, a schedule, or a supplier of numbers. */
  public SGD(Object learningRate) {
    super(learningRate);
  }

  /** How much of the last step stays, 0 to 1; 0 by default. */
  public SGD momentum(double value) {
    return set("momentum", () -> this.momentum = value);
  }

  /** Whether momentum is Nesterov's; false by default. */
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
