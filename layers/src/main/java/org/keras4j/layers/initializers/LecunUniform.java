package org.keras4j.layers.initializers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** Uniform between bounds of {@code sqrt(3 / inputs)} ({@code keras.initializers.LecunUniform}). */
@KerasSerializable(module = "keras.initializers")
public final class LecunUniform extends FanScaling {
  /** The seed: an integer or a seed generator; null for one chosen at random. */
  public LecunUniform seed(@Nullable Object value) {
    setSeed(value);
    return this;
  }

  /** The axes that are inputs and outputs of a unit; by default the last two, times those before. */
  public LecunUniform fanAxes(int @Nullable [] inputAxes, int @Nullable [] outputAxes) {
    axes(inputAxes, outputAxes);
    return this;
  }

  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return draw(shape, dtype, 1.0, "fan_in", "uniform", seed);
  }
}
