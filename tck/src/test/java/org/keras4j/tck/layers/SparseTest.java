package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseArray;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.preprocessing.CategoryEncoding;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.models.features.FeatureSpace;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.SparseForms;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.optimizers.Adam;

/** Sparse tensors, held against what Keras on TensorFlow recorded ({@code scripts/record_sparse.py}) and against dense ones. */
class SparseTest {
  private static final Map<?, ?> CASES = SparseFiles.json("cases.json");

  @TempDir
  Path folder;

  private static NDArray array(Map<?, ?> told, DType dtype) {
    List<?> values = (List<?>) told.get("values");
    NDArray out = NDArray.zeros(dtype, Shape.of((List<?>) told.get("shape")));
    for (int i = 0; i < out.size(); i++) {
      out.setDouble(i, ((Number) values.get(i)).doubleValue());
    }
    return out;
  }

  private static NDArray rows(Object nested) {
    return NDArray.from(nested).astype(DType.FLOAT32);
  }

  private static void assertClose(NDArray e, NDArray a, String what) {
    assertEquals(e.shape(), a.shape(), what);
    for (int i = 0; i < e.size(); i++) {
      double x = e.getDouble(i);
      assertEquals(x, a.getDouble(i), 1e-5 * Math.abs(x) + 1e-6, what + " at " + i);
    }
  }

  @TestFactory
  List<DynamicTest> layersGiveWhatKerasGives() {
    List<DynamicTest> out = new ArrayList<>();
    for (Object o : (List<?>) CASES.get("layers")) {
      Map<?, ?> c = (Map<?, ?>) o;
      Map<?, ?> config = (Map<?, ?>) c.get("config");
      Map<?, ?> inner = (Map<?, ?>) config.get("config");
      String name = config.get("class_name") + " " + inner.get("output_mode");
      out.add(DynamicTest.dynamicTest(name, () -> {
        // Keras does not write that CategoryEncoding is sparse
        Map<Object, Object> settings = new LinkedHashMap<>(inner);
        settings.put("sparse", true);
        Map<Object, Object> whole = new LinkedHashMap<>(config);
        whole.put("config", settings);
        Layer layer = (Layer) Serializer.deserialize(whole);
        Map<?, ?> written = (Map<?, ?>) ((Map<?, ?>) Serializer.serialize(layer)).get("config");
        assertEquals(true, written.get("sparse"));
        Map<?, ?> expected = (Map<?, ?>) c.get("output");
        Object weights = ((Map<?, ?>) c.get("call")).get("count_weights");
        CallArgs args =
            weights == null ? CallArgs.of() : CallArgs.of().with("count_weights", rows(weights));
        Object inputs = Boolean.TRUE.equals(c.get("several"))
            ? ((List<?>) c.get("inputs")).stream().map(NDArray::from).toList()
            : NDArray.from(c.get("inputs"));
        Object given = layer.invokeNested(inputs, args);
        assertInstanceOf(SparseTensor.class, given);
        assertClose(array(expected, DType.FLOAT32), ((Tensor) given).toNDArray(), name);
      }));
    }
    assertEquals(20, out.size());
    return out;
  }

