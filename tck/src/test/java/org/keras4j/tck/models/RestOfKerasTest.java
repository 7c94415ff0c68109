package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.PReLU;
import org.keras4j.layers.activations.ReLU;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.UnitNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.quantization.AbsMaxQuantizer;
import org.keras4j.layers.quantization.Quantizer;
import org.keras4j.layers.regularizers.L1;
import org.keras4j.layers.regularizers.L2;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Functional;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.Tree;
import org.keras4j.saving.ConfigMap;
import org.keras4j.training.data.Images;

/** Small parts of Keras's public surface beside what Keras gave ({@code scripts/record_rest.py}). */
class RestOfKerasTest {
  @TempDir
  Path dir;

  private Map<String, NDArray> arrays;
  private Map<?, ?> cases;

  @BeforeEach
  void read() throws IOException {
    Path file = dir.resolve("arrays.npz");
    try (InputStream in = resource("arrays.npz")) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    arrays = Npz.read(file);
    try (InputStream in = resource("cases.json")) {
      cases = new ObjectMapper().readValue(in, Map.class);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        RestOfKerasTest.class.getResourceAsStream("/org/keras4j/tck/rest/" + name), name);
  }

  private void same(String key, NDArray got) {
    NDArray want = Objects.requireNonNull(arrays.get(key), key);
    assertEquals(want.shape(), got.shape(), key);
    assertArrayEquals(
        want.astype(DType.FLOAT32).toFloatArray(),
        got.astype(DType.FLOAT32).toFloatArray(),
        1e-5f,
        key);
  }

  private Tensor given(String key) {
    return Ops.convertToTensor(Objects.requireNonNull(arrays.get(key), key));
  }

  private static List<String> names() {
    List<Layer> made = List.of(
        new Dense(1),
        new Dense(1),
        new Conv2D(1, 1),
        new LSTM(1),
        new MultiHeadAttention(1, 1),
        new GlobalAveragePooling1D(),
        new ReLU(),
        new PReLU(),
        new Conv2D(1, 1),
        new UnitNormalization());
    return made.stream().map(Layer::name).toList();
  }

  @Test
  void automaticNamesAndPaths() {
    Map<?, ?> expected = (Map<?, ?>) cases.get("names");
    Keras.clearSession();
    assertEquals(expected.get("first"), names());
    assertEquals(expected.get("second"), names());
    Keras.clearSession();
    assertEquals(expected.get("cleared"), names());
    List<String> paths = new ArrayList<>();
    paths.add(Names.in("a", () -> Names.in("b", () -> variable("v"))).path());
    paths.add(Names.in("a", () -> variable("w")).path());
    paths.add(variable("x").path());
    assertEquals(cases.get("paths"), paths);
  }

  private static Variable variable(String name) {
    return new Variable(
        name, new TensorSpec(Shape.of(1), DType.FLOAT32), true, () -> Ops.zeros(new long[] {1}));
  }

  @Test
  void variablesAreAddedTo() {
    Variable v = new Variable(
        "v",
        new TensorSpec(Shape.of(2), DType.FLOAT32),
        true,
        () -> Ops.convertToTensor(new float[] {1, 2}));
    v.assignAdd(new int[] {1, 2});
    v.assignSub(new double[] {0.5, 0.25});
    same("variable", v.value().toNDArray());
    Variable n = new Variable(
        "n",
        new TensorSpec(Shape.of(2), DType.INT32),
        true,
        () -> Ops.convertToTensor(new int[] {1, 2}));
    n.assignAdd(new int[] {2, 2});
    same("variable_int", n.value().toNDArray());
    assertEquals(DType.INT32, n.dtype());
  }

