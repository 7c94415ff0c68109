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
 * keras.optimizers.schedules.CosineDecayRestarts}; Loshchilov and Hutter 2016, <a
 * href="https://arxiv.org/abs/1608.03983">SGDR</a>): in the restart numbered {@code i}, of which a part {@code f}
 * from 0 to 1 is done,
 *
 * <pre>{@code
 * rate = initial * ((1 - alpha) * 0.5 * mMul^i * (1 + cos(pi * f)) + alpha)
 * }</pre>
 *
 * <p>The step is an integer scalar; the learning rate is a scalar of {@code floatx}.
 *
 * <pre>{@code
 * var schedule = new CosineDecayRestarts(0.1, 1000).tMul(2).mMul(0.9);
 * var optimizer = new SGD(schedule);
 * }</pre>
 */
@KerasSerializable(module = "keras.optimizers.schedules")
public final class CosineDecayRestarts extends FluentSchedule<CosineDecayRestarts> {
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

  private CosineDecayRestarts() {
    super("SGDRDecay");
  }

  /**
   * Named {@code SGDRDecay}.
   *
   * @param initialLearningRate the learning rate at step 0
   * @param firstDecaySteps over how many steps it falls the first time
   * @throws IllegalArgumentException unless firstDecaySteps is more than 0
   */
  public CosineDecayRestarts(double initialLearningRate, long firstDecaySteps) {
    super("SGDRDecay");
    this.initialLearningRate = initialLearningRate;
    this.firstDecaySteps = firstDecaySteps;
    check();
  }

  /**
   * How much longer each fall is than the one before.
   *
   * @param value 2 by default
   * @return this schedule
   */
  public CosineDecayRestarts tMul(double value) {
    return set("tMul", () -> this.tMul = value);
  }

  /**
   * How much higher each fall starts than the one before.
   *
   * @param value 1 by default
   * @return this schedule
   */
  public CosineDecayRestarts mMul(double value) {
    return set("mMul", () -> this.mMul = value);
  }

  /**
   * The lowest learning rate as a fraction of the initial one.
   *
   * @param value 0 by default
   * @return this schedule
   */
  public CosineDecayRestarts alpha(double value) {
    return set("alpha", () -> this.alpha = value);
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
  protected Tensor rate(Object step) {
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
