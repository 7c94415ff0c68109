package org.keras4j.layers.activations;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;

/**
 * {@code x} from 0 on, {@code negativeSlope * x} below ({@code keras.layers.LeakyReLU}).
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new LeakyReLU(0.1).invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class LeakyReLU extends FluentLayer<LeakyReLU> {
  @Config
  private Number negativeSlope = 0.3;

  /** With slope of 0.3. */
  public LeakyReLU() {
    supportsMasking(true);
    builtWithoutInput();
  }

  /**
   * With this slope.
   *
   * @param negativeSlope the slope below zero, 0.3 by default
   */
  public LeakyReLU(Number negativeSlope) {
    this();
    this.negativeSlope = negativeSlope;
    configured();
  }

  @Override
  protected void configured() {
    if (!(negativeSlope.doubleValue() >= 0)) {
      throw new IllegalArgumentException(
          label() + ": 'negativeSlope' expects a number of at least 0, got " + negativeSlope);
    }
  }

  @Override
  protected Tensor call(Tensor x) {
    return Activations.leakyRelu(x, negativeSlope.doubleValue());
  }
}
