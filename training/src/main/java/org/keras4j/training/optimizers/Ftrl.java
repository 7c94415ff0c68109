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
 * Follow the regularized leader, for sparse linear models ({@code keras.optimizers.Ftrl}; McMahan et al.
 * 2013).
 *
 * <pre>{@code
 * model.compile(new Ftrl(0.05).l1RegularizationStrength(0.001), "mse");
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers")
public final class Ftrl extends RuleOptimizer<Ftrl> {
  private static final UpdateRule RULE = new UpdateRule(Composites.FTRL_UPDATE) {
    @Override
    List<Tensor> one(Attributes a, List<Tensor> shared, Tensor w, Tensor g, List<Tensor> slots) {
      Tensor lr = shared.get(0);
      Tensor power = Prims.scalarLike(w, -a.getDouble("learning_rate_power"));
      double l1 = a.getDouble("l1_regularization_strength");
      Tensor l2 = Prims.add(
          Prims.div(a.getDouble("beta"), Prims.mul(lr, 2)),
          a.getDouble("l2_regularization_strength"));
      Tensor shrunk =
          Prims.add(g, Prims.mul(w, 2 * a.getDouble("l2_shrinkage_regularization_strength")));
      Tensor sum = slots.get(0);
      Tensor newSum = Prims.add(sum, Prims.square(g));
      Tensor newPower = Prims.pow(newSum, power);
      Tensor sigma = Prims.div(Prims.sub(newPower, Prims.pow(sum, power)), lr);
      Tensor linear = Prims.add(slots.get(1), Prims.sub(shrunk, Prims.mul(sigma, w)));
      Tensor quadratic = Prims.add(Prims.div(newPower, lr), Prims.mul(l2, 2));
      Tensor clipped =
          Prims.max(Prims.min(linear, Prims.scalarLike(w, l1)), Prims.scalarLike(w, -l1));
      return List.of(Prims.div(Prims.sub(clipped, linear), quadratic), newSum, linear);
    }
  };

  @Config
  private double learningRatePower = -0.5;

  @Config
  private double initialAccumulatorValue = 0.1;

  @Config("l1_regularization_strength")
  private double l1RegularizationStrength;

  @Config("l2_regularization_strength")
  private double l2RegularizationStrength;

  @Config("l2_shrinkage_regularization_strength")
  private double l2ShrinkageRegularizationStrength;

  @Config
  private double beta;

  /** With a learning rate of 0.001. */
  public Ftrl() {
    this(0.001);
  }

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public Ftrl(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public Ftrl(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public Ftrl(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private Ftrl(Object learningRate) {
    super(learningRate);
  }

  /**
   * How the learning rate falls with the sum of squares, at most 0.
   *
   * @param value -0.5 by default
   * @return this optimizer
   */
  public Ftrl learningRatePower(double value) {
    return set("learningRatePower", () -> this.learningRatePower = value);
  }

  /**
   * What the sums of squares start with, at least 0.
   *
   * @param value 0.1 by default
   * @return this optimizer
   */
  public Ftrl initialAccumulatorValue(double value) {
    return set("initialAccumulatorValue", () -> this.initialAccumulatorValue = value);
  }

  /**
   * The weight of the sum of absolute values, at least 0.
   *
   * @param value 0 by default
   * @return this optimizer
   */
  public Ftrl l1RegularizationStrength(double value) {
    return set("l1RegularizationStrength", () -> this.l1RegularizationStrength = value);
  }

  /**
   * The weight of the sum of squares, at least 0.
   *
   * @param value 0 by default
   * @return this optimizer
   */
  public Ftrl l2RegularizationStrength(double value) {
    return set("l2RegularizationStrength", () -> this.l2RegularizationStrength = value);
  }

  /**
   * The weight of the sum of squares in the gradient alone, at least 0.
   *
   * @param value 0 by default
   * @return this optimizer
   */
  public Ftrl l2ShrinkageRegularizationStrength(double value) {
    return set(
        "l2ShrinkageRegularizationStrength", () -> this.l2ShrinkageRegularizationStrength = value);
  }

  /**
   * The beta of the paper.
   *
   * @param value 0 by default
   * @return this optimizer
   */
  public Ftrl beta(double value) {
    return set("beta", () -> this.beta = value);
  }

  private void atLeastZero(String setting, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(
          label() + ": " + setting + " expects at least 0, got " + value);
    }
  }

  @Override
  void validate() {
    super.validate();
    if (!(learningRatePower <= 0)) {
      throw new IllegalArgumentException(
          label() + ": learningRatePower expects at most 0, got " + learningRatePower);
    }
    atLeastZero("initialAccumulatorValue", initialAccumulatorValue);
    atLeastZero("l1RegularizationStrength", l1RegularizationStrength);
    atLeastZero("l2RegularizationStrength", l2RegularizationStrength);
    atLeastZero("l2ShrinkageRegularizationStrength", l2ShrinkageRegularizationStrength);
  }

  @Override
  void makeSlots(List<Variable> trainable) {
    addSlots(trainable, List.of("accumulator", "linear"), List.of(initialAccumulatorValue, "zeros"))
        .forEach(this::slot);
  }

  @Override
  UpdateRule rule() {
    return RULE;
  }

  @Override
  List<Object> attributes() {
    return List.of(
        "learning_rate_power",
        learningRatePower,
        "initial_accumulator_value",
        initialAccumulatorValue,
        "l1_regularization_strength",
        l1RegularizationStrength,
        "l2_regularization_strength",
        l2RegularizationStrength,
        "l2_shrinkage_regularization_strength",
        l2ShrinkageRegularizationStrength,
        "beta",
        beta);
  }
}
