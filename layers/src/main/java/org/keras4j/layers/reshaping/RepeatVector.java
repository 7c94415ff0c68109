package org.keras4j.layers.reshaping;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Each sample n times, one after the other ({@code keras.layers.RepeatVector}).
 *
 * <p>Input shape: {@code (batch, features)}. Output shape: {@code (batch, n, features)}.
 *
 * <pre>{@code
 * Tensor y = new RepeatVector(5).invoke(Ops.ones(new long[] {2, 3})); // (2, 5, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RepeatVector extends FluentLayer<RepeatVector> {
  @Config
  private int n;

  private RepeatVector() {
    inputSpec(new InputSpec().ndim(2));
  }

  /**
   * With this number of repetitions, at least 1.
   *
   * @param n how often
   */
  public RepeatVector(int n) {
    this();
    this.n = n;
    configured();
  }

  @Override
  protected void configured() {
    if (n <= 0) {
      throw new IllegalArgumentException(label() + ": 'n' expects a positive integer, got " + n);
    }
  }

  @Override
  protected Tensor call(Tensor x) {
    return Ops.repeat(Prims.expandDims(x, 1), n, 1);
  }
}
