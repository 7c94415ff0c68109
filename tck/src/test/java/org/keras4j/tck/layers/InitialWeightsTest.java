package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.initializers.GlorotUniform;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.initializers.Orthogonal;
import org.keras4j.layers.initializers.RandomNormal;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;

/** Seeds are taken when weights are added: the order in which they are read does not matter. */
class InitialWeightsTest {
  /** One of a program's own, which draws with the global generator. */
  private static final class Own extends Initializer {
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public Tensor call(Shape shape, DType dtype) {
      calls.incrementAndGet();
      return Ops.add(
          RandomOps.normal(shape, 0.0, 1.0, dtype, null),
          RandomOps.uniform(shape, 0.0, 1.0, dtype, null));
    }
  }

  private static Sequential model() {
    SeedGenerator shared = new SeedGenerator(null);
    return new Sequential(
        new Input(3, 4),
        new LSTM(5).biasInitializer(new RandomNormal().seed(shared)),
        new Dropout(0.5),
        new Dense(6).kernelInitializer(new Own()).biasInitializer(new Own()),
        new Dense(6).kernelInitializer(new Orthogonal()),
        new Dense(6).kernelInitializer(new GlorotUniform().seed(shared)),
        new Dense(2).kernelInitializer("he_normal").biasInitializer("random_normal"));
  }

  private static Sequential seeded(long seed) {
    SeedGenerator.setRandomSeed(seed);
    return model();
  }

  private static List<String> numbers(Sequential m, boolean backwards) {
    List<Variable> order = new ArrayList<>(m.variables());
    if (backwards) {
      Collections.reverse(order);
    }
    order.forEach(Variable::eager);
    List<String> out = new ArrayList<>();
    for (Variable v : m.variables()) {
      NDArray a = v.eager().toNDArray();
      StringBuilder s = new StringBuilder();
      for (int i = 0; i < a.size(); i++) {
        s.append(a.getDouble(i)).append(' ');
      }
      out.add(s.toString());
    }
    return out;
  }

  @Test
  void anyOrderOfReading() {
    Sequential a = seeded(7);
    Sequential b = seeded(7);
    Sequential other = seeded(8);
    // the second is read before the first, each in another order
    List<String> last = numbers(b, true);
    RandomOps.normal(new int[] {3}, 0.0, 1.0, "float32", null);
    List<String> first = numbers(a, false);
    assertEquals(first, last);
    assertNotEquals(first, numbers(other, false));
  }

  @Test
  void insideATrace() {
    List<Sequential> made = new ArrayList<>();
    Supplier<Tensor> call = () -> {
      Sequential m = seeded(7);
      made.add(m);
      return m.invoke(Ops.ones(new int[] {2, 3, 4}));
    };
    Jit jit = Jit.of(x -> call.get());
    jit.call(NDArray.of(new float[] {1}, 1));
    assertEquals(numbers(seeded(7), true), numbers(made.get(0), false));
  }

  @Test
  void aLoadedFileDrawsNothing(@TempDir Path dir) {
    Path file = dir.resolve("m.weights.h5");
    Sequential saved = new Sequential(new Input(4), new Dense(3));
    saved.saveWeights(file);
    Own own = new Own();
    Sequential loaded = new Sequential(new Input(4), new Dense(3).kernelInitializer(own));
    assertFalse(loaded.weights().get(0).isInitialized());
    loaded.loadWeights(file);
    assertEquals(numbers(saved, false), numbers(loaded, false));
    assertEquals(0, own.calls.get());
  }
}
