package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Names;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.Layer;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.Lambda;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.CustomOperation;
import org.keras4j.ops.types.AttentionOptions;
import org.keras4j.ops.types.Index;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.callbacks.LambdaCallback;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.Dataset;
import org.keras4j.training.optimizers.SGD;

/** Settings of a process and classes of users beside what Keras gave ({@code scripts/record_settings.py}). */
class SettingsOfKerasTest {
  /** A layer of a user. */
  @KerasSerializable(pkg = "mine")
  public static final class Own extends Layer {
    @Override
    protected Object call(Object inputs, CallContext context) {
      return inputs;
    }
  }

  private static final class Scaled extends CustomOperation {
    @Override
    protected Object call(List<Object> args, Map<String, Object> kwargs) {
      return Ops.multiply(args.get(0), 2.5);
    }

    @Override
    protected Object computeOutputSpec(List<Object> args, Map<String, Object> kwargs) {
      Tensor x = (Tensor) args.get(0);
      return new TensorSpec(x.shape(), x.dtype());
    }
  }

  private static final float[][] X = {{0, 1, 2}, {3, 4, 5}};

  private JsonNode cases;

  @BeforeEach
  void read() throws IOException {
    try (InputStream in = Objects.requireNonNull(
        SettingsOfKerasTest.class.getResourceAsStream("/org/keras4j/tck/rest/settings.json"))) {
      cases = new ObjectMapper().readTree(in);
    }
  }

  @AfterEach
  void asAtFirst() {
    Keras.setFlashAttention(true);
    Keras.setInteractiveLogging(true);
    Keras.setMaxEpochs(null);
    Keras.setMaxStepsPerEpoch(null);
  }

  private static float[] numbers(JsonNode node) {
    List<Float> all = new ArrayList<>();
    collect(node, all);
    float[] out = new float[all.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = all.get(i);
    }
    return out;
  }

  private static void collect(JsonNode node, List<Float> into) {
    if (node.isArray()) {
      node.forEach(n -> collect(n, into));
    } else {
      into.add(node.floatValue());
    }
  }

  private static void same(JsonNode expected, Object got) {
    NDArray a = got instanceof Tensor t ? t.toNDArray() : (NDArray) got;
    assertArrayEquals(numbers(expected), a.toFloatArray(), 1e-5f);
  }

  private static Shape shape(JsonNode node) {
    List<Long> dims = new ArrayList<>();
    node.forEach(d -> dims.add(d.isNull() ? -1 : d.longValue()));
    return Shape.of(dims);
  }

  /** Keras gives the count, of which its automatic names are made; ours is the name. */
  @Test
  void namesAreCounted() {
    Keras.clearSession();
    JsonNode c = cases.get("uids");
    for (int i = 0; i < c.get("uids").size(); i++) {
      assertEquals(
          named(c.get("prefixes").get(i).asText(), c.get("uids").get(i).intValue()),
          Names.auto(c.get("prefixes").get(i).asText()));
    }
    Keras.clearSession();
    assertEquals(named("a", c.get("cleared").intValue()), Names.auto("a"));
  }

  private static String named(String prefix, int count) {
    return count == 1 ? prefix : prefix + "_" + (count - 1);
  }

  @Test
  void switches() {
    JsonNode flash = cases.get("switches").get("flash");
    JsonNode logging = cases.get("switches").get("logging");
    for (int i = 0; i < 3; i++) {
      if (i > 0) {
        Keras.setFlashAttention(i == 2);
        Keras.setInteractiveLogging(i == 2);
      }
      // null: the backend chooses, which is what ours calls on
      assertEquals(flash.get(i).isNull(), Keras.flashAttention());
      assertEquals(logging.get(i).booleanValue(), Keras.interactiveLogging());
    }
  }

