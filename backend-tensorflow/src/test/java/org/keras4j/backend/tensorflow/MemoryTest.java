package org.keras4j.backend.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.keras4j.backend.tensorflow.Primitives.BACKEND;
import static org.keras4j.backend.tensorflow.Primitives.floats;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.tensorflow.runtime.NativeMemory;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

class MemoryTest {
  private static final long SLACK = 48L << 20;

  private interface Step {
    void run();
  }

  /** What the process has grown by, from a tenth of the steps to all of them. */
  private static long growth(int steps, Step s) {
    for (int i = 0; i < steps / 10; i++) {
      s.run();
    }
    System.gc();
    long before = Pointer.physicalBytes();
    for (int i = 0; i < steps; i++) {
      s.run();
    }
    System.gc();
    return Pointer.physicalBytes() - before;
  }

  private static Graph chain(int size) {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(TensorSpec.of(DType.FLOAT32, size));
    Value y = b.input(TensorSpec.of(DType.FLOAT32, size));
    Value z = b.add1(new Binary(BinaryKind.MUL), b.add1(new Binary(BinaryKind.ADD), x, y), y);
    return b.build(List.of(z, b.add1(new Reduce(ReduceKind.SUM, IntList.of(0)), z)));
  }

  @Test
  void eagerCallsKeepNativeMemoryFlat() {
    BackendTensor x = BACKEND.fromHost(NDArray.zeros(DType.FLOAT32, Shape.of(1000)), "");
    Binary add = new Binary(BinaryKind.ADD);
    List<TensorSpec> out = List.of(x.spec());
    long grown =
        growth(100_000, () -> BACKEND.execute(add, List.of(x, x), out).get(0).close());
    assertTrue(grown < SLACK, "grew by " + grown);
    x.close();
  }

  @Test
  void forgottenTensorsAreFreed() {
    long limit = NativeMemory.held() + (3L << 30);
    BackendTensor x = BACKEND.fromHost(NDArray.zeros(DType.FLOAT32, Shape.of(1 << 20)), "");
    Binary add = new Binary(BinaryKind.ADD);
    long most = 0;
    for (int i = 0; i < 3000; i++) { // 12 GB in all
      BACKEND.execute(add, List.of(x, x), List.of(x.spec()));
      most = Math.max(most, NativeMemory.held());
    }
    assertTrue(most < limit, "held " + most);
    x.close();
  }

  @Test
  void compiledStepsKeepNativeMemoryFlat() {
    BackendTensor x = BACKEND.fromHost(NDArray.zeros(DType.FLOAT32, Shape.of(1000)), "");
    try (Executable e = BACKEND.compile(chain(1000), CompileOptions.DEFAULT)) {
      long grown = growth(10_000, () -> e.run(List.of(x, x)).forEach(BackendTensor::close));
      assertTrue(grown < SLACK, "grew by " + grown);
    }
    x.close();
  }

  @Test
  void closedExecutablesGiveTheirMemoryBack() {
    BackendTensor x = BACKEND.fromHost(NDArray.zeros(DType.FLOAT32, Shape.of(10)), "");
    long grown = growth(500, () -> {
      try (Executable e = BACKEND.compile(chain(10), CompileOptions.DEFAULT)) {
        e.run(List.of(x, x)).forEach(BackendTensor::close);
      }
    });
    assertTrue(grown < SLACK, "grew by " + grown);
    x.close();
  }

  @Test
  void donatedInputsAreClosed() {
    BackendTensor x = BACKEND.fromHost(floats(new double[] {1, 2}, 2), "");
    BackendTensor y = BACKEND.fromHost(floats(new double[] {3, 4}, 2), "");
    try (Executable e = BACKEND.compile(chain(2), new CompileOptions(Map.of(0, 0), false, ""))) {
      List<BackendTensor> out = e.run(List.of(x, y));
      assertTrue(x.isClosed());
      assertEquals(floats(new double[] {12, 24}, 2), out.get(0).toHost());
      assertThrows(IllegalStateException.class, () -> e.run(List.of(x, y)));
      // the failed call leaves everything usable
      BackendTensor again = BACKEND.fromHost(floats(new double[] {1, 2}, 2), "");
      assertEquals(36, e.run(List.of(again, y)).get(1).toHost().item());
    }
  }

