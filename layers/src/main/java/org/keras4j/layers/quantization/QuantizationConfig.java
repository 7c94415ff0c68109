package org.keras4j.layers.quantization;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.Configurable;

/** How a layer is quantized ({@code keras.quantizers.QuantizationConfig}). */
public abstract class QuantizationConfig implements Configurable {
  @Config
  private @Nullable Quantizer weightQuantizer;

  @Config
  private @Nullable Quantizer activationQuantizer;

  QuantizationConfig(@Nullable Quantizer weights, @Nullable Quantizer activations) {
    this.weightQuantizer = weights;
    this.activationQuantizer = activations;
  }

  /** {@code "int8"}, {@code "int4"}, {@code "float8"}, {@code "gptq"} or {@code "awq"}. */
  public abstract String mode();

  /** What quantizes weights; null for the layer's default. */
  public final @Nullable Quantizer weightQuantizer() {
    return weightQuantizer;
  }

  /** What quantizes the inputs of each call; null if they stay floats. */
  public final @Nullable Quantizer activationQuantizer() {
    return activationQuantizer;
  }

  final void require(String what, boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException(getClass().getSimpleName() + ": " + what);
    }
  }
}
