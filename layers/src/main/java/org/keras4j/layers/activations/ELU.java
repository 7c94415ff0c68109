package org.keras4j.layers.activations;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;

/**
 * {@code x} from 0 on, {@code alpha * (e^x - 1)} below ({@code keras.layers.ELU}).
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new ELU(0.5).invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class ELU extends FluentLayer<ELU> {
  @Config
  private Number alpha = 1.0;

  /** With alpha of 1.0. */
  public ELU() {
    supportsMasking(true);
    builtWithoutInput();
  }

  /**
   * With this alpha.
   *
   * @param alpha the slope below zero, 1 by default
   */
  public ELU(Number alpha) {
    this();
    this.alpha = alpha;
    configured();
  }

  @Override
  protected Tensor call(Tensor x) {
    return Activations.elu(x, alpha.doubleValue());
  }
}