  @Test
  void specsOfInputsFitTheSameShapes() {
    Map<?, ?> specs = (Map<?, ?>) cases.get("specs");
    for (Object row : (List<?>) specs.get("rows")) {
      Map<?, ?> r = (Map<?, ?>) row;
      List<Boolean> fits = new ArrayList<>();
      for (Object shape : (List<?>) specs.get("shapes")) {
        for (DType t : List.of(DType.FLOAT32, DType.INT32)) {
          fits.add(
              spec((Map<?, ?>) r.get("spec")).mismatch(new TensorSpec(shape(shape), t)) == null);
        }
      }
      List<Object> expected = new ArrayList<>((List<?>) r.get("fits"));
      if (((Map<?, ?>) r.get("spec")).containsKey("allow_last_axis_squeeze")) {
        // Keras compares the axes that both have: one too few is told by what comes after
        expected.set(0, false);
        expected.set(1, false);
      }
      assertEquals(expected, fits, r.get("spec").toString());
    }
  }

  private static Shape shape(Object list) {
    return Shape.of(((List<?>) list)
        .stream()
            .map(d -> d == null ? Long.valueOf(-1) : Long.valueOf(d.toString()))
            .toList());
  }

  private static InputSpec spec(Map<?, ?> settings) {
    InputSpec s = new InputSpec();
    settings.forEach((k, v) -> {
      switch (k.toString()) {
        case "ndim" -> s.ndim((Integer) v);
        case "min_ndim" -> s.minNdim((Integer) v);
        case "max_ndim" -> s.maxNdim((Integer) v);
        case "shape" -> s.shape(shape(v));
        case "dtype" -> s.dtype(DType.of(v.toString()));
        case "allow_last_axis_squeeze" -> s.allowLastAxisSqueeze((Boolean) v);
        case "axes" ->
          ((Map<?, ?>) v)
              .forEach((axis, size) -> s.axis(Integer.parseInt(axis.toString()), (Integer) size));
        default -> throw new IllegalArgumentException(k.toString());
      }
    });
    return s;
  }

  @Test
  void treesAreTraversed() {
    Map<?, ?> t = (Map<?, ?>) cases.get("tree");
    assertEquals(t.get("down"), Tree.traverse(RestOfKerasTest::visit, t.get("of")));
    assertEquals(t.get("up"), Tree.traverse(RestOfKerasTest::visit, t.get("of"), false));
  }

  private static Object visit(Object x) {
    return x instanceof Integer i ? i == 2 ? Tree.MAP_TO_NONE : (Object) (10 * i) : null;
  }

  @Test
  void picturesOfArrays() {
    int n = 0;
    for (Object c : (List<?>) cases.get("pictures")) {
      Map<?, ?> p = (Map<?, ?>) c;
      String form = (String) p.get("format");
      BufferedImage img =
          Images.arrayToImg(arrays.get("picture_" + n + "_x"), form, (Boolean) p.get("scale"));
      same("picture_" + n + "_back", Images.imgToArray(img, form, DType.FLOAT32));
      n++;
    }
    assertEquals(12, n);
  }

  @Test
  void callsWithoutState() {
    Sequential m = new Sequential(
        new Input(3),
        new Dense(4).kernelRegularizer(new L2(0.01)).name("dense"),
        new BatchNormalization().name("norm"),
        new Dense(2).activityRegularizer(new L1(0.1)).name("out"));
    List<NDArray> values = new ArrayList<>();
    for (int i = 0; i < m.weights().size(); i++) {
      values.add(arrays.get("stateless_weight_" + i));
    }
    m.setWeights(values);
    for (boolean training : new boolean[] {true, false}) {
      String key = "stateless_" + (training ? "True" : "False") + "_";
      Layer.Stateless r = m.statelessCall(
          m.trainableVariables().stream().map(Variable::value).toList(),
          m.nonTrainableVariables().stream().map(Variable::value).toList(),
          given("stateless_x"),
          CallArgs.training(training));
      same(key + "out", ((Tensor) r.outputs()).toNDArray());
      for (int i = 0; i < r.nonTrainableVariables().size(); i++) {
        same(key + "after_" + i, r.nonTrainableVariables().get(i).toNDArray());
      }
      double[] losses = r.losses().stream()
          .mapToDouble(l -> l.toNDArray().getDouble(0))
          .sorted()
          .toArray();
      assertArrayEquals(arrays.get(key + "losses").toDoubleArray(), losses, 1e-4);
    }
  }