  @Test
  void attentionIsTheSameBothWays() {
    JsonNode c = cases.get("attention");
    NDArray[] in = new NDArray[3];
    for (int i = 0; i < 3; i++) {
      in[i] = NDArray.of(numbers(c.get(List.of("query", "key", "value").get(i))), 2, 3, 2, 4);
    }
    for (boolean flash : new boolean[] {true, false}) {
      same(
          c.get("plain"),
          Ops.dotProductAttention(
              in[0],
              in[1],
              in[2],
              AttentionOptions.defaults().isCausal(true).flashAttention(flash)));
      Keras.setFlashAttention(flash);
      same(
          c.get("plain"),
          Ops.dotProductAttention(
              in[0], in[1], in[2], AttentionOptions.defaults().isCausal(true)));
    }
    assertEquals(2, c.get("refused").size());
    c.get("refused").forEach(r -> assertEquals(true, r.booleanValue()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new MultiHeadAttention(1, 2).dropout(0.1).flashAttention(true));
    float[][][] x = {{{1, 1}, {1, 1}}};
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class,
        () -> new MultiHeadAttention(1, 2)
            .flashAttention(true)
            .invoke(x, CallArgs.of("value", x, "return_attention_scores", true)));
    assertEquals(true, e.getMessage().contains("return_attention_scores"), e.getMessage());
  }

  @Test
  void everyTrainingIsLimited() {
    for (JsonNode c : cases.get("limits")) {
      Integer epochs = c.get("epochs").isNull() ? null : c.get("epochs").intValue();
      Integer steps = c.get("steps").isNull() ? null : c.get("steps").intValue();
      Keras.setMaxEpochs(epochs);
      Keras.setMaxStepsPerEpoch(steps);
      assertEquals(epochs, Keras.maxEpochs());
      assertEquals(steps, Keras.maxStepsPerEpoch());
      Sequential m = new Sequential(new Input(2), new Dense(1));
      m.compile("sgd", "mse");
      float[][] x = new float[20][2];
      float[][] y = new float[20][1];
      int[] seen = new int[4];
      LambdaCallback counts = new LambdaCallback()
          .onTrainBatchEnd((b, logs) -> seen[0]++)
          .onTestBatchEnd((b, logs) -> seen[1]++)
          .onPredictBatchEnd((b, logs) -> seen[2]++)
          .onEpochEnd((b, logs) -> seen[3]++);
      m.fit(x, y, Fit.epochs(5).batchSize(2).verbose(0).callbacks(counts));
      m.evaluate(x, y, Run.batchSize(2).verbose(0).callbacks(counts));
      m.predict(x, Run.batchSize(2).verbose(0).callbacks(counts));
      JsonNode k = c.get("counts");
      assertArrayEquals(
          new int[] {
            k.get(0).get("train").intValue(),
            k.get(1).get("test").intValue(),
            k.get(2).get("predict").intValue(),
            k.get(0).get("epochs").intValue()
          },
          seen,
          c.toString());
      assertEquals(
          c.get("rows").longValue(),
          m.predict(x, Run.batchSize(2).verbose(0)).shape().dim(0));
    }
  }

  @Test
  void aScopeOfADevice() {
    same(
        cases.get("device"),
        Keras.onDevice("cpu:0", () -> Ops.add(new float[] {1, 2}, 3.0).toNDArray()));
  }

  @Test
  void symbolicTensorsKnowWhatTheyWillBe() {
    Tensor x = new KerasTensor(new TensorSpec(Shape.of(-1, 3, 4), DType.FLOAT32), "x");
    Tensor w = new KerasTensor(new TensorSpec(Shape.of(-1, 4, 5), DType.FLOAT32), "w");
    Tensor n = new KerasTensor(new TensorSpec(Shape.of(2, 3), DType.INT32), "n");
    Map<String, Tensor> ours = Map.ofEntries(
        Map.entry("x + 1", Ops.add(x, 1)),
        Map.entry("1 - x", Ops.subtract(1, x)),
        Map.entry("x[:, 0]", Ops.getItem(x, Index.ALL, 0)),
        Map.entry("x > 0", Ops.greater(x, 0)),
        Map.entry("-x", Ops.negative(x)),
        Map.entry("abs(x)", Ops.abs(x)),
        Map.entry("x ** 2", Ops.power(x, 2)),
        Map.entry("x @ w", Ops.matmul(x, w)),
        Map.entry("n / 2", Ops.trueDivide(n, 2)),
        Map.entry("n // 2", Ops.floorDivide(n, 2)),
        Map.entry("n + 1.5", Ops.add(n, 1.5)),
        Map.entry("n * n", Ops.multiply(n, n)),
        Map.entry("sum(x, 1)", Ops.sum(x, 1)),
        Map.entry("mean(n)", Ops.mean(n)));
    JsonNode c = cases.get("symbolic");
    assertEquals(c.size(), ours.size());
    c.fields().forEachRemaining(f -> {
      Tensor got = Objects.requireNonNull(ours.get(f.getKey()), f.getKey());
      assertEquals(shape(f.getValue().get("shape")), got.shape(), f.getKey());
      assertEquals(DType.of(f.getValue().get("dtype").asText()), got.dtype(), f.getKey());
    });
  }

