package org.keras4j.backend.xla.runtime.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.backend.xla.runtime.XlaProgram;

class EmbeddedRuntimeTest {
  private static final TensorType T = TensorType.of(ElementType.F32, 4);

  private static String scale(int factor) {
    return "module{func.func public @main(%a0:" + T + ")->(" + T
        + "){\n%c=stablehlo.constant dense<" + factor + ".0> : " + T
        + "\n%v=stablehlo.multiply %a0,%c : " + T + "\nreturn %v : " + T + "\n}}\n";
  }

  private static ByteBuffer floats(float... v) {
    ByteBuffer b = ByteBuffer.allocate(4 * v.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(v);
    return b;
  }

  private static float first(XlaBuffer b) {
    ByteBuffer to =
        ByteBuffer.allocateDirect((int) b.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    b.read(to.duplicate());
    return to.getFloat(0);
  }

  @Test
  void programsOutliveTheirArena() {
    try (EmbeddedRuntime r = new EmbeddedRuntime(Map.of())) {
      XlaBuffer x = r.fromHost(T, floats(1, 2, 3, 4), r.devices().get(0));
      List<XlaBuffer> results = new ArrayList<>();
      // more than one arena holds; each program is closed at once, its result is kept and fed on
      for (int i = 0; i < 3 * Arena.CAPACITY; i++) {
        try (XlaProgram p =
            r.compile(scale(1 + i % 2), ProgramSpec.of("scale", List.of(T), List.of(T)))) {
          XlaBuffer y = p.execute(
                  new XlaBuffer[] {results.isEmpty() ? x : results.get(results.size() - 1)})[0];
          results.add(y);
          if (i % 2 == 1) {
            XlaBuffer half = r.fromHost(T, floats(1, 2, 3, 4), r.devices().get(0));
            results.add(half);
          }
        }
      }
      assertEquals(2, first(results.get(1)));
      results.forEach(XlaBuffer::close);
      assertThrows(IllegalStateException.class, () -> first(results.get(0)));
      x.close();
      assertEquals(0, r.memory(r.devices().get(0)).inUse());
    }
  }

  @Test
  void viewsShareMemory() {
    try (EmbeddedRuntime r = new EmbeddedRuntime(Map.of())) {
      XlaBuffer x = r.fromHost(T, floats(1, 2, 3, 4), r.devices().get(0));
      XlaBuffer v = r.view(x, TensorType.of(ElementType.F32, 2, 2));
      x.close();
      assertEquals(1, first(v));
      assertThrows(
          IllegalArgumentException.class, () -> r.view(v, TensorType.of(ElementType.F32, 5)));
      v.close();
    }
  }

  @Test
  void failuresLeaveTheRuntimeUsable() {
    try (EmbeddedRuntime r = new EmbeddedRuntime(Map.of())) {
      XlaBuffer x = r.fromHost(T, floats(1, 2, 3, 4), r.devices().get(0));
      ProgramSpec spec = ProgramSpec.of("p1", List.of(T), List.of(T));
      for (String bad :
          List.of("nonsense", "module{}", scale(2).replace("multiply", "no_such_operation"))) {
        XlaException e = assertThrows(
            XlaException.class, () -> r.compile(bad, spec).execute(new XlaBuffer[] {x}));
        assertTrue(e.getMessage().contains("p1"), e.getMessage());
      }
      try (XlaProgram p = r.compile(scale(3), spec)) {
        assertThrows(IllegalArgumentException.class, () -> p.execute(new XlaBuffer[0]));
        XlaBuffer other = r.fromHost(
            TensorType.of(ElementType.F32, 2), floats(1, 2), r.devices().get(0));
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> p.execute(new XlaBuffer[] {other}));
        assertTrue(e.getMessage().contains("tensor<2xf32>"), e.getMessage());
        assertEquals(3, first(p.execute(new XlaBuffer[] {x})[0]));
      }
      TensorType huge = TensorType.of(ElementType.F32, 1L << 20, 1L << 20, 64);
      String fill = "module{func.func public @main()->(" + huge
          + "){\n%c=stablehlo.constant dense<1.0> : " + huge + "\nreturn %c : " + huge + "\n}}\n";
      try (XlaProgram p = r.compile(fill, ProgramSpec.of("huge", List.of(), List.of(huge)))) {
        XlaException e = assertThrows(XlaException.class, () -> p.execute(new XlaBuffer[0]));
        assertEquals(XlaException.Code.RESOURCE_EXHAUSTED, e.code());
        assertTrue(e.getMessage().contains("out of device memory"), e.getMessage());
      }
      assertEquals(1, first(x));
    }
  }

  @Test
  void unknownFlagsAreRefused() {
    XlaException e = assertThrows(
        XlaException.class, () -> new EmbeddedRuntime(Map.of("xla_no_such_flag", "true")));
    assertTrue(e.getMessage().contains("xla_no_such_flag"), e.getMessage());
  }

  @Test
  void manyThreadsRunOneProgram() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try (EmbeddedRuntime r = new EmbeddedRuntime(Map.of());
        XlaProgram p = r.compile(scale(2), ProgramSpec.of("scale", List.of(T), List.of(T)))) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        float v = t;
        all.add(pool.submit(() -> {
          for (int i = 0; i < 50; i++) {
            try (XlaBuffer x = r.fromHost(T, floats(v, 0, 0, 0), r.devices().get(0));
                XlaBuffer y = p.execute(new XlaBuffer[] {x})[0]) {
              if (first(y) != 2 * v) {
                return false;
              }
            }
          }
          return true;
        }));
      }
      for (Future<Boolean> f : all) {
        assertTrue(f.get());
      }
    } finally {
      pool.shutdown();
    }
  }
}
