package org.keras4j.training.schedules;

import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigFields;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Falls along a polynomial to an end ({@code keras.optimizers.schedules.PolynomialDecay}), with {@code s = min(step,
 * decaySteps)}:
 *
 * <pre>{@code
 * rate = (initialLearningRate - endLearningRate) * (1 - s / decaySteps)^power + endLearningRate
 * }</pre>
 *
 * <p>The step is an integer scalar; the learning rate is a scalar of {@code floatx}.
 *
 * <pre>{@code
 * var schedule = new PolynomialDecay(0.1, 10_000).endLearningRate(0.01).power(0.5);
 * var optimizer = new SGD(schedule);
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class PolynomialDecay extends FluentSchedule<PolynomialDecay> {
  @Config
  private double initialLearningRate;

  @Config
  private Number decaySteps = 1;

  @Config
  private double endLearningRate = 0.0001;

  @Config
  private double power = 1.0;

  @Config
  private boolean cycle;

  private PolynomialDecay() {
    super("PolynomialDecay");
  }

  /**
   * Named {@code PolynomialDecay}.
   *
   * @param initialLearningRate the learning rate at step 0
   * @param decaySteps after how many steps the end is reached
   * @throws IllegalArgumentException unless decaySteps is more than 0
   */
  public PolynomialDecay(double initialLearningRate, long decaySteps) {
    super("PolynomialDecay");
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = decaySteps;
    check();
  }

  /**
   * The last learning rate.
   *
   * @param value 0.0001 by default
   * @return this schedule
   */
  public PolynomialDecay endLearningRate(double value) {
    return set("endLearningRate", () -> this.endLearningRate = value);
  }

  /**
   * The exponent.
   *
   * @param value 1 by default
   * @return this schedule
   */
  public PolynomialDecay power(double value) {
    return set("power", () -> this.power = value);
  }

  /**
   * Whether decaySteps doubles, triples, ... when the step passes it, instead of ending.
   *
   * @param value false by default
   * @return this schedule
   */
  public PolynomialDecay cycle(boolean value) {
    return set("cycle", () -> this.cycle = value);
  }

  private void check() {
    if (!(decaySteps.doubleValue() > 0)) {
      throw new IllegalArgumentException(
          "PolynomialDecay: decaySteps expects more than 0, got " + decaySteps);
    }
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    ConfigFields.write(this, config);
    check();
  }

  @Override
  protected Tensor rate(Object step) {
    DType d = Keras.floatx();
    Tensor s = Ops.convertToTensor(step, d);
    Tensor steps = Prims.scalar(d, decaySteps.doubleValue());
    if (cycle) {
      Tensor round = Ops.ceil(Ops.divide(s, steps));
      Tensor first = Ops.equal(s, Prims.scalar(d, 0.0));
      steps = Ops.multiply(steps, Ops.where(first, Prims.scalar(d, 1.0), round));
    } else {
      s = Ops.minimum(s, steps);
    }
    Tensor left = Ops.power(Ops.subtract(1, Ops.divide(s, steps)), Prims.scalar(d, power));
    Tensor range =
        Ops.subtract(Prims.scalar(d, initialLearningRate), Prims.scalar(d, endLearningRate));
    return Ops.add(Ops.multiply(range, left), endLearningRate);
  }
}
