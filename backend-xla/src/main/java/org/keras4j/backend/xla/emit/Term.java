package org.keras4j.backend.xla.emit;

import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;

/**
 * A value in a program text.
 *
 * @param name as the text refers to it, {@code %12}
 * @param type its type
 */
public record Term(String name, TensorType type) {
  ElementType element() {
    return type.element();
  }

  int rank() {
    return type.rank();
  }

  long dim(int axis) {
    return type.dim(axis);
  }

  @Override
  public String toString() {
    return name;
  }
}
