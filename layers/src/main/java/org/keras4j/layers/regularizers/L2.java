package org.keras4j.layers.regularizers;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The penalty {@code l2 * sum(x²)} ({@code keras.regularizers.L2}) of a tensor of any shape, a scalar.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelRegularizer(new L2(0.001));
 * }</pre>
 */
@KerasSerializable(module = "keras.regularizers")
public final class L2 extends Regularizer {
  @Config
  private double l2 = 0.01;

  /** With the factor 0.01. */
  public L2() {}

  /**
   * With a factor.
   *
   * @param l2 the factor, 0.01 by default
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public L2(double l2) {
    this.l2 = factor(l2, "l2");
  }

  @Override
  public Tensor call(Tensor x) {
    return Ops.multiply(l2, Ops.sum(Ops.square(x)));
  }
}
