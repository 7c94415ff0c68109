package org.keras4j.backend.xla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.xla.emit.EmitOptions;
import org.keras4j.backend.xla.emit.GraphEmitter;
import org.keras4j.backend.xla.emit.Module;
import org.keras4j.backend.xla.emit.Precision;
import org.keras4j.backend.xla.emit.SingleRows;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.backend.xla.runtime.pjrt.FakePlugin;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/** Products of one row by sums along the rows of turned weights, and products along long axes that are filled. */
class SingleRowsTest {
  private static NDArray ramp(DType t, long... dims) {
    NDArray a = NDArray.zeros(t, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, ((i * 37 + 11) % 53 - 26) / 16.0);
    }
    return a;
  }

  private static DotGeneral product(int[] left, int[] right, DType t) {
    return new DotGeneral(IntList.of(), IntList.of(), IntList.of(left), IntList.of(right), t);
  }

  /** A step: state, row, kernel, kernel of two leading axes, table. */
  private static Graph step(DType t, long rows) {
    GraphBuilder g = new GraphBuilder();
    Value state = g.input(TensorSpec.of(t, rows, 1, 6));
    Value x = g.input(TensorSpec.of(t, rows, 1, 6));
    Value kernel = g.input(TensorSpec.of(t, 6, 2, 3));
    Value out = g.input(TensorSpec.of(t, 2, 3, 6));
    Value table = g.input(TensorSpec.of(t, 10, 6));
    Value heads = g.add1(product(new int[] {2}, new int[] {0}, t), x, kernel);
    Value y = g.add1(product(new int[] {2, 3}, new int[] {0, 1}, t), heads, out);
    Value next = g.add1(new Binary(BinaryKind.ADD), state, y);
    Value turned = g.add1(new Transpose(IntList.of(1, 0)), table);
    Value logits = g.add1(product(new int[] {2}, new int[] {0}, t), next, turned);
    return g.build(List.of(next, logits));
  }

  private static XlaBackend backend(XlaSettings.Turned turned) {
    return XlaBackend.start(
        new XlaSettings(null, Precision.HIGHEST, Map.of(), Map.of(), null, null, 1, turned));
  }

  @Test
  void kernelsAreTurnedAndTablesLieRightAlready() {
    SingleRows one = SingleRows.of(step(DType.FLOAT32, 1), Set.of(0), 1);
    assertEquals(Map.of(2, 1, 3, 2), one.turned());
    assertEquals(4 * (36 + 36), one.bytes());
    assertEquals(Map.of(), SingleRows.of(step(DType.FLOAT32, 1), Set.of(0), 145).turned());
    assertEquals(
        Map.of(), SingleRows.of(step(DType.FLOAT32, 1), Set.of(0, 2, 3), 1).turned());
    assertEquals(Map.of(), SingleRows.of(step(DType.FLOAT32, 2), Set.of(0), 1).turned());
    Graph g = step(DType.BFLOAT16, 1);
    String text = GraphEmitter.emit(
            g, EmitOptions.DEFAULT, Map.of(), SingleRows.of(g, Set.of(0), 1))
        .text();
    assertFalse(text.contains("dot_general"), text);
    assertTrue(text.contains("%a2:tensor<6x6xbf16>"), text);
    String as = GraphEmitter.emit(
            g, EmitOptions.DEFAULT, Map.of(), SingleRows.of(g, Set.of(0), 1).asTheyLie())
        .text();
    assertEquals(2, as.split("dot_general", -1).length - 1, as);
  }

  @Test
  void turnedWeightsGiveTheSameAndFollowTheirArrays() {
    for (DType t : List.of(DType.FLOAT32, DType.BFLOAT16, DType.FLOAT16)) {
      XlaBackend plain = backend(XlaSettings.Turned.OFF);
      XlaBackend turning = backend(XlaSettings.Turned.ON);
      List<NDArray> expected = results(plain, t);
      assertEquals(expected, results(turning, t), t.toString());
      try (FakePlugin fake = new FakePlugin(0, 100);
          XlaRuntime runtime = fake.start(null)) {
        XlaBackend plugin =
            new XlaBackend(runtime, Precision.HIGHEST, Map.of(), null, XlaSettings.Turned.ON);
        assertEquals(expected, results(plugin, t), t + " of a plugin");
      }
    }
  }

  // two steps, then two with a kernel that a program has changed in its place
  private static List<NDArray> results(XlaBackend b, DType t) {
    GraphBuilder g = new GraphBuilder();
    Value w = g.input(TensorSpec.of(t, 6, 2, 3));
    Graph twice = g.build(List.of(g.add1(new Binary(BinaryKind.ADD), w, w)));
    BackendTensor kernel = b.fromHost(ramp(t, 6, 2, 3), "");
    BackendTensor row = b.fromHost(ramp(t, 1, 1, 6), "");
    BackendTensor out = b.fromHost(ramp(t, 2, 3, 6), "");
    BackendTensor table = b.fromHost(ramp(t, 10, 6), "");
    BackendTensor state = b.fromHost(ramp(t, 1, 1, 6), "");
    try (Executable e = b.compile(step(t, 1), new CompileOptions(Map.of(0, 0), false, ""));
        Executable change = b.compile(twice, new CompileOptions(Map.of(0, 0), false, ""))) {
      List<NDArray> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        if (i == 2) {
          kernel = change.run(List.of(kernel)).get(0);
        }
        List<BackendTensor> now = e.run(List.of(state, row, kernel, out, table));
        state = now.get(0);
        all.add(state.toHost());
        all.add(now.get(1).toHost());
      }
      return all;
    }
  }

  @Test
  void copiesGoWithTheirBuffers() {
    XlaBackend b = backend(XlaSettings.Turned.ON);
    XlaTensor x = b.own(b.fromHost(ramp(DType.FLOAT32, 4, 6), ""));
    var copy = b.turnedWeights().of(x.buffer(), 1);
    assertEquals(copy, b.turnedWeights().of(x.buffer(), 1));
    assertNotNull(x.buffer().turned());
    x.close();
    assertTrue(copy.isClosed());
    assertNull(x.buffer().turned());
  }

  @Test
  void longAxesAreFilledForAnNvidiaGpu() {
    // logits, the gradient by the row, that by the table, and axes that need nothing
    check(new long[] {3, 8}, new long[] {8, 1030}, new int[] {1}, new int[] {0}, 1);
    check(new long[] {3, 1025}, new long[] {4, 1025}, new int[] {1}, new int[] {1}, 2);
    check(new long[] {5, 1030}, new long[] {5, 1025}, new int[] {0}, new int[] {0}, 2);
    check(new long[] {3, 1031}, new long[] {1031, 1025}, new int[] {1}, new int[] {0}, 2);
    check(new long[] {1030, 5}, new long[] {1025, 5}, new int[] {1}, new int[] {1}, 1);
    check(new long[] {1030, 5}, new long[] {5, 16}, new int[] {1}, new int[] {0}, 0);
    check(new long[] {3, 1032}, new long[] {1032, 50}, new int[] {1}, new int[] {0}, 0);
  }

  private static void check(long[] a, long[] b, int[] ca, int[] cb, int pads) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input(TensorSpec.of(DType.BFLOAT16, a));
    Value y = g.input(TensorSpec.of(DType.BFLOAT16, b));
    Graph graph = g.build(List.of(g.add1(product(ca, cb, DType.FLOAT32), x, y)));
    XlaRuntime runtime = backend(XlaSettings.Turned.OFF).runtime();
    List<NDArray> out = new ArrayList<>();
    for (boolean cuda : new boolean[] {false, true}) {
      Module m = GraphEmitter.emit(
          graph, new EmitOptions(Precision.HIGHEST, true, false, false, cuda, false), Map.of());
      assertEquals(cuda ? pads : 0, m.text().split("stablehlo.pad", -1).length - 1, m.text());
      ProgramSpec spec =
          new ProgramSpec("product", m.parameters(), m.results(), Map.of(), 0, Map.of());
      XlaBuffer[] in = {
        runtime.fromHost(
            m.parameters().get(0),
            ramp(DType.BFLOAT16, a).bytes(),
            runtime.devices().get(0)),
        runtime.fromHost(
            m.parameters().get(1),
            ramp(DType.BFLOAT16, b).bytes(),
            runtime.devices().get(0))
      };
      XlaBuffer r = runtime.compile(m.text(), spec).execute(in)[0];
      ByteBuffer bytes =
          ByteBuffer.allocateDirect((int) r.type().bytes()).order(ByteOrder.nativeOrder());
      r.read(bytes);
      NDArray n = NDArray.zeros(DType.FLOAT32, Shape.of(r.type().dims()));
      for (int i = 0; i < n.size(); i++) {
        n.setDouble(i, bytes.getFloat(4 * i));
      }
      out.add(n);
    }
    assertEquals(out.get(0), out.get(1));
  }
}
