package org.keras4j.layers.quantization;

/** A layer whose weights can be made integers ({@code layer.quantize} of Keras). */
public interface Quantizable {
  /**
   * Replaces the weights by integers; the layer computes with them from then on, and they train no more.
   *
   * @throws IllegalStateException if the layer is not built, or quantized already
   */
  void quantize(QuantizationConfig config);
}
