package org.keras4j.benchmarks.micro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** The measured methods do what they say; no time is judged. */
class MicroTest {
  @Test
  void eager() {
    EagerMicro m = new EagerMicro();
    m.setUp();
    assertEquals(Shape.of(8, 8), m.shapeRule().get(0).shape());
    assertEquals(1, m.bind());
    assertEquals(2, m.function());
  }

  @Test
  void compiled() {
    CompiledMicro m = new CompiledMicro();
    m.setUp();
    assertEquals(2, m.call());
    assertEquals(2, m.callWithManyArguments());
    int nodes = m.trace();
    assertTrue(nodes >= 3, "nodes of three layers: " + nodes);
    assertEquals(nodes, m.trace(), "another trace");
  }

  @Test
  void transfer() {
    TransferMicro m = new TransferMicro();
    m.setUp();
    assertEquals(1, m.toDevice());
    assertEquals(NDArray.zeros(DType.FLOAT32, Shape.of(8)), m.thereAndBack());
  }
}
