package org.keras4j.backend.tensorflow.lowering;

import org.keras4j.backend.tensorflow.runtime.Handle;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;

/** A tensor that exists. */
final class EagerTerm extends Term {
  final Handle handle;

  EagerTerm(Handle handle, DType dtype, Shape shape) {
    super(dtype, shape);
    this.handle = handle;
  }
}
