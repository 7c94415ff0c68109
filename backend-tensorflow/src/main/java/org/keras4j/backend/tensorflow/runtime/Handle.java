package org.keras4j.backend.tensorflow.runtime;

import static org.tensorflow.internal.c_api.global.tensorflow.TFE_DeleteTensorHandle;

import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TFE_TensorHandle;

/** A reference to an eager tensor, by address; whoever holds one frees it. */
public final class Handle extends TFE_TensorHandle {
  public Handle(long address) {
    super((Pointer) null);
    this.address = address;
  }

  /** Gives the reference back. */
  public void release() {
    if (address != 0) {
      TFE_DeleteTensorHandle(this);
      address = 0;
    }
  }
}