  @Test
  void operationsAndFunctionsOfUsers() {
    JsonNode c = cases.get("operation");
    same(c.get("eager"), new Scaled().invoke((Object) X));
    KerasTensor i = Input.of(3);
    Tensor s = new Scaled().invoke(i);
    assertEquals(shape(c.get("shape")), s.shape());
    assertEquals(DType.of(c.get("dtype").asText()), s.dtype());
    same(c.get("model"), Model.of(i, s).predict(X, Run.defaults().verbose(0)));

    JsonNode l = cases.get("lambda");
    Lambda squares = new Lambda((Tensor t) -> Ops.add(Ops.sum(Ops.multiply(t, t), -1), 1));
    same(l.get("eager"), squares.invoke(X));
    assertEquals(shape(l.get("shape")), squares.invoke(Input.of(3)).shape());
    assertEquals(l.get("trainable").intValue(), squares.weights().size());
  }

  @Test
  void classesOfUsersAreFound() {
    JsonNode c = cases.get("custom_objects");
    Registry.register(Own.class, "mine");
    assertEquals(
        c.get("registered").get(0).asText(),
        Registry.all().keySet().stream().filter("mine>Own"::equals).findFirst().orElseThrow());
    assertEquals(c.get("name").asText(), Registry.nameOf(Own.class));
    assertEquals(c.get("found").booleanValue(), Registry.find("mine>Own") == Own.class);
    assertEquals(c.get("outside").booleanValue(), Registry.find("mine>Other") == null);
    assertEquals(true, c.get("within").booleanValue());
    assertSame(
        Own.class,
        CustomObjects.with(Map.of("Short", Own.class), () -> CustomObjects.find("Short")));
    assertEquals(false, c.get("after").booleanValue());
    assertNull(CustomObjects.find("Short"));
  }

  /** Batches of a user, by one thread and by two. */
  private record Batches(int workers) implements Dataset {
    @Override
    public int size() {
      return 3;
    }

    @Override
    public Batch get(int n) {
      return Batch.of(new float[][] {{n, 1}, {2, n}}, new float[][] {{n + 1}, {n + 2}});
    }
  }

  @Test
  void batchesOfUsersTrainAlike() {
    JsonNode c = cases.get("dataset");
    for (int workers : new int[] {1, 2}) {
      Sequential m = new Sequential(new Input(2), new Dense(1));
      m.setWeights(List.of(NDArray.of(new float[] {0.5f, -0.5f}, 2, 1), NDArray.of(new float[1])));
      m.compile(new SGD(0.05), "mse");
      Dataset data = new Batches(workers);
      List<Double> losses = m.fit(data, Fit.epochs(3).shuffle(false).verbose(0)).get("loss");
      for (int i = 0; i < 3; i++) {
        assertEquals(c.get("losses").get(i).doubleValue(), losses.get(i), 1e-5);
      }
      for (int i = 0; i < 2; i++) {
        same(c.get("weights").get(i), m.getWeights().get(i));
      }
      assertEquals(
          c.get("evaluated").doubleValue(),
          m.evaluate(data, Run.defaults().verbose(0)).get("loss"),
          1e-5);
      same(c.get("predicted"), m.predict(data, Run.defaults().verbose(0)));
    }
  }
}
