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
import org.keras4j.backend.tensorflow.runtime.TensorFlowLibrary;
import org.keras4j.core.DType;
import org.keras4j.core.MemoryLimitException;
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
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

class MemoryTest {
  private static Graph chain(int size) {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(TensorSpec.of(DType.FLOAT32, size));
    Value y = b.input(TensorSpec.of(DType.FLOAT32, size));
    Value z = b.add1(new Binary(BinaryKind.MUL), b.add1(new Binary(BinaryKind.ADD), x, y), y);
    return b.build(List.of(z, b.add1(new Reduce(ReduceKind.SUM, IntList.of(0)), z)));
  }

  /** Waits until the tensors that other tests forgot are freed. */
  private static void forgetGarbage() throws InterruptedException {
    for (long before = -1; before != TensorFlowLibrary.MEMORY.held(); ) {
      before = TensorFlowLibrary.MEMORY.held();
      System.gc();
      Thread.sleep(200);
    }
  }

  /** That neither our tensors nor anything else outside the Java heap becomes more by running a step. */
  private static void assertFlat(int calls, long bytes, Runnable step) throws InterruptedException {
    forgetGarbage();
    long held = TensorFlowLibrary.MEMORY.held();
    double grown = NativeGrowth.perCall(calls, bytes, step);
    // less if something that another test forgot went meanwhile
    long more = TensorFlowLibrary.MEMORY.held() - held;
    assertTrue(more <= 0, () -> "open tensors hold " + more + " bytes more than before");
    assertTrue(grown < bytes, () -> "every call leaves " + grown + " bytes behind");
  }

  @Test
  void whatIsLeftBehindIsSeen() throws InterruptedException {
    List<Pointer> left = new ArrayList<>();
    double grown = NativeGrowth.perCall(10_000, 32, () -> left.add(Pointer.malloc(100)));
    left.forEach(Pointer::free);
    assertTrue(grown >= 100, () -> "of 100 bytes a call left behind, seen were " + grown);
    BackendTensor x = BACKEND.fromHost(NDArray.zeros(DType.FLOAT32, Shape.of(1000)), "");
    List<BackendTensor> open = new ArrayList<>();
    assertThrows(
        AssertionError.class,
        () -> assertFlat(100, 1 << 20, () -> {
          Binary add = new Binary(BinaryKind.ADD);
          open.add(BACKEND.execute(add, List.of(x, x), List.of(x.spec())).get(0));
        }));
    open.forEach(BackendTensor::close);
    x.close();
  }

  @Test
  void eagerCallsKeepNativeMemoryFlat() throws InterruptedException {
    BackendTensor x = BACKEND.fromHost(NDArray.zeros(DType.FLOAT32, Shape.of(1000)), "");
    Binary add = new Binary(BinaryKind.ADD);
    List<TensorSpec> out = List.of(x.spec());
    assertFlat(20_000, 32, () -> BACKEND.execute(add, List.of(x, x), out).get(0).close());
    x.close();
  }

  @Test
  void forgottenTensorsAreFreed() {
    long limit = TensorFlowLibrary.MEMORY.held() + (3L << 30);
    BackendTensor x = BACKEND.fromHost(NDArray.zeros(DType.FLOAT32, Shape.of(1 << 20)), "");
    Binary add = new Binary(BinaryKind.ADD);
    long most = 0;
    for (int i = 0; i < 3000; i++) { // 12 GB in all
      BACKEND.execute(add, List.of(x, x), List.of(x.spec()));
      most = Math.max(most, TensorFlowLibrary.MEMORY.held());
    }
    assertTrue(most < limit, "held " + most);
    x.close();
  }

  @Test
  void compiledStepsKeepNativeMemoryFlat() throws InterruptedException {
    BackendTensor x = BACKEND.fromHost(NDArray.zeros(DType.FLOAT32, Shape.of(1000)), "");
    try (Executable e = BACKEND.compile(chain(1000), CompileOptions.DEFAULT)) {
      assertFlat(2000, 64, () -> e.run(List.of(x, x)).forEach(BackendTensor::close));
    }
    x.close();
  }

  @Test
  void closedExecutablesGiveTheirMemoryBack() throws InterruptedException {
    BackendTensor x = BACKEND.fromHost(NDArray.zeros(DType.FLOAT32, Shape.of(10)), "");
    assertFlat(100, 2000, () -> {
      try (Executable e = BACKEND.compile(chain(10), CompileOptions.DEFAULT)) {
        e.run(List.of(x, x)).forEach(BackendTensor::close);
      }
    });
    x.close();
  }

  @Test
  void forgottenExecutablesGiveTheirMemoryBack() throws InterruptedException {
    forgetGarbage();
    long held = TensorFlowLibrary.MEMORY.held();
    for (int i = 0; i < 20; i++) {
      BACKEND.compile(chain(10), CompileOptions.DEFAULT);
    }
    assertTrue(TensorFlowLibrary.MEMORY.held() > held);
    for (int i = 0; i < 50 && TensorFlowLibrary.MEMORY.held() > held; i++) {
      forgetGarbage();
    }
    assertTrue(TensorFlowLibrary.MEMORY.held() <= held);
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
        MemoryLimitException.class,
        () -> BACKEND.execute(p, List.of(one), List.of(new TensorSpec(huge, DType.FLOAT32))));
    assertTrue(e.getMessage().contains("TiB"), e.getMessage());
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
