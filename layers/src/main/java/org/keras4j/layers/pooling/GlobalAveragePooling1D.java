package org.keras4j.layers.pooling;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * The mean of each channel over the steps ({@code keras.layers.GlobalAveragePooling1D}); with a mask {@code
 * (batch, steps)}, over those that are not masked.
 *
 * <p>Input shape: {@code (batch, steps, channels)}, or {@code (batch, channels, steps)} with channels first.
 * Output shape: {@code (batch, channels)}, with keepdims of the input's rank.
 *
 * <pre>{@code
 * Tensor y = new GlobalAveragePooling1D().invoke(Ops.ones(new long[] {2, 5, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.GlobalAvgPool1D"})
public final class GlobalAveragePooling1D extends BaseGlobalPooling<GlobalAveragePooling1D> {
  /** With Keras's defaults. */
  public GlobalAveragePooling1D() {
    super(1);
    supportsMasking(true);
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "mask");
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    int steps = spatialAxes()[0];
    Tensor mask = context.mask();
    if (mask == null) {
      return Ops.mean(x, steps, isKeepdims());
    }
    Tensor keep = Prims.expandDims(mask, steps == 1 ? 2 : 1);
    Tensor weight = Prims.convert(keep, x.dtype());
    Tensor sum =
        Ops.sum(Ops.where(Ops.notEqual(keep, 0), x, Prims.scalarLike(x, 0)), steps, isKeepdims());
    return Ops.divide(sum, Ops.sum(weight, steps, isKeepdims()));
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    return null;
  }
}
