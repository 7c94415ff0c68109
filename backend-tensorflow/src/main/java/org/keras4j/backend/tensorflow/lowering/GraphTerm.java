package org.keras4j.backend.tensorflow.lowering;

import org.keras4j.backend.tensorflow.runtime.GraphFunction.Port;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;

/** An output of a node of a graph. */
final class GraphTerm extends Term {
  final Port port;
  final int code;

  GraphTerm(Port port, DType dtype, Shape shape) {
    this(port, dtype, shape, NativeType.code(dtype));
  }

  private GraphTerm(Port port, DType dtype, Shape shape, int code) {
    super(dtype, shape);
    this.port = port;
    this.code = code;
  }

  /** A list of tensors, which no primitive sees; the dtype says nothing. */
  static GraphTerm list(Port port) {
    return new GraphTerm(port, DType.STRING, Shape.SCALAR, NativeType.VARIANT);
  }

  boolean isList() {
    return code == NativeType.VARIANT;
  }

  /** A term like this for another output. */
  GraphTerm at(Port other) {
    return new GraphTerm(other, dtype(), shape(), code);
  }
}
