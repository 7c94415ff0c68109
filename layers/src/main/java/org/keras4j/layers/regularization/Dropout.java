package org.keras4j.layers.regularization;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.random.RandomOps;

/**
 * Sets elements to 0 at random in training and scales the others up, which keeps the sum in the mean
 * ({@code keras.layers.Dropout}).
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new Dropout(0.2).seed(1).invoke(Ops.ones(new long[] {2, 3}), CallArgs.training(true)); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Dropout extends RateLayer<Dropout> {
  // -1 for the input's size
  @Config
  private long @Nullable [] noiseShape;

  private Dropout() {}

  /**
   * With this rate.
   *
   * @param rate which part is dropped, from 0 to 1
   */
  public Dropout(double rate) {
    super(rate);
  }

  /**
   * The shape of the choice, which broadcasts to the input.
   *
   * @param value 1 on axes along which all are dropped or kept together, -1 for the input's size; the input's
   *     shape by default
   * @return this layer
   */
  public Dropout noiseShape(long... value) {
    set("noiseShape", () -> noiseShape = value.length == 0 ? null : value);
    checkNoiseShape(label(), noiseShape);
    return this;
  }

  @Override
  protected void configured() {
    super.configured();
    checkNoiseShape(label(), noiseShape);
  }

  @Override
  Tensor drop(Tensor x) {
    return RandomOps.dropout(x, rate(), noiseShape, generator());
  }
}
