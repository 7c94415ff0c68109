package org.keras4j.tck.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.reshaping.RepeatVector;
import org.keras4j.layers.reshaping.UpSampling1D;
import org.keras4j.layers.reshaping.UpSampling2D;
import org.keras4j.layers.reshaping.ZeroPadding2D;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.training.losses.MeanSquaredError;
import org.keras4j.training.metrics.MeanMetricWrapper;

/**
 * What small arguments make large is refused before native code is asked for it: sizes beyond the memory limit, which is
 * set low here, and sizes that no machine has; eagerly and compiled.
 */
class LargerThanMemoryTest {
  private static final long LIMIT = 64L << 20;

  /** A function of a small array and a size, whose result has at least as many elements. */
  private static final Map<String, Function<Long, Function<Tensor, Object>>> GROWING =
      new LinkedHashMap<>();

  private static void on(String name, LongFunction<Function<Tensor, Object>> f) {
    GROWING.put(name, f::apply);
  }

  private static int whole(long n) {
    return (int) Math.min(n, Integer.MAX_VALUE);
  }

  static {
    on("zeros", n -> x -> Ops.zeros(Shape.of(n)));
    on("zeros", n -> x -> Ops.zeros(Shape.of(n, n, 4)));
    on("ones", n -> x -> Ops.ones(Shape.of(2, n), "int8"));
    on("empty", n -> x -> Ops.empty(Shape.of(n, 2)));
    on("full", n -> x -> Ops.full(Shape.of(n, 2), x));
    on("full of a number", n -> x -> Ops.full(Shape.of(3, n), 7));
    on("arange", n -> x -> Ops.arange(n));
    on("arange by halves", n -> x -> Ops.arange(0, n, 0.5));
    on("linspace", n -> x -> Ops.linspace(0, 1, whole(n)));
    on("linspace of arrays", n -> x -> Ops.linspace(x, Ops.add(x, 1), whole(n)));
    on("logspace", n -> x -> Ops.logspace(0, 1, whole(n), true, 10, null, 0));
    on("eye", n -> x -> Ops.eye(whole(n)));
    on("identity", n -> x -> Ops.identity(whole(n)));
    on("tri", n -> x -> Ops.tri(whole(n)));
    on("hanning", n -> x -> Ops.hanning(n));
    on("broadcast_to", n -> x -> Ops.negative(Ops.broadcastTo(x, Shape.of(n, 2))));
    on("tile", n -> x -> Ops.tile(x, List.of(n)));
    on("repeat", n -> x -> Ops.repeat(x, n));
    on("one_hot", n -> x -> Ops.oneHot(Ops.cast(x, "int32"), whole(n)));
    on("multi_hot", n -> x -> Ops.multiHot(Ops.cast(x, "int32"), whole(n)));
    on("pad", n -> x -> Ops.pad(x, List.of(List.of(0, n))));
    on("pad by its edge", n -> x -> Ops.pad(x, List.of(List.of(n, n)), "edge"));
    on("outer", n -> x -> Ops.outer(Ops.zeros(Shape.of(n)), x));
    on(
        "outer of two",
        n -> x -> Ops.outer(Ops.ones(Shape.of(1L << 20)), Ops.ones(Shape.of(1L << 20))));
    on("meshgrid", n -> x -> Ops.meshgrid(Ops.arange(1 << 15), Ops.arange(1 << 15)));
    on("kron", n -> x -> Ops.kron(Ops.ones(Shape.of(1 << 15)), Ops.ones(Shape.of(1 << 15))));
    on("diag", n -> x -> Ops.diag(Ops.ones(Shape.of(1 << 15))));
    on("vander", n -> x -> Ops.vander(x, whole(n), true));
    on("bincount", n -> x -> Ops.bincount(Ops.cast(x, "int32"), null, whole(n), false));
    on("segment_sum", n -> x -> Ops.segmentSum(x, Ops.zeros(Shape.of(2), "int32"), whole(n)));
    on("rfft", n -> x -> Ops.rfft(x, whole(n)));
    on("scatter", n -> x -> Ops.scatter(Ops.zeros(Shape.of(2, 1), "int32"), x, Shape.of(n)));
    on("expanded product", n -> x -> {
      Tensor r = Ops.arange(1 << 15);
      return Ops.multiply(Ops.expandDims(r, 0), Ops.expandDims(r, 1));
    });
    on("random.uniform", n -> x -> RandomOps.uniform(Shape.of(n)));
    on("random.normal", n -> x -> RandomOps.normal(Shape.of(2, n)));
    on("random.truncated_normal", n -> x -> RandomOps.truncatedNormal(Shape.of(n)));
    on("random.randint", n -> x -> RandomOps.randint(Shape.of(n), 0, 5));
    on("random.gamma", n -> x -> RandomOps.gamma(Shape.of(n), 1.0));
    on(
        "random.categorical",
        n -> x -> RandomOps.categorical(Ops.reshape(x, List.of(1, 2)), whole(n)));
    on("image.resize", n -> x -> Ops.Image.resize(image(x), List.of(whole(n), 2)));
    on(
        "image.resize nearest",
        n -> x -> Ops.Image.resize(image(x), List.of(whole(n), 2), "nearest", false));
    on(
        "image.extract_patches",
        n -> x -> Ops.Image.extractPatches(
            Ops.zeros(Shape.of(1, 600, 600, 1)), List.of(300, 300), 1, 1, "same", null));
    on(
        "conv_transpose",
        n -> x -> Ops.convTranspose(
            image(x), Ops.ones(Shape.of(2, 2, 1, 1)), List.of(whole(n), 1), "same"));
  }

