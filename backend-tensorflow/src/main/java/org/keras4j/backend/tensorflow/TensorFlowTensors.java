package org.keras4j.backend.tensorflow;

import java.lang.reflect.Method;
import org.bytedeco.javacpp.PointerScope;
import org.keras4j.backend.tensorflow.runtime.Caller;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.Handle;
import org.keras4j.backend.tensorflow.runtime.HostTransfer;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendException;
import org.tensorflow.RawTensor;
import org.tensorflow.TensorMapper;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.types.family.TType;

/**
 * Hands tensors to TensorFlow-Java and takes them from it. On a CPU nothing is copied: both sides read the
 * same memory, so neither may change it while the other still uses it.
 */
public final class TensorFlowTensors {
  private TensorFlowTensors() {}

  /**
   * A tensor of TensorFlow-Java as one of ours, on backend {@code "tensorflow"}. Closing either leaves the
   * other usable.
   *
   * @throws BackendException if its element type has no counterpart
   */
  public static Tensor from(TType tensor) {
    Engine engine = Engine.get();
    TF_Tensor shared = NativeAccess.handle(tensor.asRawTensor());
    TensorSpec spec = new TensorSpec(
        Shape.of(tensor.shape().asArray()), NativeType.of(tensor.dataType().getNumber()));
    Handle handle = HostTransfer.wrap(shared, engine.caller());
    return new EagerTensor(
        Keras.backend("tensorflow"), new TensorFlowTensor(handle, spec, engine.devices()[0]));
  }

  /**
   * A tensor of ours as one of TensorFlow-Java, {@code TFloat32} for float32 and so on; the caller closes it.
   *
   * @throws IllegalArgumentException if the tensor is not an eager one of backend {@code "tensorflow"}
   */
  public static TType to(Tensor tensor) {
    if (!(tensor instanceof EagerTensor e) || !(e.handle() instanceof TensorFlowTensor t)) {
      throw new IllegalArgumentException(
          "Expected an eager tensor of backend 'tensorflow', got " + tensor.spec());
    }
    Caller caller = Engine.get().caller();
    Handle handle = t.share(caller);
    try (PointerScope scope = new PointerScope()) {
      TF_Tensor shared = HostTransfer.resolve(handle, caller).withDeallocator();
      Method wrap = RawTensor.class.getDeclaredMethod("fromHandle", TF_Tensor.class);
      Method typed = RawTensor.class.getDeclaredMethod("asTypedTensor");
      wrap.setAccessible(true);
      typed.setAccessible(true);
      return (TType) typed.invoke(wrap.invoke(null, shared));
    } catch (ReflectiveOperationException e1) {
      throw new BackendException(
          "This version of TensorFlow-Java does not let tensors in without a copy", e1);
    } finally {
      handle.release();
    }
  }

  /** TensorFlow-Java opens the native side of its tensors to mappers alone. */
  private abstract static class NativeAccess extends TensorMapper<TType> {
    static TF_Tensor handle(RawTensor tensor) {
      return nativeHandle(tensor);
    }
  }
}
