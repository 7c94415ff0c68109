package org.keras4j.backend.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.spi.Backend;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

class TensorFlowTensorsTest {
  private static Tensor ours(NDArray a) {
    Backend b = Keras.backend("tensorflow");
    return new EagerTensor(b, b.fromHost(a, ""));
  }

  @Test
  void takenWithoutACopy() {
    TFloat32 theirs = TFloat32.tensorOf(org.tensorflow.ndarray.Shape.of(4, 8));
    theirs.setFloat(3, 1, 2);
    Tensor t = TensorFlowTensors.from(theirs);
    assertEquals(Shape.of(4, 8), t.shape());
    assertEquals(3, t.toNDArray().getFloat(10));
    theirs.setFloat(5, 1, 2); // one memory
    assertEquals(5, t.toNDArray().getFloat(10));
    theirs.close();
    assertEquals(5, t.toNDArray().getFloat(10));
    t.close();
  }

  @Test
  void givenWithoutACopy() {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(4, 8));
    a.setDouble(10, 3);
    Tensor t = ours(a);
    TFloat32 theirs = (TFloat32) TensorFlowTensors.to(t);
    assertEquals(3, theirs.getFloat(1, 2));
    theirs.setFloat(5, 1, 2);
    assertEquals(5, t.toNDArray().getFloat(10));
    t.close();
    assertEquals(5, theirs.getFloat(1, 2));
    theirs.close();
  }

  @Test
  void keepsDtypes() {
    Tensor t = ours(NDArray.of(new long[] {7, 8}));
    try (TType theirs = TensorFlowTensors.to(t)) {
      assertEquals(8, ((TInt64) theirs).getLong(1));
      assertEquals(t.spec(), TensorFlowTensors.from(theirs).spec());
    }
    t.close();
    assertThrows(IllegalStateException.class, () -> TensorFlowTensors.to(t));
  }
}
