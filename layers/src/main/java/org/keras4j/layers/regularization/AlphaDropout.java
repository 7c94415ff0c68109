package org.keras4j.layers.regularization;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.random.RandomOps;

/**
 * A dropout that keeps mean and variance of its input, for networks of scaled exponential linear units
 * ({@code keras.layers.AlphaDropout}; Klambauer et al. 2017, arXiv:1706.02515). Works in training only.
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new AlphaDropout(0.2).seed(1).invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class AlphaDropout extends RateLayer<AlphaDropout> {
  // what the scaled exponential linear unit tends to far below 0
  private static final double SATURATED = -1.6732632423543772 * 1.0507009873554805;

  // -1 for the input's size
  @Config
  private long @Nullable [] noiseShape;

  private AlphaDropout() {}

  /**
   * With this rate.
   *
   * @param rate which part is dropped, from 0 to 1
   */
  public AlphaDropout(double rate) {
    super(rate);
  }

  /**
   * The shape of the choice, which broadcasts to the input.
   *
   * @param value -1 for the input's size; the input's shape by default
   * @return this layer
   */
  public AlphaDropout noiseShape(long... value) {
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
    double p = rate();
    // dropout of ones, not 0 where an element is kept
    Tensor kept = Ops.notEqual(RandomOps.dropout(Prims.onesLike(x), p, noiseShape, generator()), 0);
    Tensor y = Ops.where(kept, x, Prims.scalarLike(x, SATURATED));
    double a = 1 / Math.sqrt((1 - p) * (1 + p * SATURATED * SATURATED));
    return Ops.add(Ops.multiply(y, a), -a * SATURATED * p);
  }
}
