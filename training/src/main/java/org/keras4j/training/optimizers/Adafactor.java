package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.schedules.LearningRateSchedule;

/**
 * Steps scaled by means of squared gradients, kept for matrices as row and column means only ({@code
 * keras.optimizers.Adafactor}; Shazeer and Stern 2018).
 *
 * <pre>{@code
 * model.compile(new Adafactor(1e-3).beta2Decay(-0.7), "mse");
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers")
public final class Adafactor extends BaseOptimizer<Adafactor> {
  @Config("beta_2_decay")
  private double beta2Decay = -0.8;

  @Config("epsilon_1")
  private double epsilon1 = 1e-30;

  @Config("epsilon_2")
  private double epsilon2 = 1e-3;

  @Config
  private double clipThreshold = 1.0;

  @Config
  private boolean relativeStep = true;

  private final List<@Nullable Variable> rows = new ArrayList<>();
  private final List<@Nullable Variable> columns = new ArrayList<>();
  private final List<@Nullable Variable> velocities = new ArrayList<>();

  /** With a learning rate of 0.001. */
  public Adafactor() {
    this(0.001);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public Adafactor(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public Adafactor(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public Adafactor(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private Adafactor(Object learningRate) {
    super(learningRate);
  }

  /**
   * The exponent by which the means' memory grows with the step.
   *
   * @param value -0.8 by default
   * @return this optimizer
   */
  public Adafactor beta2Decay(double value) {
    return set("beta2Decay", () -> this.beta2Decay = value);
  }

  /**
   * Added to squared gradients.
   *
   * @param value 1e-30 by default
   * @return this optimizer
   */
  public Adafactor epsilon1(double value) {
    return set("epsilon1", () -> this.epsilon1 = value);
  }

  /**
   * The least size a variable counts with.
   *
   * @param value 0.001 by default
   * @return this optimizer
   */
  public Adafactor epsilon2(double value) {
    return set("epsilon2", () -> this.epsilon2 = value);
  }

  /**
   * The largest root mean square of a step before scaling.
   *
   * @param value 1 by default
   * @return this optimizer
   */
  public Adafactor clipThreshold(double value) {
    return set("clipThreshold", () -> this.clipThreshold = value);
  }

  /**
   * Whether the learning rate, if a number, falls with the root of the step.
   *
   * @param value true by default
   * @return this optimizer
   */
  public Adafactor relativeStep(boolean value) {
    return set("relativeStep", () -> this.relativeStep = value);
  }

  @Override
  public void build(List<Variable> trainable) {
    if (isBuilt()) {
      return;
    }
    super.build(trainable);
    for (Variable v : trainable) {
      Shape s = v.shape();
      int n = s.rank();
      if (n < 2) {
        // Keras saves these placeholders too
        rows.add(addVariable(v.name(), Shape.SCALAR, DType.INT32, "zeros"));
        columns.add(addVariable(v.name(), Shape.SCALAR, DType.INT32, "zeros"));
      } else if (v.isOverwriteWithGradient()) {
        rows.add(null);
        columns.add(null);
      } else {
        rows.add(addVariable(v.name(), s.without(n - 1), v.dtype(), "zeros"));
        columns.add(addVariable(v.name(), s.without(n - 2), v.dtype(), "zeros"));
      }
      velocities.add(
          v.isOverwriteWithGradient() ? null : addVariableFromReference(v, "velocity", "zeros"));
    }
  }

  private static Tensor rms(Tensor x) {
    return Prims.sqrt(Ops.mean(Prims.square(x)));
  }

  private static Tensor mix(Tensor old, Tensor beta, Tensor now) {
    return Prims.add(Prims.mul(beta, old), Prims.mul(Prims.sub(1, beta), now));
  }

  @Override
  protected void updateStep(Tensor gradient, Variable variable, Tensor learningRate) {
    DType d = variable.dtype();
    int i = indexOf(variable);
    Variable velocity = velocities.get(i);
    Tensor w = variable.value();
    Tensor g = Prims.convert(gradient, d);
    Tensor step = Prims.convert(Prims.add(iterations(), Prims.scalar(DType.INT32, 1L)), d);
    Tensor falling = Prims.div(1, Prims.sqrt(step));
    Tensor lr = Prims.convert(learningRate, d);
    if (learningRateSource() == null && relativeStep) {
      lr = Prims.min(lr, falling);
    }
    Tensor size = Prims.max(Prims.scalar(d, epsilon2), rms(w));
    Tensor alpha = Prims.mul(size, Prims.min(lr, falling));
    Tensor squares = Prims.add(Prims.square(g), epsilon1);
    Tensor beta = Prims.sub(1, Prims.pow(step, Prims.scalar(d, beta2Decay)));
    Tensor v;
    if (w.rank() >= 2) {
      Variable row = rows.get(i);
      Variable column = columns.get(i);
      Tensor r = mix(row.value(), beta, Ops.mean(squares, -1));
      Tensor c = mix(column.value(), beta, Ops.mean(squares, -2));
      row.assign(r);
      column.assign(c);
      v = Prims.mul(
          Prims.expandDims(Prims.div(r, Ops.mean(r, -1, true)), -1), Prims.expandDims(c, -2));
    } else {
      v = mix(velocity.value(), beta, squares);
    }
    velocity.assign(v);
    Tensor u = Prims.div(g, Prims.sqrt(v));
    Tensor scale = Prims.max(Prims.scalar(d, 1.0), Prims.div(rms(u), clipThreshold));
    variable.assign(Prims.sub(w, Prims.mul(alpha, Prims.div(u, scale))));
  }
}
