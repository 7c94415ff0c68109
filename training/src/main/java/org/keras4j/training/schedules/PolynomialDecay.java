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
 * {@code (initial - end) (1 - step / decaySteps)^power + end}, the step at most {@code decaySteps} ({@code
 * keras.optimizers.schedules.PolynomialDecay}).
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class PolynomialDecay extends LearningRateSchedule {
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

  @Config
  private String name = "PolynomialDecay";

  private PolynomialDecay() {}

  /**
   * A schedule.
   *
   * @param initialLearningRate the learning rate at step 0
   * @param decaySteps after how many steps the end is reached
   */
  public PolynomialDecay(double initialLearningRate, long decaySteps) {
    this.initialLearningRate = initialLearningRate;
    this.decaySteps = decaySteps;
    check();
  }

  /** The last learning rate; 0.0001 by default. */
  public PolynomialDecay endLearningRate(double value) {
    this.endLearningRate = value;
    return this;
  }

  /** The exponent; 1 by default. */
  public PolynomialDecay power(double value) {
    this.power = value;
    return this;
  }

  /** Whether decaySteps doubles, triples, ... when the step passes it, instead of ending; false by default. */
  public PolynomialDecay cycle(boolean value) {
    this.cycle = value;
    return this;
  }

  /** The name. */
  public PolynomialDecay name(String value) {
    this.name = value;
    return this;
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
  public Tensor call(Object step) {
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
