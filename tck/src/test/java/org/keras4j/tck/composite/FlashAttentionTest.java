package org.keras4j.tck.composite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Trace;

/** Whoever does not want the kernel of attention does not get it: in a function, a layer, a process. */
@Tag("pytorch")
class FlashAttentionTest {
  @AfterEach
  void asAtFirst() {
    Keras.setFlashAttention(true);
  }

  private static long kernels(Graph g) {
    return g.nodes().stream()
        .filter(n -> n.primitive() instanceof Composite c
            && c.name().equals(Composites.DOT_PRODUCT_ATTENTION.name()))
        .count();
  }

  private static long inFunction(Boolean flash) {
    try (Trace t = Trace.root()) {
      Tensor x = t.input(new TensorSpec(Shape.of(1, 128, 2, 64), DType.FLOAT32));
      Tensor y = Ops.dotProductAttention(x, x, x, null, null, null, false, flash, null);
      return kernels(t.graph(List.of(y)));
    }
  }

  private static long inLayer(Boolean flash) {
    MultiHeadAttention layer = new MultiHeadAttention(2, 64).flashAttention(flash);
    layer.invoke(new float[1][128][8], CallArgs.of("value", new float[1][128][8]));
    try (Trace t = Trace.root()) {
      Tensor x = t.input(new TensorSpec(Shape.of(1, 128, 8), DType.FLOAT32));
      return kernels(t.graph(List.of((Tensor) layer.invoke(x, CallArgs.of("value", x)))));
    }
  }

  @Test
  void isAskedFor() {
    for (boolean all : new boolean[] {true, false}) {
      Keras.setFlashAttention(all);
      assertEquals(all ? 1 : 0, inFunction(null));
      assertEquals(all ? 1 : 0, inLayer(null));
      assertEquals(1, inFunction(true));
      assertEquals(1, inLayer(true));
      assertEquals(0, inFunction(false));
      assertEquals(0, inLayer(false));
    }
  }
}
