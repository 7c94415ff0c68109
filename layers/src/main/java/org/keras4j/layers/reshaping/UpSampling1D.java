package org.keras4j.layers.reshaping;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/**
 * Each step several times, one after the other ({@code keras.layers.UpSampling1D}).
 *
 * <p>Input shape: {@code (batch, steps, channels)}. Output shape: {@code (batch, steps * size, channels)}.
 *
 * <pre>{@code
 * Tensor y = new UpSampling1D(2).invoke(Ops.ones(new long[] {2, 5, 3})); // (2, 10, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class UpSampling1D extends FluentLayer<UpSampling1D> {
  @Config
  private int size = 2;

  /** Each step twice. */
  public UpSampling1D() {
    inputSpec(new InputSpec().ndim(3));
  }

  /**
   * Each step this often, at least once.
   *
   * @param size the factor along each spatial axis, one number for all or one for each
   */
  public UpSampling1D(int size) {
    this();
    this.size = size;
    configured();
  }

  @Override
  protected void configured() {
    Extent.of(label() + " size", 1, 1, size);
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.repeat(x, size, 1);
  }
}
