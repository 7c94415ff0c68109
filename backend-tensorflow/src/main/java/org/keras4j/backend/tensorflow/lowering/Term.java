package org.keras4j.backend.tensorflow.lowering;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;

/**
 * What stands for a tensor while primitives are lowered: a tensor that exists, or an output of a graph's
 * node. Its dtype is that in which TensorFlow holds it.
 */
public abstract class Term {
  private final DType dtype;
  private final Shape shape;

  Term(DType dtype, Shape shape) {
    this.dtype = dtype;
    this.shape = shape;
  }

  public final DType dtype() {
    return dtype;
  }

  /** The shape, as far as it is known. */
  public final Shape shape() {
    return shape;
  }

  public final int rank() {
    return shape.rank();
  }

  public final long dim(int axis) {
    return shape.dim(axis);
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
