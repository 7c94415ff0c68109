package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.preprocessing.CategoryEncoding;
import org.keras4j.layers.preprocessing.HashedCrossing;
import org.keras4j.layers.preprocessing.Hashing;
import org.keras4j.layers.preprocessing.IntegerLookup;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.layers.preprocessing.TextVectorization;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.data.Batch;

/** Models that begin with layers on strings: the same compiled, grouped and uncompiled, and never compiled anew. */
class StringModelsTest {
  private static final int ROWS = 50;
  private static final String[] WORDS = {"red", "green", "blue", "grey", "black"};

  private static NDArray words(int columns, int seed) {
    String[] out = new String[ROWS * columns];
    for (int i = 0; i < out.length; i++) {
      out[i] = WORDS[(i * 7 + i / 3 + seed) % WORDS.length];
    }
    return NDArray.ofStrings(out, Shape.of(ROWS, columns));
  }

  private static NDArray texts() {
    String[] out = new String[ROWS];
    for (int i = 0; i < ROWS; i++) {
      StringBuilder b = new StringBuilder();
      for (int k = 0; k <= i % 4; k++) {
        b.append(k > 0 ? " " : "").append(WORDS[(i + k * k) % WORDS.length]);
      }
      out[i] = b.append(i % 3 == 0 ? "!" : "").toString();
    }
    return NDArray.ofStrings(out, Shape.of(ROWS, 1));
  }

  private static NDArray integers(int columns) {
    long[] out = new long[ROWS * columns];
    for (int i = 0; i < out.length; i++) {
      out[i] = (i * 5L + i / 4) % 9;
    }
    return NDArray.of(out, ROWS, columns);
  }

