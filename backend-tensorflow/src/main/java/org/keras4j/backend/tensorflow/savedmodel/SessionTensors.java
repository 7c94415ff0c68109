package org.keras4j.backend.tensorflow.savedmodel;

import org.keras4j.backend.tensorflow.TensorFlowTensors;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.spi.Backend;
import org.tensorflow.types.family.TType;

/** Arrays as tensors of sessions, and back. */
final class SessionTensors {
  private SessionTensors() {}

  /** The caller closes it. */
  static TType of(NDArray a) {
    Backend backend = Keras.backend("tensorflow");
    try (Tensor t = new EagerTensor(backend, backend.fromHost(a, "cpu:0"))) {
      return TensorFlowTensors.to(t);
    }
  }

  static NDArray array(org.tensorflow.Tensor value) {
    try (Tensor t = TensorFlowTensors.from((TType) value)) {
      return t.toNDArray();
    }
  }
}
