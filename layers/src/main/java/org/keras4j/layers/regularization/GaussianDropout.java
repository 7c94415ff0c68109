package org.keras4j.layers.regularization;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;

/**
 * Multiplies with normal noise of mean 1 and standard deviation {@code sqrt(rate / (1 - rate))}, in
 * training only ({@code keras.layers.GaussianDropout}; Srivastava et al. 2014).
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new GaussianDropout(0.2).seed(1).invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class GaussianDropout extends RateLayer<GaussianDropout> {
  private GaussianDropout() {}

  /**
   * With this rate.
   *
   * @param rate from 0 to 1
   */
  public GaussianDropout(double rate) {
    super(rate);
  }

  @Override
  Tensor drop(Tensor x) {
    double stddev = Math.sqrt(rate() / (1 - rate()));
    Tensor noise = RandomOps.normal(x.shape(), 1.0, stddev, computeDtype(), generator());
    return Ops.multiply(x, noise);
  }
}
