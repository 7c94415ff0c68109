package org.keras4j.core;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;

/** A tensor with numbers on a device of one backend. */
public final class EagerTensor extends Tensor {
  private final Backend backend;
  private final BackendTensor handle;
  private final TensorSpec spec;

  /** The scope that will free this tensor, and where it stands in that scope's list: kept by the scope alone. */
  @Nullable
  TensorScope scope;

  int placeInScope;

  /** Wraps a backend's tensor and registers it in the {@link TensorScope} in force. */
  public EagerTensor(Backend backend, BackendTensor handle) {
    this.backend = backend;
    this.handle = handle;
    this.spec = handle.spec();
    TensorScope.register(this);
  }

  public Backend backend() {
    return backend;
  }

  /**
   * The backend's own tensor.
   *
   * @throws IllegalStateException if this tensor is closed
   */
  public BackendTensor handle() {
    if (handle.isClosed()) {
      throw new IllegalStateException(
          "This tensor " + spec + " of backend '" + backend.name() + "' is closed");
    }
    return handle;
  }

  /** Whether this is the same tensor of the backend, not only an equal one. */
  public boolean isSame(EagerTensor other) {
    return handle == other.handle;
  }

  public boolean isClosed() {
    return handle.isClosed();
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public NDArray toNDArray() {
    return handle().toHost();
  }

  @Override
  public void close() {
    handle.close();
  }

  /** The numbers, on backend and device. */
  @Override
  public String toString() {
    if (handle.isClosed()) {
      return "Tensor(closed, " + spec + ")";
    }
    return "Tensor(" + toNDArray() + ", backend=" + backend.name() + ")";
  }
}
