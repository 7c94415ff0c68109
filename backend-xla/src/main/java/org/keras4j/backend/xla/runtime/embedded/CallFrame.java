package org.keras4j.backend.xla.runtime.embedded;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetCode;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Message;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OK;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetStatus;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.keras4j.backend.xla.runtime.XlaException;
import org.tensorflow.internal.c_api.TFE_TensorHandle;
import org.tensorflow.internal.c_api.TF_Status;

/** The native arguments that one thread reuses from call to call. */
final class CallFrame {
  private static final ThreadLocal<CallFrame> FRAMES = ThreadLocal.withInitial(CallFrame::new);

  // retained: a thread may come here first within a scope, which frees what was made in it
  final TF_Status status = TF_Status.newStatus().retainReference();
  final IntPointer count = new IntPointer(1).retainReference();
  private PointerPointer<TFE_TensorHandle> inputs = pointers(64);
  private PointerPointer<TFE_TensorHandle> outputs = pointers(64);

  private static PointerPointer<TFE_TensorHandle> pointers(long n) {
    return new PointerPointer<TFE_TensorHandle>(n).retainReference();
  }

  static CallFrame get() {
    return FRAMES.get();
  }

  PointerPointer<TFE_TensorHandle> inputs(int n) {
    if (inputs.capacity() < n) {
      inputs = pointers(2L * n);
    }
    return inputs;
  }

  PointerPointer<TFE_TensorHandle> outputs(int n) {
    if (outputs.capacity() < n) {
      outputs = pointers(2L * n);
    }
    return outputs;
  }

  /** Throws what the status says, if it says a failure. */
  void check(String what) {
    int code = TF_GetCode(status);
    if (code != 0) {
      String message = TF_Message(status).getString();
      // not every function of TensorFlow's resets it
      TF_SetStatus(status, TF_OK, (BytePointer) null);
      throw new XlaException(XlaException.Code.of(code), message).during(what);
    }
  }
}
