package org.keras4j.backend.xla.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.backend.xla.runtime.embedded.EmbeddedRuntime;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;

class RecomputedSlopesTest {
  private static final TensorSpec X = TensorSpec.of(DType.FLOAT32, 4);

  private static Module module(String name, boolean cuda) {
    Composite c = new Composite(name, Attributes.NONE, in -> {
      GraphBuilder b = new GraphBuilder();
      List<Value> values = in.stream().map(b::input).toList();
      return b.build(List.of(
          b.add1(new Binary(BinaryKind.MUL), values.get(0), values.get(values.size() - 1))));
    });
    GraphBuilder b = new GraphBuilder();
    List<Value> in = List.of(b.input(X), b.input(X), b.input(X));
    Graph g = b.build(b.add(c, in));
    return GraphEmitter.emit(
        g, new EmitOptions(Precision.HIGHEST, true, false, false, cuda, false), Map.of());
  }

  @Test
  void gradientsOnGpusBeginAtAnotherValue() {
    for (String name : List.of(Composites.GELU.backward(), Composites.SILU.backward())) {
      assertTrue(RecomputedSlopes.has(name), name);
      Module m = module(name, true);
      assertEquals(1, m.text().split("optimization_barrier", -1).length - 1, m.text());
      assertFalse(module(name, false).text().contains("optimization_barrier"), name);
      try (EmbeddedRuntime runtime = new EmbeddedRuntime(Map.of(), 1);
          XlaProgram p =
              runtime.compile(m.text(), ProgramSpec.of("slope", m.parameters(), m.results()))) {
        assertEquals(1, p.spec().results().size());
      }
    }
    assertFalse(module(Composites.GELU.name(), true).text().contains("optimization_barrier"));
    assertFalse(RecomputedSlopes.has(Composites.RELU.backward()));
  }
}
