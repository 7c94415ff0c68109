package org.keras4j.onnx.internal.file;

import java.util.List;
import org.keras4j.core.NDArray;

/**
 * A setting of a node.
 *
 * @param value a Long, Float, String, NDArray or {@link OnnxGraph}, a long[] or float[], a list of texts, or within functions an
 *     {@link OnnxReference}
 */
public record OnnxAttribute(Object value) {
  public long asLong() {
    return (Long) value;
  }

  public float asFloat() {
    return (Float) value;
  }

  public String asText() {
    return (String) value;
  }

  public NDArray asTensor() {
    return (NDArray) value;
  }

  public OnnxGraph asGraph() {
    return (OnnxGraph) value;
  }

  public long[] asLongs() {
    return (long[]) value;
  }

  public float[] asFloats() {
    return (float[]) value;
  }

  /** A list of texts. */
  public List<?> asTexts() {
    return (List<?>) value;
  }
}
