package org.keras4j.layers.quantization;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.Registry;

/** Turns floats into integers and a scale ({@code keras.quantizers.Quantizer}). */
public abstract class Quantizer implements Configurable {
  /**
   * What quantization gives.
   *
   * @param values integers
   * @param scale what floats were multiplied with; broadcasts to the values
   */
  public record Quantized(Tensor values, Tensor scale) {}

  /** The quantizer of a name, a config, or the object itself; null for null. */
  public static @Nullable Quantizer get(@Nullable Object identifier) {
    return Registry.resolve("keras.quantizers", Quantizer.class, identifier);
  }

  /**
   * Quantizes.
   *
   * @param axes that share a scale; none for those of the quantizer's own setting
   * @return values and scale
   */
  public abstract Quantized call(Tensor x, int... axes);

  /** The dtype of the integers. */
  public abstract DType outputDtype();

  /** The smallest and the largest integer. */
  public abstract int[] valueRange();
}
