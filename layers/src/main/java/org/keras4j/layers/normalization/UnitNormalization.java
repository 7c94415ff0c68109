package org.keras4j.layers.normalization;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;

/**
 * Scales each sample to Euclidean norm 1 along axes ({@code keras.layers.UnitNormalization}).
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new UnitNormalization().invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class UnitNormalization extends FluentLayer<UnitNormalization> {
  // an integer, or a list of them
  @Config
  private Object axis = -1;

  /** Along the last axis. */
  public UnitNormalization() {
    supportsMasking(true);
    builtWithoutInput();
  }

  /**
   * The axes that are normalized.
   *
   * @param value one or several, which may be negative; the last by default
   * @return this layer
   */
  public UnitNormalization axis(int... value) {
    return set("axis", () -> axis = value.length == 1 ? (Object) value[0] : AxisList.of(value));
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor norm = Ops.sqrt(Ops.sum(Ops.square(x), axis, true));
    return Ops.divide(x, Ops.maximum(norm, 1e-12));
  }
}
