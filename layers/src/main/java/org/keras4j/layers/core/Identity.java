package org.keras4j.layers.core;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;

/**
 * Gives back its input, of any structure ({@code keras.layers.Identity}).
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new Identity().invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Identity extends FluentLayer<Identity> {
  /** The identity. */
  public Identity() {
    supportsMasking(true);
    builtWithoutInput();
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    return given(inputs);
  }
}