  @Test
  void sourcesAndFunctions() {
    KerasTensor a = new Input(2).name("a").output();
    KerasTensor b = new Input(2).name("b").output();
    Tensor h = new Dense(2).invoke(a);
    Tensor sum = (Tensor) new Add().invoke(List.of(h, b));
    Map<?, ?> sources = (Map<?, ?>) cases.get("sources");
    assertEquals(sources.get("sum"), namesOf(sum));
    assertEquals(sources.get("one"), namesOf(h));
    Functional f =
        new Functional(List.of(a, b), List.of(Ops.relu(Ops.subtract(a, b)), Ops.multiply(a, b)));
    List<?> out =
        (List<?>) f.invokeNested(List.of(given("function_a"), given("function_b")), CallArgs.of());
    same("function_0", ((Tensor) out.get(0)).toNDArray());
    same("function_1", ((Tensor) out.get(1)).toNDArray());
  }

  private static List<String> namesOf(Tensor t) {
    return ((KerasTensor) t).getSourceInputs().stream().map(KerasTensor::name).toList();
  }

  @Test
  void settingsAreFrozen() {
    Map<?, ?> expected = (Map<?, ?>) cases.get("config");
    ConfigMap config = new ConfigMap();
    config.put("b", 1);
    config.put("a", "x");
    config.put("c", List.of(1, Collections.singletonMap("d", null)));
    config.putAll(Map.of("a", true));
    config.remove("b");
    assertEquals(expected.get("json"), config.toJson().replace(",", ", ").replace(":", ": "));
    assertEquals(expected.get("size"), config.size());
    assertEquals(expected.get("keys"), List.copyOf(config.keySet()));
    config.freeze();
    assertThrows(IllegalStateException.class, () -> config.put("a", 1));
    assertThrows(IllegalStateException.class, () -> config.remove("a"));
    assertThrows(IllegalStateException.class, config::clear);
    assertThrows(IllegalStateException.class, () -> config.keySet().remove("a"));
    assertThrows(
        UnsupportedOperationException.class,
        () -> config.entrySet().iterator().next().setValue(1));
    assertEquals(
        1, config.unfreeze().asMap().keySet().stream().filter("c"::equals).count());
    config.put("a", 2);
    assertEquals(2, config.get("a"));
  }

  @Test
  void quantizersByTheGreatest() {
    Quantizer.Quantized q = new AbsMaxQuantizer(0).call(given("quantizer_x"), 0);
    same("quantizer_values", q.values().toNDArray());
    same("quantizer_scale", q.scale().toNDArray());
  }

  /** Random numbers are others than Keras's, so their limit and deviation are compared. */
  @Test
  void initializersScaleAlike() {
    for (Object c : (List<?>) cases.get("initializers")) {
      Map<?, ?> m = (Map<?, ?>) c;
      NDArray w = Initializer.of((String) m.get("class"))
          .call(shape(m.get("shape")), DType.FLOAT32)
          .toNDArray();
      double squares = 0;
      double greatest = 0;
      for (float x : w.toFloatArray()) {
        squares += x * x;
        greatest = Math.max(greatest, Math.abs(x));
      }
      double deviation = Math.sqrt(squares / w.size());
      double wanted = ((Number) m.get("deviation")).doubleValue();
      assertEquals(wanted, deviation, 0.06 * wanted, m.toString());
      double limit = ((Number) m.get("limit")).doubleValue();
      assertEquals(limit, greatest, 0.02 * limit, m.toString());
    }
  }
}