  @Test
  void closedThingsSayThatTheyAreClosed() {
    BackendTensor x = BACKEND.fromHost(floats(new double[] {1, 2}, 2), "");
    x.close();
    x.close();
    assertTrue(x.isClosed());
    Exception e = assertThrows(IllegalStateException.class, x::toHost);
    assertTrue(e.getMessage().contains("closed") && e.getMessage().contains("float32(2,)"));
    assertThrows(
        IllegalStateException.class,
        () -> BACKEND.execute(new Binary(BinaryKind.ADD), List.of(x, x), List.of(x.spec())));
    Executable f = BACKEND.compile(chain(2), CompileOptions.DEFAULT);
    f.close();
    f.close();
    assertThrows(IllegalStateException.class, () -> f.run(List.of()));
  }

  @Test
  void wrongInputsOfExecutables() {
    try (Executable e = BACKEND.compile(chain(2), CompileOptions.DEFAULT)) {
      BackendTensor x = BACKEND.fromHost(floats(new double[] {1, 2}, 2), "");
      BackendTensor i = BACKEND.fromHost(NDArray.of(new int[] {1, 2}), "");
      Exception a = assertThrows(IllegalArgumentException.class, () -> e.run(List.of(x)));
      assertTrue(a.getMessage().contains("2 inputs, got 1"), a.getMessage());
      Exception b = assertThrows(IllegalArgumentException.class, () -> e.run(List.of(x, i)));
      assertTrue(b.getMessage().contains("int32"), b.getMessage());
    }
    Exception c = assertThrows(
        IllegalArgumentException.class, () -> BACKEND.fromHost(NDArray.from(1f), "gpu:7"));
    assertTrue(c.getMessage().contains("gpu:7"), c.getMessage());
    assertThrows(IllegalArgumentException.class, () -> BACKEND.fromHost(NDArray.from("text"), ""));
  }

  @Test
  void tooMuchMemoryIsAnException() {
    BackendTensor one = BACKEND.fromHost(NDArray.scalar(DType.FLOAT32, 1.0), "");
    Shape huge = Shape.of(1L << 20, 1L << 24);
    var p = new org.keras4j.core.primitive.BroadcastInDim(huge, IntList.of());
    Exception e = assertThrows(
        BackendException.class,
        () -> BACKEND.execute(p, List.of(one), List.of(new TensorSpec(huge, DType.FLOAT32))));
    assertTrue(e.getMessage().contains("out of memory"), e.getMessage());
    assertEquals(1, one.toHost().item());
  }

  @Test
  void manyThreadsAtOnce() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try (Executable e = BACKEND.compile(chain(100), CompileOptions.DEFAULT)) {
      List<Future<Double>> sums = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int k = t + 1;
        Callable<Double> work = () -> {
          NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(100));
          for (int i = 0; i < 100; i++) {
            a.setDouble(i, k);
          }
          double sum = 0;
          try (BackendTensor x = BACKEND.fromHost(a, "")) {
            for (int i = 0; i < 200; i++) {
              List<BackendTensor> out = e.run(List.of(x, x));
              sum += out.get(1).toHost().item();
              out.forEach(BackendTensor::close);
            }
          }
          return sum;
        };
        sums.add(pool.submit(work));
      }
      for (int t = 0; t < 8; t++) {
        assertEquals(200 * 100 * 2.0 * (t + 1) * (t + 1), sums.get(t).get());
      }
    } finally {
      pool.shutdown();
    }
  }
}