  private static Tensor image(Tensor x) {
    return Ops.reshape(x, List.of(1, 2, 1, 1));
  }

  @BeforeEach
  void limit() {
    Keras.setMemoryLimit(LIMIT);
  }

  @AfterEach
  void noLimit() {
    Keras.setMemoryLimit(0);
  }

  private static Tensor two() {
    return ArrayLike.tensor(NDArray.of(new float[] {0, 1}, 2));
  }

  @Test
  void isRefusedEagerlyAndCompiled() {
    List<String> wrong = new ArrayList<>();
    // beyond the limit; beyond the machine; beyond what can be counted
    for (long n : new long[] {1L << 28, Integer.MAX_VALUE, 1L << 40, 1L << 61}) {
      GROWING.forEach((name, f) -> {
        note(wrong, name + " " + n, () -> f.apply(n).apply(two()));
        if (n == 1L << 40) {
          return;
        }
        Jit jit = Jit.of(in -> f.apply(n).apply((Tensor) ((List<?>) in).get(0)));
        note(wrong, name + " " + n + " compiled", () -> jit.call(List.of(two())));
      });
    }
    assertEquals(List.of(), wrong, () -> wrong.size() + " wrong\n" + String.join("\n", wrong));
  }

  @Test
  void layersAndConfigs() {
    List<String> wrong = new ArrayList<>();
    int most = Integer.MAX_VALUE;
    Map<String, Attempt> all = new LinkedHashMap<>();
    all.put("Dense", () -> new Dense(most).invoke(two(1, 4)));
    all.put(
        "Embedding", () -> new Embedding(most, 1000).invoke(Ops.zeros(Shape.of(1, 2), "int32")));
    all.put("Conv2D", () -> new Conv2D(most, 3).invoke(two(1, 4, 4, 1)));
    all.put("LSTM", () -> new LSTM(1 << 20).invoke(two(1, 2, 2)));
    all.put("UpSampling2D", () -> new UpSampling2D(1 << 20).invoke(two(1, 2, 2, 1)));
    all.put("ZeroPadding2D", () -> new ZeroPadding2D(1 << 20).invoke(two(1, 2, 2, 1)));
    all.put("RepeatVector", () -> new RepeatVector(most).invoke(two(1, 2)));
    all.put("from a config", () -> {
      Object config = Serializer.serialize(new Sequential(new Input(4), new Dense(7)));
      Model m = (Model) Serializer.deserialize(Nest.map(
          config, x -> x instanceof Number n && n.intValue() == 7 ? (Object) most : x));
      return m.predict(NDArray.zeros(DType.FLOAT32, Shape.of(1, 4)));
    });
    all.forEach((name, a) -> {
      try {
        Object made = a.make();
        wrong.add(name + ": made " + made);
      } catch (IllegalArgumentException e) {
        String m = String.valueOf(e.getMessage());
        String layer = name.startsWith("from") ? "Dense" : name.equals("LSTM") ? "LSTMCell" : name;
        if (!(e instanceof MemoryLimitException)
            || !m.startsWith(layer + " '")
            || !m.contains("bytes")) {
          wrong.add(name + ": " + e);
        }
      } catch (RuntimeException | Error e) {
        wrong.add(name + ": " + e);
      }
    });
    assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
  }

