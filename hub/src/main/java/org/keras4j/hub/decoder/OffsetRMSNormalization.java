package org.keras4j.hub.decoder;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.ops.Ops;

/**
 * Scales each sample to mean square 1 along the last axis, then by one and a learned number: {@code x / sqrt(mean(x^2) +
 * epsilon) * (1 + scale)}, as Gemma does. The weight starts at zero.
 *
 * <p>Input and output shape: any. Weights: {@code scale}, of the size of the last axis.
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class OffsetRMSNormalization extends FluentLayer<OffsetRMSNormalization> {
  @Config
  private double epsilon = 1e-6;

  private @Nullable Variable scale;

  /** Along the last axis. */
  public OffsetRMSNormalization() {}

  /**
   * What is added to the mean square.
   *
   * @param value 1e-6 by default
   * @return this layer
   */
  public OffsetRMSNormalization epsilon(double value) {
    return set("epsilon", () -> epsilon = value);
  }

  @Override
  protected void build(Shape input) {
    scale = addWeight(
        "scale", Shape.of(input.intDim(-1)), WeightOptions.initializer("zeros").autocast(false));
  }

  @Override
  protected Tensor call(Tensor x) {
    // 1 and a small number make more digits than halves have
    DType wide = x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Tensor factor = Ops.add(Ops.cast(Objects.requireNonNull(scale), wide), 1);
    return Ops.cast(Ops.rmsNormalization(Ops.cast(x, wide), factor, -1, epsilon), x.dtype());
  }
}
