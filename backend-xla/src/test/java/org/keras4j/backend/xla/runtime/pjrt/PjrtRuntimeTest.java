package org.keras4j.backend.xla.runtime.pjrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.backend.xla.runtime.XlaProgram;

class PjrtRuntimeTest {
  private static final TensorType T = TensorType.of(ElementType.F32, 3);

  private static String add(String firstAttributes) {
    return "module{func.func public @main(%a0:" + T + firstAttributes + ",%a1:" + T + ")->(" + T
        + "){\n%v=stablehlo.add %a0,%a1 : " + T + "\nreturn %v : " + T + "\n}}\n";
  }

  private static ByteBuffer floats(float... v) {
    ByteBuffer b = ByteBuffer.allocateDirect(4 * v.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(v);
    return b;
  }

  private static XlaBuffer buffer(PjrtRuntime r, float... v) {
    return r.fromHost(T, floats(v), r.devices().get(0));
  }

  private static float[] read(XlaBuffer b) {
    ByteBuffer to =
        ByteBuffer.allocateDirect((int) b.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    b.read(to.duplicate());
    float[] out = new float[(int) b.type().elements()];
    to.asFloatBuffer().get(out);
    return out;
  }

  @Test
  void runsAndGivesEverythingBack() {
    try (FakePlugin fake = new FakePlugin(0, 90)) {
      try (PjrtRuntime r = fake.start(null)) {
        assertEquals("fake:0", r.devices().get(0).name());
        assertEquals("upcalls", r.devices().get(1).kind());
        XlaProgram p = r.compile(add(""), ProgramSpec.of("add", List.of(T, T), List.of(T)));
        XlaBuffer a = buffer(r, 1, 2, 3);
        XlaBuffer b = buffer(r, 10, 20, 30);
        for (int i = 0; i < 3; i++) {
          XlaBuffer c = p.execute(new XlaBuffer[] {a, b})[0];
          assertEquals(22, read(c)[1]);
          c.await();
          c.close();
          c.close();
          assertTrue(c.isClosed());
          assertThrows(IllegalStateException.class, c::await);
        }
        a.close();
        b.close();
        assertThrows(IllegalStateException.class, () -> p.execute(new XlaBuffer[] {a, b}));
        r.synchronize();
        p.close();
        assertThrows(IllegalStateException.class, () -> p.execute(new XlaBuffer[] {a, b}));
      }
      assertEquals(0, fake.alive(), () -> fake.alive.toString());
    }
  }

  @Test
  void donatedArgumentsBecomeResults() {
    TensorType other = TensorType.of(ElementType.F32, 4);
    assertThrows(
        IllegalArgumentException.class,
        () -> new ProgramSpec("p", List.of(T), List.of(other), Map.of(0, 0), 0, Map.of()));
    try (FakePlugin fake = new FakePlugin(0, 90);
        PjrtRuntime r = fake.start(null)) {
      ProgramSpec spec =
          new ProgramSpec("add", List.of(T, T), List.of(T), Map.of(0, 0), 0, Map.of());
      try (XlaProgram p = r.compile(add("{tf.aliasing_output=0:i32}"), spec)) {
        XlaBuffer sum = buffer(r, 0, 0, 0);
        XlaBuffer one = buffer(r, 1, 1, 1);
        for (int i = 0; i < 5; i++) {
          XlaBuffer next = p.execute(new XlaBuffer[] {sum, one})[0];
          assertSame(sum, next);
          assertEquals(i + 1, read(sum)[0]);
          assertFalse(one.isClosed());
        }
        int alive = fake.alive();
        p.execute(new XlaBuffer[] {sum, one});
        assertEquals(alive, fake.alive(), () -> fake.alive.toString());
        assertEquals(6, read(sum)[2]);
        XlaBuffer last = sum;
        assertThrows(IllegalArgumentException.class, () -> p.execute(new XlaBuffer[] {last, last}));
        sum.close();
        assertThrows(IllegalStateException.class, () -> p.execute(new XlaBuffer[] {last, one}));
        one.close();
      }
    }
  }

  @Test
  void manyThreadsRunOneProgram() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (FakePlugin fake = new FakePlugin(0, 90)) {
      try (PjrtRuntime r = fake.start(null);
          XlaProgram p = r.compile(add(""), ProgramSpec.of("add", List.of(T, T), List.of(T)))) {
        List<Future<Boolean>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          float v = t;
          all.add(pool.submit(() -> {
            for (int i = 0; i < 50; i++) {
              try (XlaBuffer x = buffer(r, v, i, 0);
                  XlaBuffer y = p.execute(new XlaBuffer[] {x, x})[0]) {
                float[] got = read(y);
                if (got[0] != 2 * v || got[1] != 2 * i) {
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
      }
      assertEquals(0, fake.alive(), () -> fake.alive.toString());
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void forgottenBuffersAreDestroyedByTheNextCall() throws InterruptedException {
    try (FakePlugin fake = new FakePlugin(0, 90);
        PjrtRuntime r = fake.start(null)) {
      int before = fake.alive();
      for (int i = 0; i < 20; i++) {
        buffer(r, 1, 2, 3);
      }
      assertEquals(before + 20, fake.alive());
      for (int i = 0; i < 100 && fake.alive() > before + 1; i++) {
        System.gc();
        Thread.sleep(20);
        buffer(r, 0, 0, 0).close();
      }
      assertTrue(fake.alive() <= before + 1, () -> fake.alive.toString());
    }
  }

  @Test
  void failuresNameTheirCause() {
    try (FakePlugin fake = new FakePlugin(0, 90);
        PjrtRuntime r = fake.start(null)) {
      XlaException compile = assertThrows(
          XlaException.class,
          () -> r.compile("nonsense", ProgramSpec.of("p1", List.of(), List.of())));
      assertEquals(XlaException.Code.INVALID_ARGUMENT, compile.code());
      assertTrue(compile.getMessage().contains("p1"), compile.getMessage());
      assertTrue(compile.getMessage().contains("failed to parse"), compile.getMessage());
      fake.memoryLimit = 8;
      XlaException memory = assertThrows(XlaException.class, () -> buffer(r, 1, 2, 3));
      assertEquals(XlaException.Code.RESOURCE_EXHAUSTED, memory.code());
      assertTrue(memory.getMessage().contains("out of device memory"), memory.getMessage());
      fake.memoryLimit = 1 << 20;
      assertEquals(3, read(buffer(r, 1, 2, 3))[2]);
      assertThrows(
          IllegalArgumentException.class,
          () -> r.fromHost(T, floats(1, 2), r.devices().get(0)));
    }
  }

  @Test
  void refusesForeignVersions() {
    for (int[] v : new int[][] {{0, 66}, {1, 90}}) {
      try (FakePlugin fake = new FakePlugin(v[0], v[1])) {
        XlaException e = assertThrows(XlaException.class, () -> fake.start(null));
        assertTrue(e.getMessage().contains(v[0] + "." + v[1]), e.getMessage());
        assertTrue(e.getMessage().contains("0.67"), e.getMessage());
      }
    }
    try (FakePlugin fake = new FakePlugin(0, 300);
        PjrtRuntime r = fake.start(null)) {
      assertEquals(1, read(buffer(r, 1, 2, 3))[0]);
    }
  }

  @Test
  void refusesWhatIsNoPlugin(@TempDir Path dir) throws IOException {
    Path text = Files.writeString(dir.resolve("plugin.so"), "no library");
    for (String path :
        List.of(dir.resolve("absent.so").toString(), text.toString(), dir.toString())) {
      XlaException e =
          assertThrows(XlaException.class, () -> PjrtRuntime.load(path, Map.of(), null));
      assertTrue(e.getMessage().contains(path), e.getMessage());
    }
  }

  @Test
  void unknownOptionsAreReported() {
    try (FakePlugin fake = new FakePlugin(0, 90)) {
      // the fake takes "n" as a number only
      XlaException e = assertThrows(XlaException.class, () -> fake.startWith(Map.of("n", "many")));
      assertTrue(e.getMessage().contains("Unknown option n"), e.getMessage());
    }
  }

  @Test
  void storesPrograms(@TempDir Path dir) throws IOException {
    try (FakePlugin fake = new FakePlugin(0, 90)) {
      for (int i = 0; i < 3; i++) {
        if (i == 2) { // a damaged file is compiled again
          try (Stream<Path> files = Files.list(dir)) {
            for (Path p : files.toList()) {
              Files.writeString(p, "damaged");
            }
          }
        }
        try (PjrtRuntime r = fake.start(dir);
            XlaProgram p = r.compile(add(""), ProgramSpec.of("add", List.of(T, T), List.of(T)))) {
          XlaBuffer a = buffer(r, 1, 2, 3);
          XlaBuffer c = p.execute(new XlaBuffer[] {a, a})[0];
          assertEquals(4, read(c)[1]);
          a.close();
          c.close();
        }
        assertEquals(i < 2 ? 1 : 2, fake.compilations);
      }
      assertEquals(0, fake.alive(), () -> fake.alive.toString());
    }
  }

  @Test
  void optionsOnTheWire() {
    byte[] b = CompileOptions.encode(new long[] {5}, Map.of("f", "true"));
    StringBuilder hex = new StringBuilder();
    for (byte x : b) {
      hex.append(String.format("%02x", x));
    }
    assertEquals(
        "1a1a" + "08ffffffffffffffffff01" + "2001" + "2801" + "4a09" + "0801" + "1001" + "1a03"
            + "0a0105" + "3a070a01661202" + "1001",
        hex.toString());
  }
}
