package org.keras4j.backend.xla.runtime;

import java.util.Arrays;

/** Element type and dimensions of a dense array. */
public final class TensorType {
  private final ElementType element;
  private final long[] dims;
  private final String text;
  private long bytes = -1; // computed when first asked for

  private TensorType(ElementType element, long[] dims) {
    this.element = element;
    this.dims = dims;
    StringBuilder b = new StringBuilder("tensor<");
    for (long d : dims) {
      b.append(d).append('x');
    }
    this.text = b.append(element.mlir()).append('>').toString();
  }

  /**
   * A type.
   *
   * @throws IllegalArgumentException if a dimension is negative
   */
  public static TensorType of(ElementType element, long... dims) {
    for (long d : dims) {
      if (d < 0) {
        throw new IllegalArgumentException(
            "Dimensions are at least 0, got " + Arrays.toString(dims));
      }
    }
    return new TensorType(element, dims.clone());
  }

  public ElementType element() {
    return element;
  }

  public int rank() {
    return dims.length;
  }

  public long dim(int axis) {
    return dims[axis];
  }

  public long[] dims() {
    return dims.clone();
  }

  /** The number of elements. */
  public long elements() {
    long n = 1;
    for (long d : dims) {
      n = Math.multiplyExact(n, d);
    }
    return n;
  }

  /** The bytes of a dense array. */
  public long bytes() {
    if (bytes < 0) {
      bytes = Math.multiplyExact(elements(), (long) element.size());
    }
    return bytes;
  }

  /** The same dimensions with other elements. */
  public TensorType with(ElementType other) {
    return other == element ? this : new TensorType(other, dims);
  }

  /** The same elements with other dimensions. */
  public TensorType withDims(long... other) {
    return of(element, other);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof TensorType t && element == t.element && Arrays.equals(dims, t.dims);
  }

  @Override
  public int hashCode() {
    return 31 * element.hashCode() + Arrays.hashCode(dims);
  }

  /** As StableHLO writes it: {@code tensor<2x3xf32>}. */
  @Override
  public String toString() {
    return text;
  }
}
