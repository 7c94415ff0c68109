package org.keras4j.layers.regularizers;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The penalty {@code l1 * sum(|x|)} ({@code keras.regularizers.L1}) of a tensor of any shape, a scalar.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelRegularizer(new L1(0.001));
 * }</pre>
 */
@KerasSerializable(module = "keras.regularizers")
public final class L1 extends Regularizer {
  @Config
  private double l1 = 0.01;

  /** With the factor 0.01. */
  public L1() {}

  /**
   * With a factor.
   *
   * @param l1 the factor, 0.01 by default
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public L1(double l1) {
    this.l1 = factor(l1, "l1");
  }

  @Override
  public Tensor call(Tensor x) {
    return Ops.multiply(l1, Ops.sum(Ops.absolute(x)));
  }
}
