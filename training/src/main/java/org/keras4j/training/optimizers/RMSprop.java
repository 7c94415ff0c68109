package org.keras4j.training.optimizers;

import java.util.ArrayList;
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
 * Steps divided by the root of a running mean of squared gradients ({@code keras.optimizers.RMSprop}): {@code
 * v = rho v + (1 - rho) g²; w -= lr g / sqrt(v + epsilon)}, with momentum if wanted; centered, the squared
 * mean of gradients is subtracted from v there.
 *
 * <pre>{@code
 * model.compile(new RMSprop(1e-3).rho(0.95).centered(true), "mse");
 * }</pre>
 */
@KerasSerializable(
    module = "keras.optimizers",
    // as Keras on PyTorch writes it
    aliases = {"keras.src.backend.torch.optimizers.torch_rmsprop.RMSprop"})
public final class RMSprop extends RuleOptimizer<RMSprop> {
  private static final UpdateRule RULE = new UpdateRule(Composites.RMSPROP_UPDATE) {
    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      double rho = a.getDouble("rho");
      boolean momentum = a.getDouble("momentum") > 0;
      List<Tensor> out = new ArrayList<>();
      Tensor v = Prims.add(Prims.mul(slots.get(0), rho), Prims.mul(Prims.square(g), 1 - rho));
      out.add(v);
      Tensor denominator = v;
      Tensor mean = null;
      if (a.getBoolean("centered")) {
        mean = Prims.add(Prims.mul(slots.get(slots.size() - 1), rho), Prims.mul(g, 1 - rho));
        denominator = Prims.sub(v, Prims.square(mean));
      }
      denominator = Prims.add(denominator, a.getDouble("epsilon"));
      Tensor by = Prims.div(Prims.mul(shared.get(0), g), Prims.sqrt(denominator));
      if (momentum) {
        by = Prims.add(Prims.mul(slots.get(1), a.getDouble("momentum")), by);
        out.add(by);
      }
      if (mean != null) {
        out.add(mean);
      }
      out.add(0, Prims.sub(w, by));
      return out;
    }
  };

  @Config
  private double rho = 0.9;

  @Config
  private double momentum;

  @Config
  private double epsilon = 1e-7;

  @Config
  private boolean centered;

  /** With a learning rate of 0.001. */
  public RMSprop() {
    this(0.001);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public RMSprop(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public RMSprop(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public RMSprop(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private RMSprop(Object learningRate) {
    super(learningRate);
  }

  /**
   * How much of the mean of squared gradients stays each step.
   *
   * @param value 0.9 by default
   * @return this optimizer
   */
  public RMSprop rho(double value) {
    return set("rho", () -> this.rho = value);
  }

  /**
   * How much of the last step stays.
   *
   * @param value 0 by default
   * @return this optimizer
   */
  public RMSprop momentum(double value) {
    return set("momentum", () -> this.momentum = value);
  }

  /**
   * Keeps the denominator above zero.
   *
   * @param value 1e-7 by default
   * @return this optimizer
   */
  public RMSprop epsilon(double value) {
    return set("epsilon", () -> this.epsilon = value);
  }

  /**
   * Whether squared gradients count by their variance.
   *
   * @param value false by default
   * @return this optimizer
   */
  public RMSprop centered(boolean value) {
    return set("centered", () -> this.centered = value);
  }

  @Override
  void makeSlots(List<Variable> trainable) {
    slot(addSlots(trainable, "velocity"));
    if (momentum > 0) {
      slot(addSlots(trainable, "momentum"));
    }
    if (centered) {
      slot(addSlots(trainable, "average_gradient"));
    }
  }

  @Override
  UpdateRule rule() {
    return RULE;
  }

  @Override
  List<Object> attributes() {
    return List.of("rho", rho, "momentum", momentum, "epsilon", epsilon, "centered", centered);
  }
}
