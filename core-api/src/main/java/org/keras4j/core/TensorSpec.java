package org.keras4j.core;

/** Shape and dtype of a tensor. */
public record TensorSpec(Shape shape, DType dtype) {
  public static TensorSpec of(DType dtype, long... dims) {
    return new TensorSpec(Shape.of(dims), dtype);
  }

  /**
   * Bytes of a dense tensor of this spec; the shape must be known.
   *
   * @throws MemoryLimitException if they are more than 2^63 - 1
   */
  public long bytes() {
    long n = shape.size();
    if (n > Long.MAX_VALUE / Math.max(1, dtype.size())) {
      throw new MemoryLimitException(
          this + " is larger than any memory: it takes more than 2^63 - 1 bytes");
    }
    return n * dtype.size();
  }

  public int rank() {
    return shape.rank();
  }

  public long dim(int axis) {
    return shape.dim(axis);
  }

  public TensorSpec withShape(Shape s) {
    return new TensorSpec(s, dtype);
  }

  public TensorSpec withDType(DType d) {
    return new TensorSpec(shape, d);
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
