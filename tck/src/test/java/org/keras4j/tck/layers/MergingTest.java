package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.layers.merging.Merging;
import org.keras4j.ops.Ops;

class MergingTest {
  private static final Tensor A = Ops.array(new float[][] {{1, 2}, {3, 4}});
  private static final Tensor B = Ops.array(new float[][] {{5, 1}, {0, 2}});
  private static final List<Tensor> BOTH = List.of(A, B);

  private static void same(Tensor found, double... expected) {
    assertArrayEquals(expected, found.toNDArray().toDoubleArray(), 1e-6);
  }

  @Test
  void functionsAreTheLayers() {
    same(Merging.add(BOTH), 6, 3, 3, 6);
    same(Merging.subtract(BOTH), -4, 1, 3, 2);
    same(Merging.multiply(BOTH), 5, 2, 0, 8);
    same(Merging.average(BOTH), 3, 1.5, 1.5, 3);
    same(Merging.maximum(BOTH), 5, 2, 3, 4);
    same(Merging.minimum(BOTH), 1, 1, 0, 2);
    same(Merging.concatenate(BOTH), 1, 2, 5, 1, 3, 4, 0, 2);
    same(Merging.concatenate(BOTH, 0), 1, 2, 3, 4, 5, 1, 0, 2);
    same(Merging.dot(BOTH), 7, 8);
    same(Merging.dot(BOTH, 1, 1), 7, 8);
  }

  @Test
  void symbolicTensorsAreMerged() {
    KerasTensor x = new KerasTensor(new TensorSpec(Shape.of(Shape.UNKNOWN, 3), DType.FLOAT32), "x");
    assertEquals("(None, 6)", Merging.concatenate(List.of(x, x)).shape().toString());
  }
}