  @TestFactory
  List<DynamicTest> functionsGiveWhatKerasGives() {
    Map<?, ?> told = (Map<?, ?>) CASES.get("functions");
    Map<?, ?> arrays = (Map<?, ?>) told.get("arrays");
    NDArray a = array((Map<?, ?>) arrays.get("a"), DType.FLOAT32);
    NDArray b = array((Map<?, ?>) arrays.get("b"), DType.FLOAT32);
    NDArray w = array((Map<?, ?>) arrays.get("w"), DType.FLOAT32);
    NDArray left = array((Map<?, ?>) arrays.get("left"), DType.FLOAT32);
    SparseArray s = SparseArray.ofDense(a);
    SparseArray t = SparseArray.ofDense(b);
    SparseArray ids = SparseArray.ofDense(array((Map<?, ?>) arrays.get("ids"), DType.INT32));
    SparseArray cube = SparseArray.ofDense(array((Map<?, ?>) arrays.get("cube"), DType.FLOAT32));
    Map<String, Supplier<Tensor>> calls = new LinkedHashMap<>();
    calls.put("one_hot", () -> Ops.oneHot(new int[] {2, 0, 3}, 4, -1, null, true));
    calls.put("one_hot_first", () -> Ops.oneHot(new int[] {2, 0, 3}, 4, 0, null, true));
    calls.put(
        "multi_hot", () -> Ops.multiHot(new int[][] {{1, 1, 3}, {0, 2, 0}}, 4, -1, null, true));
    calls.put("bincount", () -> Ops.bincount(new int[][] {{1, 1, 3}, {0, 2, 0}}, null, 5, true));
    calls.put("matmul", () -> Ops.matmul(s, w));
    calls.put("matmul_left", () -> Ops.matmul(left, s));
    calls.put("matmul_cube", () -> Ops.matmul(cube, w));
    calls.put("sum_0", () -> Ops.sum(s, 0));
    calls.put("sum_1", () -> Ops.sum(s, 1, true));
    calls.put("concatenate", () -> Ops.concatenate(List.of(s, t), 1));
    calls.put("concatenate_rows", () -> Ops.concatenate(List.of(s, s), 0));
    calls.put("concatenate_mixed", () -> Ops.concatenate(List.of(s, b), 1));
    calls.put("take", () -> Ops.take(w, ids, 0));
    calls.put("cast", () -> Ops.cast(s, "float64"));
    calls.put("dense", () -> Ops.convertToTensor(s, null, false, null));
    List<DynamicTest> out = new ArrayList<>();
    ((Map<?, ?>) told.get("results")).forEach((name, e) -> {
      out.add(DynamicTest.dynamicTest((String) name, () -> {
        Map<?, ?> expected = (Map<?, ?>) e;
        Tensor got = Objects.requireNonNull(calls.get(name), (String) name).get();
        assertClose(array(expected, DType.FLOAT32), got.toNDArray(), (String) name);
        assertEquals(expected.get("dtype"), got.dtype().kerasName());
        // sums of the entries are dense here
        boolean sparse =
            Boolean.TRUE.equals(expected.get("sparse")) && !((String) name).startsWith("sum");
        assertEquals(sparse, got instanceof SparseTensor);
      }));
    });
    assertTrue(out.size() >= 13);
    return out;
  }

  private static Object inputs(String name, Map<?, ?> told) {
    NDArray x = rows(told.get("x"));
    SparseArray s = SparseArray.ofDense(x);
    return switch (name) {
      case "linear", "chain" -> s;
      case "joined" ->
        List.of(
            s.slice(0, 4),
            s.slice(4, 8),
            SparseArray.ofDense(NDArray.from(told.get("ids")).astype(DType.INT32)));
      default -> NDArray.from(told.get("tags"));
    };
  }

