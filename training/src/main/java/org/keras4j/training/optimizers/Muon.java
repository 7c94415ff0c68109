package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
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
 * For matrices, momentum made orthogonal by Newton and Schulz's iteration; for all else, {@link AdamW} ({@code
 * keras.optimizers.Muon}; Jordan et al. 2024).
 *
 * <pre>{@code
 * model.compile(new Muon(1e-3).momentum(0.9), "mse");
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers")
public final class Muon extends BaseOptimizer<Muon> {
  @Config("adam_beta_1")
  private double adamBeta1 = 0.9;

  @Config("adam_beta_2")
  private double adamBeta2 = 0.999;

  @Config
  private double epsilon = 1e-7;

  @Config
  private List<String> excludeLayers = List.of();

  @Config
  private double muonA = 3.4445;

  @Config
  private double muonB = -4.775;

  @Config
  private double muonC = 2.0315;

  @Config
  private double adamLrRatio = 1;

  @Config
  private double momentum = 0.95;

  @Config
  private int nsSteps = 5;

  @Config
  private boolean nesterov = true;

  @Config
  private boolean excludeEmbeddings = true;

  @Config
  private @Nullable Double adamWeightDecay = 0.004;

  @Config
  private @Nullable Double rmsRate = 0.2;

  private final List<@Nullable Variable> momentums = new ArrayList<>();
  private final List<@Nullable Variable> velocities = new ArrayList<>();

  /** With a learning rate of 0.001. */
  public Muon() {
    this(0.001);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public Muon(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public Muon(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public Muon(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private Muon(Object learningRate) {
    super(learningRate);
    this.weightDecay = 0.004;
  }

  /**
   * How much of the mean of gradients stays each step, where it is Adam.
   *
   * @param value 0.9 by default
   * @return this optimizer
   */
  public Muon adamBeta1(double value) {
    return set("adamBeta1", () -> this.adamBeta1 = value);
  }

  /**
   * How much of the mean of squared gradients stays each step, where it is Adam.
   *
   * @param value 0.999 by default
   * @return this optimizer
   */
  public Muon adamBeta2(double value) {
    return set("adamBeta2", () -> this.adamBeta2 = value);
  }

  /**
   * Weight decay where it is Adam.
   *
   * @param value 0.004 by default, null for none
   * @return this optimizer
   */
  public Muon adamWeightDecay(@Nullable Double value) {
    return set("adamWeightDecay", () -> this.adamWeightDecay = value);
  }

  /** {@link #adamWeightDecay(Double)} of a number. */
  public Muon adamWeightDecay(double value) {
    return adamWeightDecay((Double) value);
  }

  /**
   * Keeps Adam's denominator above zero.
   *
   * @param value 1e-7 by default
   * @return this optimizer
   */
  public Muon epsilon(double value) {
    return set("epsilon", () -> this.epsilon = value);
  }

  /**
   * The variables that Adam has: those in whose path one of these is found.
   *
   * @param value regular expressions; none by default
   * @return this optimizer
   */
  public Muon excludeLayers(List<String> value) {
    return set("excludeLayers", () -> this.excludeLayers = List.copyOf(value));
  }

  /**
   * Whether Adam has the variables in whose path "embedding" stands.
   *
   * @param value true by default
   * @return this optimizer
   */
  public Muon excludeEmbeddings(boolean value) {
    return set("excludeEmbeddings", () -> this.excludeEmbeddings = value);
  }

  /**
   * The first coefficient of the iteration.
   *
   * @param value 3.4445 by default
   * @return this optimizer
   */
  public Muon muonA(double value) {
    return set("muonA", () -> this.muonA = value);
  }

  /**
   * The second coefficient of the iteration.
   *
   * @param value -4.775 by default
   * @return this optimizer
   */
  public Muon muonB(double value) {
    return set("muonB", () -> this.muonB = value);
  }

  /**
   * The third coefficient of the iteration.
   *
   * @param value 2.0315 by default
   * @return this optimizer
   */
  public Muon muonC(double value) {
    return set("muonC", () -> this.muonC = value);
  }

  /**
   * The factor of the learning rate where it is Adam.
   *
   * @param value 1 by default
   * @return this optimizer
   */
  public Muon adamLrRatio(double value) {
    return set("adamLrRatio", () -> this.adamLrRatio = value);
  }

  /**
   * How much of the momentum stays each step.
   *
   * @param value 0.95 by default
   * @return this optimizer
   */
  public Muon momentum(double value) {
    return set("momentum", () -> this.momentum = value);
  }

  /**
   * The number of iterations.
   *
   * @param value 5 by default
   * @return this optimizer
   */
  public Muon nsSteps(int value) {
    return set("nsSteps", () -> this.nsSteps = value);
  }

  /**
   * Whether momentum is Nesterov's.
   *
   * @param value true by default
   * @return this optimizer
   */
  public Muon nesterov(boolean value) {
    return set("nesterov", () -> this.nesterov = value);
  }

  /**
   * What steps are multiplied with, besides the root of the longer side.
   *
   * @param value 0.2 by default, null for no scaling at all
   * @return this optimizer
   */
  public Muon rmsRate(@Nullable Double value) {
    return set("rmsRate", () -> this.rmsRate = value);
  }

  /** {@link #rmsRate(Double)} of a number. */
  public Muon rmsRate(double value) {
    return rmsRate((Double) value);
  }

  private boolean isAdam(Variable v) {
    return v.shape().rank() != 2
        || (excludeEmbeddings && v.path().toLowerCase(Locale.ROOT).contains("embedding"))
        || excludeLayers.stream()
            .anyMatch(p -> Pattern.compile(p).matcher(v.path()).find());
  }

  @Override
  public void build(List<Variable> trainable) {
    if (isBuilt()) {
      return;
    }
    super.build(trainable);
    for (Variable v : trainable) {
      boolean slots = !v.isOverwriteWithGradient();
      momentums.add(slots ? addVariableFromReference(v, "momentum", "zeros") : null);
      velocities.add(slots && isAdam(v) ? addVariableFromReference(v, "velocity", "zeros") : null);
    }
  }

  @Override
  protected void updateStep(Tensor gradient, Variable variable, Tensor learningRate) {
    DType d = variable.dtype();
    Tensor g = Prims.convert(gradient, d);
    Tensor lr = Prims.convert(learningRate, d);
    int i = indexOf(variable);
    Variable m = momentums.get(i);
    Variable v = velocities.get(i);
    if (v != null) {
      adam(g, variable, Prims.mul(lr, adamLrRatio), m, v);
    } else {
      orthogonal(g, variable, lr, m);
    }
  }

  private void adam(Tensor g, Variable variable, Tensor lr, Variable m, Variable v) {
    Tensor step = Prims.convert(Prims.add(iterations(), Prims.scalar(DType.INT32, 1L)), g.dtype());
    Tensor power1 = Prims.pow(Prims.scalarLike(g, adamBeta1), step);
    Tensor power2 = Prims.pow(Prims.scalarLike(g, adamBeta2), step);
    Tensor alpha = Prims.div(Prims.mul(lr, Prims.sqrt(Prims.sub(1, power2))), Prims.sub(1, power1));
    m.assign(Prims.add(m.value(), Prims.mul(Prims.sub(g, m.value()), 1 - adamBeta1)));
    v.assign(Prims.add(v.value(), Prims.mul(Prims.sub(Prims.square(g), v.value()), 1 - adamBeta2)));
    Tensor by = Prims.div(Prims.mul(m.value(), alpha), Prims.add(Prims.sqrt(v.value()), epsilon));
    variable.assign(Prims.sub(variable.value(), by));
  }

  private void orthogonal(Tensor g, Variable variable, Tensor lr, Variable m) {
    m.assign(Prims.add(m.value(), Prims.add(g, Prims.mul(m.value(), momentum - 1))));
    Tensor to = nesterov ? Prims.add(g, Prims.mul(m.value(), momentum)) : m.value();
    Tensor by = Prims.mul(lr, newtonSchulz(to));
    if (rmsRate != null) {
      Shape s = by.shape();
      double side = Math.sqrt(Math.max(s.dim(0), s.dim(1)));
      by = Prims.mul(Prims.mul(by, side), rmsRate);
    }
    variable.assign(Prims.sub(variable.value(), by));
  }

  private Tensor newtonSchulz(Tensor matrix) {
    boolean tall = matrix.shape().dim(0) > matrix.shape().dim(1);
    Tensor x = tall ? Ops.transpose(matrix) : matrix;
    x = Prims.div(x, Prims.add(Prims.sqrt(Prims.sumAll(Prims.square(x))), 1e-7));
    for (int i = 0; i < nsSteps; i++) {
      Tensor a = Ops.matmul(x, Ops.transpose(x));
      Tensor b = Prims.add(Prims.mul(a, muonB), Ops.matmul(Prims.mul(a, muonC), a));
      x = Prims.add(Prims.mul(x, muonA), Ops.matmul(b, x));
    }
    return tall ? Ops.transpose(x) : x;
  }

  @Override
  protected void applyWeightDecay(List<Variable> of) {
    for (Variable v : of) {
      Double by = isAdam(v) ? adamWeightDecay : weightDecay;
      if (by != null && usesWeightDecay(v)) {
        decay(v, by);
      }
    }
  }
}
