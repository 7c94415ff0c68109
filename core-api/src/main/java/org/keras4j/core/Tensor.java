package org.keras4j.core;

import org.jspecify.annotations.Nullable;

/**
 * A multi-dimensional array with elements of one dtype. There are three kinds: {@link EagerTensor}
 * holds numbers on a device, {@code TracedTensor} stands for a value of a graph being built, and
 * {@link KerasTensor} for an input or output of layers in a Functional model.
 */
public abstract class Tensor implements AutoCloseable {
  private @Nullable Tensor mask;

  /** Shape and dtype. */
  public abstract TensorSpec spec();

  public final Shape shape() {
    return spec().shape();
  }

  public final DType dtype() {
    return spec().dtype();
  }

  public final int rank() {
    return spec().shape().rank();
  }

  /**
   * The numbers, copied to the host.
   *
   * @throws IllegalStateException if this tensor is symbolic, or closed
   */
  public abstract NDArray toNDArray();

  /** The only element of a tensor of one element, as a double. */
  public final double item() {
    return toNDArray().item();
  }

  /** The Keras mask travelling with this tensor, a bool tensor, or null. */
  public final @Nullable Tensor kerasMask() {
    return mask;
  }

  public final void setKerasMask(@Nullable Tensor newMask) {
    this.mask = newMask;
  }

  /** Frees the native memory now, if there is any; using the tensor afterwards is an error. */
  @Override
  public void close() {}
}