  @TestFactory
  List<DynamicTest> modelsOfKeras() {
    Map<?, ?> told = SparseFiles.json("models.json");
    return SparseFiles.MODELS.stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> {
          Model m = SparseFiles.model(name);
          NDArray expected = rows(((Map<?, ?>) told.get("predictions")).get(name));
          Object x = inputs(name, told);
          assertClose(expected, m.predict(x), name);
          Path file = folder.resolve(name + ".keras");
          m.save(file);
          Model again = Model.load(file);
          assertEquals(
              m.inputs().stream().map(KerasTensor::isSparse).toList(),
              again.inputs().stream().map(KerasTensor::isSparse).toList());
          assertClose(m.predict(x), again.predict(x, Run.batchSize(3)), name + " again");
          if (x instanceof SparseArray s) {
            // dense arrays are taken in the place of sparse ones
            assertClose(expected, m.predict(s.toDense()), name + " of dense");
          }
        }))
        .toList();
  }

  @Test
  void trainingIsKerass() {
    Map<?, ?> told = SparseFiles.json("models.json");
    Model m = SparseFiles.model("linear");
    m.compile(new Adam(0.05), "mse");
    NDArray x = rows(told.get("x"));
    float[][] y = new float[8][1];
    for (int i = 0; i < 8; i++) {
      double sum = 0;
      for (int k = 0; k < 12; k++) {
        sum += x.getDouble(12 * i + k);
      }
      y[i][0] = sum > 0 ? 1 : 0;
    }
    for (Object loss : (List<?>) told.get("losses")) {
      double got = m.trainOnBatch(SparseArray.ofDense(x), y).get("loss");
      assertEquals(((Number) loss).doubleValue(), got, 1e-5);
    }
    Map<?, ?> weights = (Map<?, ?>) told.get("weights");
    for (Variable v : m.weights()) {
      NDArray e = NDArray.from(Objects.requireNonNull(weights.get(v.path()))).astype(DType.FLOAT32);
      NDArray a = v.value().toNDArray();
      for (int i = 0; i < e.size(); i++) {
        assertEquals(e.getDouble(i), a.getDouble(i), 2e-5, v.path());
      }
    }
  }

  // ---- what is ours

  private static SparseArray random(int rows, int width, int entries, long seed) {
    java.util.SplittableRandom r = new java.util.SplittableRandom(seed);
    int[][] columns = new int[rows][];
    float[][] values = new float[rows][];
    for (int i = 0; i < rows; i++) {
      columns[i] = new int[r.nextInt(entries + 1)];
      values[i] = new float[columns[i].length];
      for (int k = 0; k < columns[i].length; k++) {
        columns[i][k] = r.nextInt(width);
        values[i][k] = (float) r.nextDouble(-1, 1);
      }
    }
    return SparseArray.ofRows(width, columns, values);
  }

  @Test
  void fittingOnSparseIsFittingOnDense() {
    SparseArray x = random(53, 40, 6, 1);
    NDArray y = Ops.sum(x, 1, true).toNDArray();
    List<NDArray> weights = null;
    List<Double> losses = null;
    for (boolean sparse : new boolean[] {true, false}) {
      Sequential m = new Sequential(
          new Input(40).sparse(sparse), new Dense(8).activation("tanh"), new Dense(1));
      if (weights == null) {
        weights = m.getWeights();
      }
      m.setWeights(weights);
      m.compile(new Adam(0.01), "mse", "mae");
      var history = m.fit(
          sparse ? x : x.toDense(),
          y,
          Fit.epochs(3)
              .batchSize(8)
              .validationSplit(0.2)
              .shuffle(true)
              .shuffleSeed(4)
              .verbose(0));
      if (losses == null) {
        losses = history.get("val_loss");
      } else {
        for (int i = 0; i < losses.size(); i++) {
          assertEquals(losses.get(i), history.get("val_loss").get(i), 1e-5);
        }
      }
      assertEquals(m.evaluate(x, y).get("mae"), m.evaluate(x.toDense(), y).get("mae"), 1e-5);
    }
  }

  @Test
  void gradientsGoToTheDenseFactor() {
    SparseArray s = random(5, 7, 3, 2);
    NDArray w = Ops.reshape(Ops.arange(21), 7, 3).toNDArray().astype(DType.FLOAT32);
    for (Object factor : List.of(s, s.toDense())) {
      Tensor g = Grad.valueAndGrad(
              k -> Ops.sum(Ops.square(Ops.matmul(factor, k))), Ops.convertToTensor(w))
          .grads()
          .get(0);
      NDArray dense = s.toDense();
      NDArray e = Ops.multiply(2, Ops.matmul(Ops.transpose(dense), Ops.matmul(dense, w)))
          .toNDArray();
      assertClose(e, g.toNDArray(), "gradient");
    }
  }

  @Test
  void severalEntriesAtOnePlaceAddUp() {
    SparseArray s =
        SparseArray.of(new long[][] {{1, 2}, {0, 0}, {1, 2}}, new float[] {1, 2, 3}, 2, 3);
    assertEquals(NDArray.of(new float[] {2, 0, 0, 0, 0, 4}, 2, 3), s.toDense());
    assertEquals(s.toDense(), Ops.convertToTensor(s, null, false, null).toNDArray());
    assertEquals(s.slice(1, 2).toDense(), s.rows(new int[] {1}).toDense());
    assertEquals(
        NDArray.of(new float[] {0, 0, 4, 2, 0, 0, 0, 0, 4}, 3, 3),
        s.rows(new int[] {1, 0, 1}).toDense());
    assertEquals(s.toDense(), SparseArray.ofDense(s.toDense()).padded(9).toDense());
    assertEquals(
        NDArray.of(new float[] {2, 0, 0, 0, 0, 4, 2, 0, 0}, 3, 3),
        SparseArray.concat(List.of(s, s.slice(0, 1))).toDense());
  }

  @Test
  void fewExecutablesAreCompiled() {
    int[] traced = {0};
    Jit f = Jit.of(x -> {
      traced[0]++;
      return Ops.matmul(x, Ops.ones(new long[] {50, 2}));
    });
    for (int n = 100; n < 140; n++) {
      int[] columns = new int[n];
      for (int i = 0; i < n; i++) {
        columns[i] = i % 50;
      }
      Tensor y = (Tensor) f.call(SparseArray.ofRows(50, new int[][] {columns, {3}}));
      assertEquals(n, y.toNDArray().getDouble(0));
    }
    assertTrue(traced[0] <= 3, () -> traced[0] + " executables");
  }

  @Test
  void aSparseOutputIsGiven() {
    KerasTensor in = new Input(2).dtype("string").output();
    StringLookup lookup =
        new StringLookup().vocabulary(List.of("a", "b")).outputMode("count").sparse(true);
    Model m = new Functional(in, lookup.invoke(in));
    assertTrue(m.outputs().get(0).isSparse());
    String[][] x = {{"a", "a"}, {"b", "?"}, {"a", "b"}};
    Object got = m.predictNested(NDArray.from(x), Run.batchSize(2));
    NDArray e = NDArray.of(new float[] {0, 2, 0, 1, 0, 1, 0, 1, 1}, 3, 3);
    assertClose(e, assertInstanceOf(SparseArray.class, got).toDense(), "counts");
    Exception said = assertThrows(IllegalStateException.class, () -> m.predict(NDArray.from(x)));
    assertTrue(said.getMessage().contains("predictNested"), said.getMessage());
  }

  @Test
  void aFeatureSpaceGivesSparseCodes() {
    Map<String, Object> table =
        Map.of("tag", List.of("x", "y", "x"), "number", List.of(1f, 2f, 3f));
    FeatureSpace space = new FeatureSpace()
        .feature(
            "tag",
            FeatureSpace.feature(
                "string", new StringLookup().outputMode("multi_hot").sparse(true), "float"))
        .feature("number", "float")
        .outputMode("dict");
    space.adapt(table);
    Map<?, ?> out = (Map<?, ?>) space.invokeNested(table, CallArgs.of());
    Tensor tag = assertInstanceOf(SparseTensor.class, out.get("tag"));
    assertEquals(Shape.of(3, 3), tag.shape());
    Tensor joined = new Dense(1).kernelInitializer("ones").invoke(tag);
    assertClose(NDArray.of(new float[] {1, 1, 1}, 3, 1), joined.toNDArray(), "one code a row");
    assertTrue(((KerasTensor) ((Map<?, ?>) space.getEncodedFeatures()).get("tag")).isSparse());
  }

  @Test
  void allElseRefusesByName() {
    SparseArray s = random(3, 4, 2, 3);
    Map<String, Supplier<Object>> calls = new LinkedHashMap<>();
    calls.put("ops.exp", () -> Ops.exp(s));
    calls.put("ops.add", () -> Ops.add(s, 1));
    calls.put("ops.softmax", () -> Ops.softmax(s));
    calls.put("ops.reshape", () -> Ops.reshape(s, -1));
    calls.put("ops.matmul", () -> Ops.matmul(s, Ops.ones(new long[] {5, 2})));
    calls.put(
        "Softmax",
        () -> new org.keras4j.layers.activations.Softmax().name("Softmax").invoke(s));
    calls.forEach((name, call) -> {
      Exception e = assertThrows(IllegalArgumentException.class, call::get, name);
      String said = String.valueOf(e.getMessage());
      assertTrue(
          said.contains(name.toLowerCase(java.util.Locale.ROOT)) || said.contains(name), said);
      assertTrue(said.contains("sparse"), said);
    });
    KerasTensor in = new Input(4).sparse(true).output();
    Exception e = assertThrows(IllegalArgumentException.class, () -> Ops.exp(in));
    assertTrue(e.getMessage().contains("convertToTensor"), e.getMessage());
    Exception mode = assertThrows(
        IllegalArgumentException.class,
        () -> new StringLookup().vocabulary(List.of("a")).sparse(true).invoke(new String[] {"a"}));
    assertTrue(mode.getMessage().contains("'int'"), mode.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> SparseArray.of(new long[][] {{0, 4}}, new float[] {1}, 3, 4));
    assertThrows(
        IllegalArgumentException.class,
        () -> SparseArray.of(new long[][] {{0, 0}}, new float[] {1, 2}, 3, 4));
  }

  /** No value of a step, forward and backward, is as large as the batch would be. */
  @Test
  void nothingIsMadeDense() {
    int width = 1_000_000;
    SparseArray x = random(64, width, 20, 5);
    Sequential m = new Sequential(new Input(width).sparse(true), new Dense(2), new Dense(1));
    Graph g;
    try (Trace t = Trace.root()) {
      SparseTensor in = SparseForms.input(t, x.spec());
      Grad.Result r = Grad.valueAndGrad(
          none -> List.of(Ops.mean(Ops.square(m.invoke(in)))), List.of(), m.trainableWeights());
      g = t.graph(r.grads());
    }
    long most = 0;
    for (Node n : g.nodes()) {
      for (Value v : n.outputs()) {
        TensorSpec s = v.spec();
        most = Math.max(most, s.shape().isKnown() ? s.bytes() : 0);
      }
    }
    assertTrue(most < 16 << 20, "a value of " + most + " bytes");
    m.compile("sgd", "mse");
    NDArray y = NDArray.zeros(DType.FLOAT32, Shape.of(64, 1));
    double before = m.evaluate(x, y).get("loss");
    m.fit(x, y, Fit.epochs(3).batchSize(32).verbose(0));
    double after = m.evaluate(x, y).get("loss");
    assertTrue(after < before, before + " to " + after);
    // a word that no text has keeps its weights
    SparseTensor codes = assertInstanceOf(
        SparseTensor.class, new CategoryEncoding(width).sparse(true).invoke(new int[][] {{3, 3}}));
    assertEquals(1, codes.toSparseArray().entries());
    assertFalse(codes.toSparseArray().values().getDouble(0) != 1);
  }
}
