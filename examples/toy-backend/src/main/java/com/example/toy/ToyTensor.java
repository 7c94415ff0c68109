package com.example.toy;

import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendTensor;

/** A tensor: an array that nobody writes to. Several tensors may share one, as after a reshape. */
final class ToyTensor implements BackendTensor {
  private final TensorSpec spec;
  private final Held held;
  private volatile NDArray array; // null once it is closed

  ToyTensor(NDArray array) {
    this.array = array;
    this.spec = array.spec();
    this.held = new Held(this, spec.bytes());
  }

  /** The elements, to read only. */
  NDArray array() {
    NDArray a = array;
    if (a == null) {
      throw new IllegalStateException("A tensor " + spec + " was used after it was closed");
    }
    return a;
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public String device() {
    return ToyBackend.DEVICE;
  }

  @Override
  public NDArray toHost() {
    return array().copy();
  }

  @Override
  public boolean isClosed() {
    return array == null;
  }

  @Override
  public void close() {
    array = null;
    held.free();
  }
}
