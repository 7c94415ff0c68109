package org.keras4j.layers.quantization;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Weights of eight bits, and inputs of eight bits unless told otherwise ({@code
 * keras.quantizers.Int8QuantizationConfig}).
 *
 * <pre>{@code
 * QuantizationConfig config = new Int8QuantizationConfig();
 * }</pre>
 */
@KerasSerializable(module = "keras.quantizers")
public final class Int8QuantizationConfig extends QuantizationConfig {
  /** Weights and inputs by {@link AbsMaxQuantizer}. */
  public Int8QuantizationConfig() {
    this(null, new AbsMaxQuantizer());
  }

  /**
   * By these quantizers.
   *
   * @param weights null for the layer's default
   * @param activations null to leave inputs as they are
   * @throws IllegalArgumentException if weights do not become int8
   */
  public Int8QuantizationConfig(@Nullable Quantizer weights, @Nullable Quantizer activations) {
    super(weights, activations);
    check();
  }

  private void check() {
    Quantizer w = weightQuantizer();
    require("expects a weight quantizer to int8", w == null || w.outputDtype() == DType.INT8);
  }

  @Override
  public String mode() {
    return "int8";
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    check();
  }
}
