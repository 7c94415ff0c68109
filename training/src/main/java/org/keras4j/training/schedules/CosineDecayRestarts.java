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
 * Falls along half a cosine, again and again, each time longer and from a lower start ({@code
 * keras.optimizers.schedules.CosineDecayRestarts}; Loshchilov and Hutter 2016).
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class CosineDecayRestarts extends LearningRateSchedule {
  @Config
  private double initialLearningRate;

  @Config
  private Number firstDecaySteps = 1;

  @Config
  private double tMul = 2.0;

  @Config
  private double mMul = 1.0;

  @Config
  private double alpha = 0.0;

  @Config
  private String name = "SGDRDecay";

  private CosineDecayRestarts() {}

  /**
   * A schedule.
   *
   * @param initialLearningRate the learning rate at step 0
   * @param firstDecaySteps over how many steps it falls the first time
   */
  public CosineDecayRestarts(double initialLearningRate, long firstDecaySteps) {
    this.initialLearningRate = initialLearningRate;
    this.firstDecaySteps = firstDecaySteps;
    check();
  }

  /** How much longer each fall is than the one before; 2 by default. */
  public CosineDecayRestarts tMul(double value) {
    this.tMul = value;
    return this;
  }

  /** How much higher each fall starts than the one before; 1 by default. */
  public CosineDecayRestarts mMul(double value) {
    this.mMul = value;
    return this;
  }

  /** The lowest learning rate as a fraction of the initial one; 0 by default. */
  public CosineDecayRestarts alpha(double value) {
    this.alpha = value;
    return this;
  }

  /** The name. */
  public CosineDecayRestarts name(String value) {
    this.name = value;
    return this;
  }

  private void check() {
    if (!(firstDecaySteps.doubleValue() > 0)) {
      throw new IllegalArgumentException(
          "CosineDecayRestarts: firstDecaySteps expects more than 0, got " + firstDecaySteps);
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
    Tensor fraction = Ops.divide(Ops.convertToTensor(step, d), firstDecaySteps.doubleValue());
    Tensor restarts;
    if (tMul == 1.0) {
      restarts = Ops.floor(fraction);
      fraction = Ops.subtract(fraction, restarts);
    } else {
      Tensor t = Prims.scalar(d, tMul);
      Tensor grown = Ops.subtract(1, Ops.multiply(fraction, 1 - tMul));
      restarts = Ops.floor(Ops.divide(Ops.log(grown), Ops.log(t)));
      Tensor length = Ops.power(t, restarts);
      Tensor before = Ops.divide(Ops.subtract(1, length), 1 - tMul);
      fraction = Ops.divide(Ops.subtract(fraction, before), length);
    }
    Tensor height = Ops.multiply(Ops.power(Prims.scalar(d, mMul), restarts), 0.5);
    Tensor cos = Ops.cos(Ops.multiply(fraction, Math.PI));
    Tensor cosine = Ops.multiply(height, Ops.add(cos, 1));
    return Ops.multiply(Ops.add(Ops.multiply(cosine, 1 - alpha), alpha), initialLearningRate);
  }
}