  private static NDArray numbers() {
    float[] out = new float[ROWS * 3];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) Math.sin(i);
    }
    return NDArray.of(out, ROWS, 3);
  }

  private static NDArray wanted() {
    float[] out = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      out[i] = (float) Math.cos(i * 0.7);
    }
    return NDArray.of(out, ROWS, 1);
  }

  private static Compile settings() {
    return Compile.optimizer("adam").loss("mse").metrics("mae");
  }

  private static Model compiled(Supplier<? extends Model> of, Compile settings) {
    SeedGenerator.setRandomSeed(11);
    Model m = of.get();
    m.getWeights();
    m.compile(settings);
    return m;
  }

  private static Fit fit() {
    return Fit.epochs(3).batchSize(8).verbose(0).shuffle(false);
  }

  private static void assertSame(History a, History b) {
    a.history().forEach((name, values) -> {
      for (int i = 0; i < values.size(); i++) {
        assertEquals(values.get(i), b.get(name).get(i), 1e-5, name + " of epoch " + i);
      }
    });
  }

  /** Training, evaluation and prediction of a model in every way that there is. */
  private static void agrees(Supplier<? extends Model> of, Object x) {
    Model eager = compiled(of, settings().runEagerly(true));
    Model one = compiled(of, settings());
    Model grouped = compiled(of, settings().stepsPerExecution(3));
    History h = eager.fit(x, wanted(), fit());
    assertSame(h, one.fit(x, wanted(), fit()));
    assertSame(h, grouped.fit(x, wanted(), fit()));
    NDArray y = eager.predict(x);
    NDArray parts = eager.predict(x, Run.defaults().batchSize(7).verbose(0));
    Run small = Run.defaults().batchSize(7).verbose(0);
    Map<String, Double> scores = eager.evaluate(x, wanted(), small);
    for (Model m : List.of(one, grouped)) {
      assertArrayEquals(y.toFloatArray(), m.predict(x).toFloatArray(), 1e-5f);
      assertArrayEquals(parts.toFloatArray(), m.predict(x, small).toFloatArray(), 1e-5f);
      m.evaluate(x, wanted(), small).forEach((k, v) -> assertEquals(scores.get(k), v, 1e-5, k));
    }
  }

  private static Sequential colours() {
    return new Sequential(
        new Input(1).dtype("string"),
        new StringLookup().vocabulary(List.of("red", "green", "blue")).outputMode("one_hot"),
        new Dense(4).activation("relu"),
        new Dense(1));
  }

  @Test
  void wordsToVectors() {
    agrees(StringModelsTest::colours, words(1, 0));
  }

  @Test
  void everyOutputMode() {
    for (String mode : List.of("multi_hot", "count")) {
      agrees(
          () -> new Sequential(
              new Input(4).dtype("string"),
              new StringLookup().vocabulary(List.of("red", "green", "blue")).outputMode(mode),
              new Dense(1)),
          words(4, 1));
    }
  }

  @Test
  void textsOfVaryingLength() {
    agrees(
        () -> {
          TextVectorization v = new TextVectorization();
          v.adapt(texts());
          return new Sequential(
              new Input(1).dtype("string"),
              v,
              new Embedding(v.vocabularySize(), 3),
              new GlobalAveragePooling1D(),
              new Dense(1));
        },
        texts());
  }

  @Test
  void textsWithWeights() {
    agrees(
        () -> {
          TextVectorization v = new TextVectorization().ngrams(2).outputMode("tf_idf");
          v.adapt(texts());
          return new Sequential(new Input(1).dtype("string"), v, new Dense(1));
        },
        texts());
  }

  @Test
  void hashesAndIntegers() {
    agrees(
        () -> new Sequential(
            new Input(2).dtype("string"),
            new Hashing(6),
            new Embedding(6, 2),
            new Flatten(),
            new Dense(1)),
        words(2, 3));
    agrees(
        () -> new Sequential(
            new Input(2).dtype("int64"),
            new IntegerLookup().vocabulary(List.of(1, 2, 5)),
            new Embedding(4, 2),
            new Flatten(),
            new Dense(1)),
        integers(2));
    // narrower than the input: converted on the way to the lookup
    agrees(
        () -> new Sequential(
            new Input(1).dtype("int64"), new Hashing(5).outputMode("one_hot"), new Dense(1)),
        integers(1).astype(DType.INT16));
  }

  private static Functional mixed() {
    KerasTensor colour = new Input(1).dtype("string").name("colour").output();
    KerasTensor shade = new Input(1).dtype("string").name("shade").output();
    KerasTensor size = new Input(1).dtype("int64").name("size").output();
    KerasTensor rest = new Input(3).name("rest").output();
    Object crossed = new HashedCrossing(8).outputMode("one_hot").invoke(List.of(colour, size));
    Object looked = new StringLookup()
        .vocabulary(List.of("red", "grey"))
        .outputMode("multi_hot")
        .invoke(shade);
    Object sizes = new CategoryEncoding(9).outputMode("one_hot").invoke(size);
    Object all = new Concatenate().invoke(List.of(crossed, looked, sizes, rest));
    Map<String, Object> in = new LinkedHashMap<>();
    for (KerasTensor t : List.of(colour, shade, size, rest)) {
      in.put(t.name(), t);
    }
    return new Functional(
        in, new Dense(1).invoke(new Dense(5).activation("tanh").invoke(all)));
  }

  private static Map<String, Object> mixedData() {
    return Map.of(
        "colour", words(1, 0), "shade", words(1, 2), "size", integers(1), "rest", numbers());
  }

  @Test
  void stringsAndNumbersSideBySide() {
    agrees(StringModelsTest::mixed, mixedData());
  }

  @Test
  void stepsAreCompiledOnceWhateverTheStrings() {
    AtomicInteger traces = new AtomicInteger();
    Jit jit = Jit.of(x -> {
      traces.incrementAndGet();
      return new StringLookup()
          .vocabulary(List.of("red", "green"))
          .outputMode("one_hot")
          .invoke(x);
    });
    for (int i = 0; i < 5; i++) {
      Tensor y = (Tensor) jit.call(words(1, i));
      NDArray want = new StringLookup()
          .vocabulary(List.of("red", "green"))
          .outputMode("one_hot")
          .invoke(words(1, i))
          .toNDArray();
      assertEquals(want, y.toNDArray());
    }
    assertEquals(1, traces.get());
    TextVectorization v = new TextVectorization().vocabulary(List.of(WORDS));
    AtomicInteger lengths = new AtomicInteger();
    Jit varying = Jit.of(x -> {
      lengths.incrementAndGet();
      return Ops.multiply(v.invoke(x), 2);
    });
    for (String s : List.of("red", "blue", "red blue", "grey red", "black", "x y")) {
      Tensor y = (Tensor) varying.call(NDArray.ofStrings(new String[] {s}, Shape.of(1)));
      assertEquals(Ops.multiply(v.invoke(List.of(s)), 2).toNDArray(), y.toNDArray(), s);
    }
    assertEquals(2, lengths.get());
  }

  @Test
  void whatALayerLearnsLaterCounts() {
    StringLookup lookup = new StringLookup();
    lookup.adapt(words(1, 0));
    Sequential m = new Sequential(new Input(1).dtype("string"), lookup, new Flatten());
    m.predict(words(1, 0));
    lookup.setVocabulary(List.of("black", "red"));
    assertEquals(lookup.invoke(words(1, 0)).toNDArray().reshape(ROWS, 1), m.predict(words(1, 0)));
    TextVectorization v = new TextVectorization().outputMode("tf_idf");
    v.adapt(texts());
    Sequential w = new Sequential(new Input(1).dtype("string"), v);
    w.predict(texts());
    v.adapt(List.of("red red", "green blue", "black grey red"));
    assertEquals(v.invoke(texts()).toNDArray(), w.predict(texts()));
  }

  /** Changes of form on the way to Java code are made on the host, and are those of the backend. */
  @Test
  void formsOnTheHostAreTheBackends() {
    int[] numbers = new int[60];
    Arrays.setAll(numbers, i -> i * i % 37 - 9);
    String[] strings = Arrays.stream(numbers).mapToObj(String::valueOf).toArray(String[]::new);
    Shape shape = Shape.of(3, 4, 5);
    UnaryOperator<Tensor> forms = x -> {
      Tensor t = Prims.transpose(x, 2, 0, 1);
      t = Prims.slice(t, new long[] {0, 1, 0}, new long[] {5, 3, 4}, new long[] {2, 1, 3});
      t = Prims.concat(List.of(t, t, Prims.slice(t, 1, 0, 1)), 1);
      t = Prims.reshape(t, Shape.of(3, 1, 10));
      return Prims.broadcastTo(t, Shape.of(2, 3, 4, 10));
    };
    Tensor want = forms.apply(Ops.reshape(Ops.array(numbers), shape.toArray()));
    HostCall parse = new HostCall(
        "parse",
        List.of(want.spec()),
        in -> List.of(NDArray.of(
            Arrays.stream(in.get(0).toStringArray()).mapToInt(Integer::parseInt).toArray(),
            2,
            3,
            4,
            10)));
    HostCall same = new HostCall("same", List.of(want.spec()), in -> in);
    AtomicInteger outside = new AtomicInteger();
    Jit jit = Jit.of(x -> {
      List<?> l = (List<?>) x;
      Tensor a = Engine.bind1(parse, forms.apply((Tensor) l.get(0)));
      Tensor wide = Prims.convert((Tensor) l.get(1), DType.INT32);
      return List.of(a, Engine.bind1(same, forms.apply(wide)), outside.incrementAndGet());
    });
    for (int i = 0; i < 2; i++) {
      List<?> out = (List<?>) jit.call(List.of(
          NDArray.ofStrings(strings, shape), NDArray.of(numbers, 3, 4, 5).astype(DType.INT16)));
      assertEquals(want.toNDArray(), ((Tensor) out.get(0)).toNDArray());
      assertEquals(want.toNDArray(), ((Tensor) out.get(1)).toNDArray());
    }
    assertEquals(1, outside.get());
  }

  /** What a later host call is may depend on the shape of what an earlier one gave. */
  @Test
  void shapesOfHostResultsForkTheProgram() {
    AtomicInteger traces = new AtomicInteger();
    Jit jit = Jit.of(x -> {
      traces.incrementAndGet();
      Tensor ones = Engine.bind1(
          new HostCall("ones", List.of(TensorSpec.of(DType.INT64, -1)), in -> {
            int n = in.get(0).getString(0).length();
            long[] v = new long[n];
            Arrays.fill(v, 1);
            return List.of(NDArray.of(v));
          }),
          (Tensor) x);
      long seen = ones.shape().dim(0); // a constant of the second call
      return Engine.bind1(
          new HostCall(
              "scaled",
              List.of(ones.spec()),
              in -> List.of(NDArray.of(
                  Arrays.stream(in.get(0).toLongArray()).map(v -> v * seen).toArray()))),
          ones);
    });
    for (String s : List.of("a", "bc", "d", "ef", "ghi", "bc")) {
      Tensor y = (Tensor) jit.call(NDArray.ofStrings(new String[] {s}, Shape.of(1)));
      long[] want = new long[s.length()];
      Arrays.fill(want, s.length());
      assertArrayEquals(want, y.toNDArray().toLongArray());
    }
    assertEquals(3, traces.get());
  }

  @Test
  void hostCallsOnDataLeaveLoopsAndTheOthersStay() {
    AtomicInteger calls = new AtomicInteger();
    HostCall counting = new HostCall("counting", List.of(TensorSpec.of(DType.INT64, 1)), in -> {
      calls.incrementAndGet();
      return List.of(
          in.get(0).dtype() == DType.STRING
              ? NDArray.of(new long[] {in.get(0).getString(0).length()})
              : in.get(0));
    });
    Jit jit = Jit.of(x -> {
      List<?> l = (List<?>) x;
      Tensor string = (Tensor) l.get(0);
      Tensor number = (Tensor) l.get(1);
      return Ops.foriLoop(
          0,
          3,
          (i, y) ->
              Ops.add(y, Ops.add(Engine.bind1(counting, string), Engine.bind1(counting, number))),
          Ops.zeros(Shape.of(1), "int64"));
    });
    Object arguments =
        List.of(NDArray.ofStrings(new String[] {"four"}, Shape.of(1)), NDArray.of(new long[] {2}));
    jit.call(arguments);
    calls.set(0);
    Tensor y = (Tensor) jit.call(arguments);
    assertArrayEquals(new long[] {18}, y.toNDArray().toLongArray());
    assertEquals(1 + 3, calls.get());
  }

  @Test
  void stringsComeOutToo() {
    StringLookup back = new StringLookup().vocabulary(List.of(WORDS)).invert(true);
    Jit jit = Jit.of(x -> {
      List<?> both = (List<?>) x;
      Tensor places = new StringLookup().vocabulary(List.of(WORDS)).invoke(both.get(0));
      return Arrays.asList(back.invoke(places), Ops.add(both.get(1), 1));
    });
    List<?> out = (List<?>) jit.call(List.of(words(1, 0), Ops.ones(2)));
    assertEquals(words(1, 0), out.get(0));
    assertArrayEquals(new float[] {2, 2}, ((Tensor) out.get(1)).toNDArray().toFloatArray());
  }

  @Test
  void manyThreadsPredictWhatOneDoes() throws Exception {
    Model m = compiled(StringModelsTest::mixed, settings());
    Map<String, Object> x = mixedData();
    float[] want = m.predict(x).toFloatArray();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<float[]>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int size = 1 + i % 9;
        calls.add(() -> m.predict(x, Run.defaults().batchSize(size).verbose(0)).toFloatArray());
      }
      for (Future<float[]> f : pool.invokeAll(calls)) {
        assertArrayEquals(want, f.get(), 1e-5f);
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void batchesOfIterablesTrainAlike() {
    Model a = compiled(StringModelsTest::mixed, settings());
    Model b = compiled(StringModelsTest::mixed, settings().stepsPerExecution(2));
    History h = a.fit(mixedData(), wanted(), fit());
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < ROWS; i += 8) {
      int from = i;
      int to = Math.min(ROWS, i + 8);
      Map<String, Object> part = new LinkedHashMap<>();
      mixedData().forEach((k, v) -> part.put(k, ((NDArray) v).slice(from, to)));
      batches.add(new Batch(part, wanted().slice(from, to), null));
    }
    assertSame(h, b.fit(batches, Fit.epochs(3).verbose(0)));
  }

  @Test
  void numbersAreNotStrings() {
    Sequential m = colours();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> m.predict(numbers()));
    assertTrue(e.getMessage().contains("expects strings"), e.getMessage());
    Sequential n = new Sequential(new Input(1), new Dense(1));
    e = assertThrows(IllegalArgumentException.class, () -> n.predict(words(1, 0)));
    assertTrue(e.getMessage().contains("expects numbers"), e.getMessage());
  }
}
