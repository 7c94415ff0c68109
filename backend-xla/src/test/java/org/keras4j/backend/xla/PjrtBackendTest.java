package org.keras4j.backend.xla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.xla.emit.Precision;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.backend.xla.runtime.pjrt.FakePlugin;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.sharding.Sharding;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.BackendTensor.Placement;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.CompileOptions.Division;
import org.keras4j.core.spi.Executable;

/** The backend on a plugin: donation, constants as arguments, host parts, devices. */
class PjrtBackendTest {
  private static final TensorSpec V = TensorSpec.of(DType.FLOAT32, 3);

  private static NDArray v(double... x) {
    return NDArray.of(x, x.length).astype(DType.FLOAT32);
  }

  /** {@code 0, 1, 2, ...} scrambled into small numbers of both signs. */
  private static NDArray ramp(long... dims) {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, ((i * 37 + 11) % 53 - 26) / 8.0);
    }
    return a;
  }

  @Test
  void failuresOfEagerCallsNameTheOperation() {
    try (FakePlugin fake = new FakePlugin(0, 100);
        XlaRuntime runtime = fake.start(null)) {
      XlaBackend b = new XlaBackend(runtime, Precision.HIGHEST, Map.of());
      BackendTensor x = b.fromHost(v(1, 2, 3), "");
      fake.memoryLimit = 8;
      BackendException e = assertThrows(
          BackendException.class,
          () -> b.execute(new Binary(BinaryKind.ADD), List.of(x, x), List.of(V)));
      assertTrue(
          e.getMessage().startsWith("Binary on [float32(3,), float32(3,)]: "), e.getMessage());
      assertTrue(e.getMessage().contains("Out of memory"), e.getMessage());
    }
  }

  @Test
  void donatedStateIsReused() {
    try (FakePlugin fake = new FakePlugin(0, 100);
        XlaRuntime runtime = fake.start(null)) {
      XlaBackend b = new XlaBackend(runtime, Precision.HIGHEST, Map.of());
      GraphBuilder g = new GraphBuilder();
      Value state = g.input(V);
      Value x = g.input(V);
      Value sum = g.add1(new Binary(BinaryKind.ADD), state, x);
      Graph step = g.build(List.of(sum));
      try (Executable e = b.compile(step, new CompileOptions(Map.of(0, 0), false, ""))) {
        BackendTensor s = b.fromHost(v(0, 0, 0), "");
        BackendTensor one = b.fromHost(v(1, 2, 3), "");
        for (int i = 0; i < 4; i++) {
          BackendTensor next = e.run(List.of(s, one)).get(0);
          BackendTensor before = s;
          assertTrue(before.isClosed());
          assertThrows(IllegalStateException.class, before::toHost);
          assertThrows(IllegalStateException.class, () -> e.run(List.of(before, one)));
          before.close(); // the new tensor has its memory
          s = next;
        }
        assertEquals(v(4, 8, 12), s.toHost());
        BackendTensor large = b.fromHost(ramp(100, 30), "");
        assertEquals(
            List.of(v(4, 8, 12), large.toHost(), v(1, 2, 3)), b.toHost(List.of(s, large, one)));
        large.close();
        // given twice it is copied, not donated
        BackendTensor twice = e.run(List.of(one, one)).get(0);
        assertEquals(v(2, 4, 6), twice.toHost());
        assertFalse(one.isClosed());
        BackendTensor closed = s;
        s.close();
        assertThrows(IllegalStateException.class, () -> e.run(List.of(closed, one)));
        one.close();
        twice.close();
      }
    }
  }

  @Test
  void constantsEagerCallsAndHostParts() {
    try (FakePlugin fake = new FakePlugin(0, 67);
        XlaRuntime runtime = fake.start(null)) {
      XlaBackend b = new XlaBackend(runtime, Precision.HIGHEST, Map.of());
      NDArray large = ramp(100, 3);
      GraphBuilder g = new GraphBuilder();
      Value x = g.input(V);
      Value y = g.add1(new Binary(BinaryKind.ADD), g.add1(new ArrayConstant(large)), x);
      Value r = g.add(new Qr(false), List.of(y)).get(1);
      try (Executable e = b.compile(g.build(List.of(y, r)), CompileOptions.DEFAULT)) {
        BackendTensor in = b.fromHost(v(1, 0, 0), "");
        List<BackendTensor> out = e.run(List.of(in));
        assertEquals(large.getFloat(3) + 1, out.get(0).toHost().getFloat(3));
        assertEquals(Shape.of(3, 3), out.get(1).spec().shape());
      }
      BackendTensor a = b.fromHost(v(1, 2, 3), "fake:1");
      ReshapeTo p = new ReshapeTo(Shape.of(3, 1));
      BackendTensor column = b.execute(p, List.of(a), p.infer(List.of(V))).get(0);
      assertEquals("fake:1", column.device());
      assertEquals(v(1, 2, 3).reshape(3, 1), column.toHost());
      BackendTensor other = b.fromHost(v(1, 2, 3), "");
      assertThrows(
          IllegalArgumentException.class,
          () -> b.execute(new Binary(BinaryKind.ADD), List.of(a, other), List.of(V)));
      assertThrows(IllegalArgumentException.class, () -> b.fromHost(v(1, 2, 3), "gpu:0"));
    }
  }

  @Test
  void resultsOfEverySizeAreRead() {
    try (FakePlugin fake = new FakePlugin(0, 90);
        XlaRuntime runtime = fake.start(null)) {
      XlaBackend b = new XlaBackend(runtime, Precision.HIGHEST, Map.of());
      List<NDArray> arrays =
          List.of(v(1, 2, 3), ramp(1000, 30), ramp(10, 10), ramp(333, 101), ramp(17, 997));
      List<BackendTensor> on = arrays.stream().map(a -> b.fromHost(a, "")).toList();
      int alive = fake.alive();
      for (int i = 0; i < 3; i++) {
        assertEquals(arrays, b.toHost(on));
        assertEquals(arrays.get(1), on.get(1).toHost());
      }
      NDArray first = on.get(3).toHost();
      on.get(1).toHost(); // lands where it did
      assertEquals(arrays.get(3), first);
      assertEquals(alive, fake.alive());
      BackendTensor closed = on.get(4);
      closed.close();
      assertThrows(IllegalStateException.class, () -> b.toHost(on));
      on.forEach(BackendTensor::close);
    }
  }

  /** A step on four devices: each is given its part, state stays where it is, and nothing is left over. */
  @Test
  void severalDevices() {
    try (FakePlugin fake = new FakePlugin(0, 100, 4)) {
      try (XlaRuntime runtime = fake.start(null)) {
        XlaBackend b = new XlaBackend(runtime, Precision.HIGHEST, Map.of());
        assertTrue(b.dividesPrograms());
        Mesh mesh = new Mesh(List.of("batch", "model"), List.of(2L, 2L));
        List<String> devices = List.of("fake:2", "fake:0", "fake:3", "fake:1");
        Placement both = new Placement(new Sharding(mesh, List.of(0, 1)), devices);
        Placement columns = new Placement(new Sharding(mesh, List.of(-1, 1)), devices);
        Placement whole = new Placement(Sharding.replicated(mesh, 2), devices);
        TensorSpec t = TensorSpec.of(DType.FLOAT32, 16, 6);
        GraphBuilder g = new GraphBuilder();
        Value state = g.input(t);
        Value x = g.input(t);
        Value sum = g.add1(new Binary(BinaryKind.ADD), state, x);
        Value other = g.add1(new Binary(BinaryKind.SUB), x, g.add1(new ArrayConstant(ramp(16, 6))));
        Division division =
            new Division(mesh, devices, List.of(both, columns), List.of(other(columns), both));
        NDArray ramp = ramp(16, 6);
        NDArray more = NDArray.zeros(DType.FLOAT32, Shape.of(16, 6));
        for (int i = 0; i < more.size(); i++) {
          more.setDouble(i, i);
        }
        try (Executable e = b.compile(
            g.build(List.of(other, sum)), new CompileOptions(Map.of(0, 1), false, "", division))) {
          BackendTensor s = b.fromHost(ramp, both);
          BackendTensor in = b.fromHost(more, columns);
          int alive = fake.alive();
          for (int i = 0; i < 3; i++) {
            List<BackendTensor> out = e.run(List.of(s, in));
            assertTrue(s.isClosed());
            s = out.get(1);
            assertEquals(both, s.placement());
            assertEquals(
                more.getFloat(50) - ramp.getFloat(50), out.get(0).toHost().getFloat(50));
            out.get(0).close();
            assertEquals(alive, fake.alive(), "as many are alive as before");
          }
          for (int i = 0; i < more.size(); i++) {
            assertEquals(ramp.getFloat(i) + 3 * i, s.toHost().getFloat(i));
          }
          // what lies otherwise is laid out, and given twice it is copied
          BackendTensor one = b.fromHost(more, "fake:1");
          BackendTensor twice = e.run(List.of(in, in)).get(1);
          assertEquals(2 * 50f, twice.toHost().getFloat(50));
          assertEquals(150f, e.run(List.of(twice, one)).get(1).toHost().getFloat(50));
          assertFalse(in.isClosed());
          // an eager call takes the numbers to one device
          BackendTensor eager =
              b.execute(new Binary(BinaryKind.ADD), List.of(s, in), List.of(t)).get(0);
          assertEquals(s.toHost().getFloat(9) + 9, eager.toHost().getFloat(9));
          assertEquals(List.of(ramp, more), b.toHost(List.of(b.fromHost(ramp, whole), one)));
          BackendTensor closed = s;
          s.close();
          assertThrows(IllegalStateException.class, () -> e.run(List.of(closed, in)));
        }
      }
    }
  }

  private static Placement other(Placement p) {
    return new Placement(new Sharding(p.sharding().mesh(), List.of(1, 0)), p.devices());
  }
}
