package org.keras4j.onnx.internal.lowering;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/**
 * A value of an ONNX graph.
 *
 * @param name its name in the graph
 * @param dtype the element type that ONNX holds it in
 * @param shape its shape as far as it is known
 * @param value the literal that it is, or null
 */
record Term(String name, DType dtype, Shape shape, @Nullable NDArray value) {
  int rank() {
    return shape.rank();
  }

  long dim(int axis) {
    return shape.dim(axis);
  }

  /** Whether it is a literal with this number everywhere. */
  boolean isEvery(double number) {
    if (value == null || value.size() == 0 || value.size() > 64 || dtype.isComplex()) {
      return false;
    }
    for (int i = 0; i < value.size(); i++) {
      if (value.getDouble(i) != number) {
        return false;
      }
    }
    return true;
  }
}
