package org.keras4j.backend.tensorflow.runtime;

import static org.tensorflow.internal.c_api.global.tensorflow.*;

import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendException;
import org.tensorflow.internal.c_api.TFE_TensorHandle;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.TF_Tensor;

/** Copies between host arrays and tensors. */
public final class HostTransfer {
  // of a string in a tensor: TF_TString, whatever its length
  private static final int STRING_BYTES = 24;

  private HostTransfer() {}

  /** A tensor in host memory with an array's elements, in the dtype that holds them. */
  public static Handle toNative(NDArray array, Caller caller) {
    TF_Tensor t = tensor(array);
    try {
      TFE_TensorHandle h = TFE_NewTensorHandle(t, caller.status());
      Engine.check(caller.status(), "copying " + array.spec() + " to the device");
      return new Handle(h.address());
    } finally {
      TF_DeleteTensor(t);
    }
  }

  /** The same as a plain tensor, which the caller deletes. */
  static TF_Tensor tensor(NDArray array) {
    TensorSpec s = array.spec();
    if (s.dtype() == DType.STRING) {
      throw new IllegalArgumentException("A tensor of strings lives on the host only, got " + s);
    }
    long bytes = s.bytes();
    TF_Tensor t =
        TF_AllocateTensor(NativeType.code(s.dtype()), s.shape().toArray(), s.rank(), bytes);
    if (t == null || t.isNull()) {
      throw new BackendException("TensorFlow ran out of memory for " + s);
    }
    if (bytes > 0) {
      view(t, bytes).put(array.bytes());
    }
    return t;
  }

  /** A tensor of strings, given by their bytes. */
  public static Handle strings(List<byte[]> values, Shape shape, Caller caller) {
    TF_Tensor t = stringTensor(values, shape);
    try {
      TFE_TensorHandle h = TFE_NewTensorHandle(t, caller.status());
      Engine.check(caller.status(), "making strings");
      return new Handle(h.address());
    } finally {
      TF_DeleteTensor(t);
    }
  }

  /** The same as a plain tensor, which the caller deletes. */
  static TF_Tensor stringTensor(List<byte[]> values, Shape shape) {
    TF_Tensor t = TF_AllocateTensor(
        NativeType.code(DType.STRING),
        shape.toArray(),
        shape.rank(),
        values.size() * (long) STRING_BYTES);
    for (int i = 0; i < values.size(); i++) {
      TF_TString s = new TF_TString(TF_TensorData(t)).getPointer(i);
      TF_TString_Init(s);
      try (BytePointer bytes = new BytePointer(values.get(i))) {
        TF_TString_Copy(s, bytes, values.get(i).length);
      }
    }
    return t;
  }

  /** The bytes of a scalar string. */
  static byte[] text(Handle handle, Caller caller) {
    TF_Tensor t = TFE_TensorHandleResolve(handle, caller.status());
    Engine.check(caller.status(), "copying a string to the host");
    try {
      TF_TString s = new TF_TString(TF_TensorData(t));
      byte[] out = new byte[Math.toIntExact(TF_TString_GetSize(s))];
      TF_TString_GetDataPointer(s).get(out);
      return out;
    } finally {
      TF_DeleteTensor(t);
    }
  }

  private static ByteBuffer view(TF_Tensor t, long bytes) {
    return new BytePointer(TF_TensorData(t)).capacity(bytes).asByteBuffer();
  }

  /** A copy on the host; waits for the value. */
  public static NDArray toHost(Handle handle, TensorSpec spec, Caller caller) {
    TF_Tensor t = TFE_TensorHandleResolve(handle, caller.status());
    Engine.check(caller.status(), "copying " + spec + " to the host");
    try {
      NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
      long bytes = spec.bytes();
      if (TF_TensorByteSize(t) != bytes) {
        throw new BackendException("TensorFlow gave " + TF_TensorByteSize(t) + " bytes for " + spec
            + ", expected " + bytes);
      }
      if (bytes > 0) {
        out.bytes().put(view(t, bytes));
      }
      return out;
    } finally {
      TF_DeleteTensor(t);
    }
  }

  /** A handle that shares the memory of a plain tensor, which stays its owner's. */
  public static Handle wrap(TF_Tensor tensor, Caller caller) {
    TFE_TensorHandle h = TFE_NewTensorHandle(tensor, caller.status());
    Engine.check(caller.status(), "taking a tensor");
    return new Handle(h.address());
  }

  /** A plain tensor that shares the memory of a handle's, where that lies on the host; the caller's. */
  public static TF_Tensor resolve(Handle handle, Caller caller) {
    TF_Tensor t = TFE_TensorHandleResolve(handle, caller.status());
    Engine.check(caller.status(), "handing on a tensor");
    return t;
  }

  /** Another reference to the same tensor. */
  public static Handle share(Handle handle, Caller caller) {
    TFE_TensorHandle h = TFE_TensorHandleCopySharingTensor(handle, caller.status());
    Engine.check(caller.status(), "sharing a tensor");
    return new Handle(h.address());
  }

  /** Copies a tensor to a device of the name that TensorFlow uses. */
  public static Handle toDevice(Handle handle, Engine engine, BytePointer device, Caller caller) {
    TFE_TensorHandle h =
        TFE_TensorHandleCopyToDevice(handle, engine.context(), device, caller.status());
    Engine.check(caller.status(), "copying a tensor to " + device.getString());
    return new Handle(h.address());
  }

  /** The dimensions that a tensor really has. */
  public static long[] shape(Handle handle, Caller caller) {
    int rank = TFE_TensorHandleNumDims(handle, caller.status());
    Engine.check(caller.status(), "asking for a shape");
    long[] d = new long[rank];
    for (int i = 0; i < rank; i++) {
      d[i] = TFE_TensorHandleDim(handle, i, caller.status());
    }
    return d;
  }
}
