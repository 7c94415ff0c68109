package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.schedules.LearningRateSchedule;

/**
 * {@link AdamW} that needs no schedule, since it averages the variables itself ({@code
 * keras.optimizers.ScheduleFreeAdamW}; Defazio et al. 2024). The slot called momentum holds the sequence z.
 *
 * <pre>{@code
 * model.compile(new ScheduleFreeAdamW(2.5e-3).warmupSteps(100), "mse");
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers")
public final class ScheduleFreeAdamW extends RuleOptimizer<ScheduleFreeAdamW> {
  private static final UpdateRule RULE = new UpdateRule(Composites.SCHEDULE_FREE_ADAMW_UPDATE) {
    @Override
    List<Tensor> shared(Attributes a, List<Tensor> scalars) {
      Tensor step = scalars.get(1);
      Tensor lr = scalars.get(0);
      double warmup = a.getDouble("warmup_steps");
      if (warmup > 0) {
        lr = Prims.mul(lr, Prims.min(Prims.div(step, warmup), Prims.scalarLike(lr, 1)));
      }
      Tensor power2 = Prims.pow(Prims.scalarLike(step, a.getDouble("beta_2")), step);
      return List.of(lr, Prims.sub(1, power2), Prims.div(1, step));
    }

    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      double beta1 = a.getDouble("beta_1");
      Tensor z = slots.get(0);
      Tensor v = slots.get(1);
      Tensor weight = shared.get(2);
      v = Prims.add(v, Prims.mul(Prims.sub(Prims.square(g), v), 1 - a.getDouble("beta_2")));
      Tensor root = Prims.sqrt(Prims.div(v, shared.get(1)));
      Tensor by = Prims.div(Prims.mul(shared.get(0), g), Prims.add(root, a.getDouble("epsilon")));
      Tensor newZ = Prims.sub(z, by);
      Tensor x = Prims.div(Prims.sub(w, Prims.mul(z, 1 - beta1)), beta1);
      x = Prims.add(Prims.mul(Prims.sub(1, weight), x), Prims.mul(weight, newZ));
      Tensor y = Prims.add(Prims.mul(newZ, 1 - beta1), Prims.mul(x, beta1));
      return List.of(y, newZ, v);
    }
  };

  @Config("beta_1")
  private double beta1 = 0.9;

  @Config("beta_2")
  private double beta2 = 0.999;

  @Config
  private double epsilon = 1e-8;

  @Config
  private int warmupSteps;

  /** With a learning rate of 0.0025. */
  public ScheduleFreeAdamW() {
    this(0.0025);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.0025 by default
   */
  public ScheduleFreeAdamW(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public ScheduleFreeAdamW(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public ScheduleFreeAdamW(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private ScheduleFreeAdamW(Object learningRate) {
    super(learningRate);
  }

  /**
   * How much the average counts beside the sequence.
   *
   * @param value 0.9 by default
   * @return this optimizer
   */
  public ScheduleFreeAdamW beta1(double value) {
    return set("beta1", () -> this.beta1 = value);
  }

  /**
   * How much of the mean of squared gradients stays each step.
   *
   * @param value 0.999 by default
   * @return this optimizer
   */
  public ScheduleFreeAdamW beta2(double value) {
    return set("beta2", () -> this.beta2 = value);
  }

  /**
   * Keeps the denominator above zero.
   *
   * @param value 1e-8 by default
   * @return this optimizer
   */
  public ScheduleFreeAdamW epsilon(double value) {
    return set("epsilon", () -> this.epsilon = value);
  }

  /**
   * Over how many steps the learning rate rises at first.
   *
   * @param value 0 by default
   * @return this optimizer
   */
  public ScheduleFreeAdamW warmupSteps(int value) {
    return set("warmupSteps", () -> this.warmupSteps = value);
  }

  @Override
  void makeSlots(List<Variable> trainable) {
    List<@Nullable Variable> z = new ArrayList<>();
    List<@Nullable Variable> velocities = new ArrayList<>();
    for (Variable v : trainable) {
      boolean slots = !v.isOverwriteWithGradient();
      Supplier<Tensor> start = () -> copy(v.eager());
      Variable own = slots ? addVariableFromReference(v, "momentum", start) : null;
      if (own != null) {
        own.eager(); // now: weight decay comes before the first step
      }
      z.add(own);
      velocities.add(slots ? addVariableFromReference(v, "velocity", "zeros") : null);
    }
    slot(z);
    slot(velocities);
  }

  @Override
  UpdateRule rule() {
    return RULE;
  }

  @Override
  List<Object> attributes() {
    return List.of(
        "beta_1", beta1, "beta_2", beta2, "epsilon", epsilon, "warmup_steps", warmupSteps);
  }
}
