package org.keras4j.layers.core;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Masks the steps whose features all have one value, and makes them 0 ({@code keras.layers.Masking}).
 *
 * <p>Input and output shape: {@code (batch, steps, features)}, or any of rank 2 at least. The mask has the
 * shape without the last axis.
 *
 * <pre>{@code
 * Tensor y = new Masking(0).invoke(Ops.ones(new long[] {2, 5, 3})); // (2, 5, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Masking extends FluentLayer<Masking> {
  @Config
  private Object maskValue = 0.0;

  /** With the value 0. */
  public Masking() {
    supportsMasking(true);
    builtWithoutInput();
  }

  /**
   * With a value.
   *
   * @param maskValue steps whose features all have it are masked; 0 by default
   */
  public Masking(double maskValue) {
    this();
    this.maskValue = maskValue;
  }

  private Tensor mask(Tensor x) {
    return Prims.reduce(ReduceKind.OR, Ops.notEqual(x, maskValue), -1);
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    return mask(single(inputs));
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor mask = mask(x);
    Tensor y = Ops.where(Prims.expandDims(mask, -1), x, Prims.scalarLike(x, 0));
    y.setKerasMask(mask);
    return y;
  }
}