  /** What does not fit is said of the layer, loss or metric that asked for it: the innermost. */
  @Test
  void lossesMetricsAndInnerLayersAreNamed() {
    Tensor column = Ops.zeros(Shape.of(1 << 15, 1, 1));
    Tensor row = Ops.zeros(Shape.of(1, 1 << 15, 1));
    refusedBy(
        "MeanSquaredError 'mean_squared_error': ",
        () -> new MeanSquaredError().invoke(column, row));
    MeanMetricWrapper far =
        new MeanMetricWrapper((y, z) -> Ops.abs(Ops.subtract(y, z))).name("far");
    refusedBy("MeanMetricWrapper 'far': ", () -> far.updateState(column, row));
    Dense late = new Dense(1 << 26).name("late");
    Sequential drawnLate = new Sequential(new Input(4), late);
    refusedBy("Dense 'late': weight 'kernel': ", () -> drawnLate.predict(new float[1][4]));
    Sequential around = new Sequential(new Dense(2), new UpSampling1D(1 << 28).name("up"));
    refusedBy("UpSampling1D 'up': ", () -> around.invoke(two(1, 2, 2)));
  }

  private static void refusedBy(String place, Executable call) {
    String m = assertThrows(MemoryLimitException.class, call).getMessage();
    assertTrue(m.startsWith(place), m);
  }

  private static Tensor two(long... shape) {
    return ArrayLike.tensor(NDArray.zeros(DType.FLOAT32, Shape.of(shape)));
  }

  private interface Attempt {
    @Nullable
    Object make();
  }

  private static void note(List<String> wrong, String what, Attempt a) {
    try (TensorScope scope = new TensorScope()) {
      Object made = a.make();
      wrong.add(what + ": made " + made);
    } catch (IllegalArgumentException e) {
      String m = String.valueOf(e.getMessage());
      if (!(e instanceof MemoryLimitException)) {
        wrong.add(what + ": " + e);
      } else if (!m.matches("(?s)(ops|random)\\..*") && !what.endsWith("compiled")) {
        wrong.add(what + " names no function: " + m);
      }
    } catch (RuntimeException | Error e) {
      wrong.add(what + ": " + e);
    }
  }

  @Test
  void theMessageTellsAll() {
    MemoryLimitException e =
        assertThrows(MemoryLimitException.class, () -> Ops.zeros(Shape.of(1L << 31, 1L << 31, 4)));
    String m = String.valueOf(e.getMessage());
    for (String part : List.of(
        "ops.zeros",
        "float32(2147483648, 2147483648, 4)",
        "73786976294838206464 bytes (64 EiB)",
        "67108864 bytes (64 MiB)",
        Keras.backend().name())) {
      assertTrue(m.contains(part), m);
    }
  }

  @Test
  void manyThatFitAloneDoNotFitTogether() {
    List<Tensor> held = new ArrayList<>();
    MemoryLimitException e = assertThrows(MemoryLimitException.class, () -> {
      for (int i = 0; i < 40; i++) {
        held.add(Ops.negative(Ops.ones(Shape.of(1 << 20))));
      }
    });
    assertTrue(held.size() >= 5, "only " + held.size() + " of 4 MiB: " + e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains("are held"), e.getMessage());
    // what nobody holds any more makes room
    held.clear();
    for (int i = 0; i < 40; i++) {
      Ops.negative(Ops.ones(Shape.of(1 << 20)));
    }
  }

  @Test
  void emptyArraysOfHugeShapes() {
    assertEquals(0, Ops.zeros(Shape.of(1L << 30, 0)).toNDArray().size());
    Shape long40 = Shape.of(1L << 40, 0);
    if (Keras.backend().name().equals("tensorflow")) { // whose axes are counted by int32
      String m =
          assertThrows(IllegalArgumentException.class, () -> Ops.zeros(long40)).getMessage();
      assertTrue(m.contains("at most 2^31 - 1"), m);
    } else {
      assertEquals(0, Ops.zeros(long40).toNDArray().size());
    }
    assertThrows(MemoryLimitException.class, () -> Ops.zeros(Shape.of(1L << 40, 1L << 40, 0)));
  }

  @Test
  void arraysOnTheHost() {
    assertThrows(
        MemoryLimitException.class, () -> NDArray.zeros(DType.FLOAT32, Shape.of(1L << 30)));
    assertThrows(MemoryLimitException.class, () -> NDArray.zeros(DType.STRING, Shape.of(1L << 40)));
    assertEquals(0, NDArray.zeros(DType.INT8, Shape.of(1L << 40, 0)).size());
  }
}
