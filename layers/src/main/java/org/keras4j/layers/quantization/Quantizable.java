package org.keras4j.layers.quantization;

/** A layer whose weights can be made integers ({@code layer.quantize} of Keras). */
public interface Quantizable {
  /**
   * Replaces the weights by integers; the layer computes with them from then on, and they train no more. With {@link
   * Float8QuantizationConfig} the weights stay, and products are of floats of eight bits. A {@link CalibratedConfig} needs
   * inputs to be seen before: {@link Calibratable#calibrate}.
   *
   * @throws IllegalStateException if the layer is not built, or quantized already
   * @throws UnsupportedOperationException if the layer cannot be quantized so
   */
  void quantize(QuantizationConfig config);
}
