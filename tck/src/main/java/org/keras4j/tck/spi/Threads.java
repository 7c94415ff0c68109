package org.keras4j.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
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
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.tck.kit.KitTest;

/** All methods of a backend may be called from any thread. */
public final class Threads {
  private static final int COUNT = 6;
  private static final int ROUNDS = 15;
  private static final Primitive PRODUCT =
      new DotGeneral(IntList.of(), IntList.of(), IntList.of(1), IntList.of(0), null);

  private final Backend backend = Keras.backend();

  private Threads() {}

  /** The tests, for the backend in use. */
  public static List<KitTest> tests() {
    Threads t = new Threads();
    return List.of(
        new KitTest("primitives", t::primitives),
        new KitTest("oneExecutable", t::oneExecutable),
        new KitTest("compiling", t::compiling),
        new KitTest("predictions", t::predictions));
  }

  private static NDArray matrix(int seed) {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(8, 8));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, (i * 7 + seed) % 11 - 5);
    }
    return a;
  }

  private static NDArray squared(NDArray a) {
    NDArray out = NDArray.zeros(DType.FLOAT32, a.shape());
    for (int i = 0; i < 64; i++) {
      double sum = 0;
      for (int k = 0; k < 8; k++) {
        sum += a.getDouble(i / 8 * 8 + k) * a.getDouble(8 * k + i % 8);
      }
      out.setDouble(i, sum);
    }
    return out;
  }

  /** Runs the same in several threads at once, each with its number. */
  private static void together(java.util.function.IntConsumer work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(COUNT);
    try {
      List<Callable<Object>> all = new ArrayList<>();
      for (int i = 0; i < COUNT; i++) {
        int number = i;
        all.add(() -> {
          work.accept(number);
          return number;
        });
      }
      for (Future<Object> f : threads.invokeAll(all)) {
        f.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void primitives() throws Exception {
    together(n -> {
      for (int i = 0; i < ROUNDS; i++) {
        NDArray a = matrix(n * ROUNDS + i);
        try (BackendTensor x = backend.fromHost(a, "");
            BackendTensor y =
                backend.execute(PRODUCT, List.of(x, x), List.of(a.spec())).get(0)) {
          assertEquals(squared(a), y.toHost());
        }
      }
    });
  }

  private static Graph graph(int sums) {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(TensorSpec.of(DType.FLOAT32, 8, 8));
    Value y = b.add1(PRODUCT, x, x);
    for (int i = 0; i < sums; i++) {
      y = b.add1(new Binary(BinaryKind.ADD), y, x);
    }
    return b.build(List.of(y));
  }

  private void run(Executable e, NDArray a, int sums) {
    NDArray want = squared(a);
    for (int i = 0; i < want.size(); i++) {
      want.setDouble(i, want.getDouble(i) + sums * a.getDouble(i));
    }
    try (BackendTensor x = backend.fromHost(a, "");
        BackendTensor y = e.run(List.of(x)).get(0)) {
      assertEquals(want, y.toHost());
    }
  }

  private void oneExecutable() throws Exception {
    try (Executable e = backend.compile(graph(1), CompileOptions.DEFAULT)) {
      together(n -> {
        for (int i = 0; i < ROUNDS; i++) {
          run(e, matrix(n * ROUNDS + i), 1);
        }
      });
    }
  }

  private void compiling() throws Exception {
    together(n -> {
      try (Executable e = backend.compile(graph(n), CompileOptions.DEFAULT)) {
        run(e, matrix(n), n);
      }
    });
  }

  private void predictions() throws Exception {
    Sequential model = new Sequential(new Input(5), new Dense(4).activation("tanh"), new Dense(2));
    NDArray x = NDArray.of(new float[] {1, 2, 3, 4, 5, -1, 0, 1, 0, 2}, 2, 5);
    NDArray want = model.predict(x);
    together(n -> {
      for (int i = 0; i < ROUNDS; i++) {
        assertEquals(want, model.predict(x));
      }
    });
  }
}
