package org.keras4j.layers.regularizers;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The penalty {@code l1 * sum(|x|) + l2 * sum(x²)} ({@code keras.regularizers.L1L2}) of a tensor of any shape, a
 * scalar.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelRegularizer(new L1L2(0.001, 0.01));
 * }</pre>
 */
@KerasSerializable(module = "keras.regularizers")
public final class L1L2 extends Regularizer {
  @Config
  private double l1;

  @Config
  private double l2;

  private L1L2() {}

  /**
   * With two factors.
   *
   * @param l1 that of absolute values
   * @param l2 that of squares
   * @throws IllegalArgumentException if one is negative or not finite
   */
  public L1L2(double l1, double l2) {
    this.l1 = factor(l1, "l1");
    this.l2 = factor(l2, "l2");
  }

  @Override
  public Tensor call(Tensor x) {
    Tensor sum = Ops.zeros(new long[0], x.dtype());
    if (l1 != 0) {
      sum = Ops.add(sum, Ops.multiply(l1, Ops.sum(Ops.absolute(x))));
    }
    return l2 == 0 ? sum : Ops.add(sum, Ops.multiply(l2, Ops.sum(Ops.square(x))));
  }
}
