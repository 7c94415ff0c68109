package org.keras4j.tck.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Dense;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;

/** Tensors of two backends in one call: refused by name, and nothing else is hurt. */
@Tag("several-backends")
class TwoBackendsTest {
  @Test
  void tensorsOfTwoBackendsAreNotMixed() {
    Keras.setBackend("pytorch");
    Tensor a = Ops.convertToTensor(new float[][] {{1, 2}});
    Dense dense = new Dense(2);
    Tensor before = dense.invoke(a);
    Keras.setBackend("xla");
    Tensor b = Ops.convertToTensor(new float[][] {{3, 4}});
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Ops.add(a, b));
    assertTrue(
        e.getMessage().contains("pytorch") && e.getMessage().contains("xla"), e.getMessage());
    RuntimeException layer = assertThrows(RuntimeException.class, () -> dense.invoke(b));
    assertTrue(layer.getMessage().contains("backend"), layer.getMessage());
    RuntimeException unknown =
        assertThrows(RuntimeException.class, () -> Keras.setBackend("theano"));
    assertTrue(unknown.getMessage().contains("theano"), unknown.getMessage());
    assertEquals(4f, Ops.add(a, 2).toNDArray().getFloat(1));
    Keras.setBackend("pytorch");
    assertEquals(before.toNDArray(), dense.invoke(a).toNDArray());
  }

  @Test
  void theGlobalSeedFollowsTheBackendInUse() {
    Keras.setBackend("pytorch");
    RandomOps.normal(Shape.of(2));
    Keras.setBackend("tensorflow");
    assertEquals(Shape.of(2), RandomOps.normal(Shape.of(2)).shape());
    Keras.setBackend("pytorch");
    assertEquals(Shape.of(2), RandomOps.normal(Shape.of(2)).shape());
  }
}
