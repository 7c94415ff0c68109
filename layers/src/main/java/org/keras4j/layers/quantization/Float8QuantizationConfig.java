package org.keras4j.layers.quantization;

import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Products of floats of eight bits, while layers train on ({@code keras.quantizers.Float8QuantizationConfig}).
 *
 * <pre>{@code
 * model.quantize(new Float8QuantizationConfig()); // as model.quantize("float8")
 * model.compile("adam", "mse");
 * }</pre>
 */
@KerasSerializable(module = "keras.quantizers")
public final class Float8QuantizationConfig extends QuantizationConfig {
  /** There is nothing to set. */
  public Float8QuantizationConfig() {
    super(null, null);
  }

  @Override
  public String mode() {
    return "float8";
  }

  @Override
  public Map<String, Object> getConfig() {
    return new LinkedHashMap<>();
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    // Keras writes nothing and takes anything
  }
}
