package org.keras4j.layers.quantization;

import org.jspecify.annotations.Nullable;

/** A layer that can be quantized by what its inputs were. */
public interface Calibratable extends Quantizable {
  /**
   * From now on each call on numbers, not within a traced function, tells its inputs. {@link #quantize} with the same
   * config ends it.
   *
   * @param config how the layer shall be quantized; null to forget what was gathered
   * @throws UnsupportedOperationException if the layer cannot be quantized so
   */
  void calibrate(@Nullable CalibratedConfig<?> config);
}
