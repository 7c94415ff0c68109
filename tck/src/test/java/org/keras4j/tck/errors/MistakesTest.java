package org.keras4j.tck.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.core.serialization.UnknownClassException;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.Lambda;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.reshaping.Reshape;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.TerminateOnNaN;
import org.keras4j.training.data.Batch;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.losses.MeanSquaredError;
import org.keras4j.training.metrics.AUC;
import org.keras4j.training.metrics.F1Score;
import org.keras4j.training.metrics.Mean;
import org.keras4j.training.metrics.MeanMetricWrapper;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.metrics.R2Score;
import org.keras4j.training.metrics.RootMeanSquaredError;

/** Mistakes of users: each gives a Java exception that names what was wrong, on every backend. */
class MistakesTest {
  private static final float[][] X = new float[10][4];
  private static final float[][] Y = new float[10][2];

  private static Sequential model() {
    Sequential m = new Sequential(new Input(4), new Dense(3).activation("relu"), new Dense(2));
    m.compile("sgd", "mse", "mae");
    return m;
  }

  private static void fails(String part, Executable action) {
    fails(IllegalArgumentException.class, part, action);
  }

  private static void comesAtAWrongTime(String part, Executable action) {
    fails(IllegalStateException.class, part, action);
  }

  /** Exactly this exception, with a message that has this part, and whose causes do not say it again. */
  private static void fails(
      Class<? extends RuntimeException> type, String part, Executable action) {
    RuntimeException e = assertThrows(type, action);
    assertEquals(type, e.getClass(), e::toString);
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(part), () -> "'" + part + "' is not in: " + e);
    assertFalse(message.contains("Exception"), message);
    for (Throwable c = e.getCause(); c != null; c = c.getCause()) {
      assertFalse(message.contains(String.valueOf(c.getMessage())), () -> "said twice: " + e);
    }
  }

  // ---- tensors

  @Test
  void shapesThatDoNotFit() {
    fails("(2, 3)", () -> Ops.add(new float[2][3], new float[4]));
    fails("(2, 3)", () -> Ops.matmul(new float[2][3], new float[4][3]));
    fails("reshape", () -> Ops.reshape(new float[6], 4, 2));
    fails("concatenate", () -> Ops.concatenate(List.of(new float[2][3], new float[3][2]), 0));
    fails("Axis", () -> Ops.sum(new float[2][3], 5));
    fails("transpose", () -> Ops.transpose(new float[2][3], 0, 0));
    fails("einsum", () -> Ops.einsum("ij,jk->ik", new float[2][3], new float[4][3]));
    fails(
        "of the output must occur once",
        () -> Ops.einsum("ij,jk->>", new float[2][3], new float[3][3]));
    fails("Only one dimension can be -1", () -> Ops.reshape(new float[6], -1, -1));
    fails("axis 0 of shape (2, 3)", () -> Ops.squeeze(new float[2][3], 0));
    fails("ops.broadcast_to", () -> Ops.broadcastTo(new float[2], new long[] {3, 3}));
    fails("num_classes must be at least 0, got -3", () -> Ops.oneHot(new int[] {1}, -3));
    fails("index 7 is out of bounds for axis 0 of shape (3,)", () -> Ops.getItem(new float[3], 7));
    fails("ragged", () -> Ops.array(new float[][] {{1}, {1, 2}}));
  }

  @Test
  void dtypesThatDoNotFit() {
    fails("float31", () -> Ops.cast(new float[2], "float31"));
    fails("float31", () -> Ops.zeros(new long[] {2}, "float31"));
    fails(
        "ops.bitwise_and: not defined for dtype float32",
        () -> Ops.bitwiseAnd(new float[2], new float[2]));
    fails(
        "expected integer indices, got dtype float32",
        () -> Ops.take(new float[3], new float[] {0.5f}));
    fails("got java.lang.Object", () -> Ops.convertToTensor(new Object()));
    fails("got null", () -> Ops.convertToTensor(null));
  }

  @Test
  void aClosedTensorIsNamed() {
    EagerTensor t = (EagerTensor) Ops.convertToTensor(new float[][] {{1, 2, 3, 4}});
    t.close();
    t.close(); // twice is no mistake
    assertTrue(t.isClosed());
    comesAtAWrongTime("closed", () -> Ops.add(t, 1));
    comesAtAWrongTime("closed", t::toNDArray);
    comesAtAWrongTime("closed", () -> new Dense(2).invoke(t));
    comesAtAWrongTime("closed", () -> model().predict(t));
  }

  /** Functions give NaN for what is not there, or leave it out; labels on the host are looked at. */
  @Test
  void indicesOutOfRange() {
    for (int bad : new int[] {5, 1_000_000_000, -6}) {
      int[] at = {bad};
      assertTrue(Double.isNaN(numbers(Ops.take(new float[] {1, 2}, at)).getDouble(0)));
      assertEquals(
          NDArray.from(new float[3]),
          numbers(Ops.scatter(new int[][] {{bad}}, new float[] {1}, new long[] {3})));
      Sequential m = new Sequential(new Input(3), new Dense(4));
      m.compile("sgd", "sparse_categorical_crossentropy");
      fails(bad + "", () -> m.trainOnBatch(new float[1][3], at));
    }
  }

  private static NDArray numbers(Tensor t) {
    return ((EagerTensor) t).toNDArray();
  }

  /** As in Keras, engines that look at indices refuse them, and the layer is named wherever it stands; others give NaN. */
  @Test
  void wordsThatAnEmbeddingHasNot() {
    Embedding e = new Embedding(5, 2).name("words");
    NDArray table = numbers(e.invoke(new int[] {0, 1, 2, 3, 4}));
    assertEquals(numbers(e.invoke(new int[] {-1})).getDouble(1), table.getDouble(9));
    Sequential m = new Sequential(new Input(2).dtype("int32"), e, new Dense(1));
    m.compile("sgd", "mse");
    int[][] good = {{0, 1}, {2, 4}};
    float[][][] y = new float[2][2][1];
    m.fit(good, y, quiet());
    List<NDArray> weights = m.getWeights();
    for (int bad : new int[] {5, 1_000_000_000, -6}) {
      int[][] x = {{0, 1}, {2, bad}};
      if (Keras.backend().name().equals("xla")) {
        assertTrue(Double.isNaN(numbers(e.invoke(x)).getDouble(7)));
        assertTrue(Double.isNaN(m.predict(x).getDouble(3)));
        continue;
      }
      String message = "Embedding 'words': expected indices from 0 to 4, got " + bad;
      fails(message, () -> e.invoke(x));
      fails(message, () -> m.predict(x));
      fails(message, () -> m.evaluate(x, y));
      fails(message, () -> m.fit(x, y, quiet()));
      fails(
          message,
          () -> m.fit(
              new int[][] {{0, 0}, {0, 0}, {0, 0}, {2, bad}},
              new float[4][2][1],
              Fit.epochs(1).batchSize(1).verbose(0)));
      fails(message, () -> m.trainOnBatch(x, y));
    }
    if (!Keras.backend().name().equals("xla")) {
      m.setWeights(weights);
      assertEquals(Shape.of(2, 2, 1), m.predict(good).shape()); // and it goes on
    }
  }

  // ---- layers

  @Test
  void settingsOfLayers() {
    fails("units", () -> new Dense(0));
    fails("units", () -> new Dense(-1));
    fails("activation", () -> new Dense(2).activation("reluu"));
    fails("nitializer", () -> new Dense(2).kernelInitializer("glorot"));
    fails("padding", () -> new Conv2D(2, 3).padding("sane"));
    fails("filters", () -> new Conv2D(0, 3));
    fails("'/'", () -> new Dense(2).name("a/b"));
    fails("dtype", () -> new Dense(2).dtype("mixed_float17"));
  }

  @Test
  void inputsOfLayers() {
    fails("rank", () -> new Dense(2).invoke(3f));
    fails("4", () -> new Conv2D(2, 3).invoke(new float[2][8][8]));
    fails("nothing is left", () -> new Conv2D(2, 3).invoke(new float[1][2][2][1]));
    fails("3", () -> new LSTM(3).invoke(new float[2][3]));
    fails("Reshape", () -> new Reshape(5).invoke(new float[2][4]));
    fails("list", () -> new Add().invoke(new float[2][3]));
    fails("Add", () -> new Add().invoke(List.of(new float[2][3], new float[2][4])));
    fails("Concatenate", () -> new Concatenate().invoke(List.of(new float[2][3], new float[3][3])));
    fails("value", () -> new MultiHeadAttention(2, 3).invoke(new float[2][4][5]));
    fails("1 input", () -> new Dense(2).invoke(List.of(new float[2][3], new float[2][3])));
    Dense d = new Dense(2);
    d.invoke(new float[1][3]);
    fails("expected last dimension 3", () -> d.invoke(new float[1][4]));
    comesAtAWrongTime("in use", () -> d.useBias(false));
    fails("weights", () -> d.setWeights(List.of(NDArray.from(new float[3][2]))));
    fails(
        "shape",
        () -> d.setWeights(List.of(NDArray.from(new float[2][2]), NDArray.from(new float[2]))));
  }

  @Test
  void unbuiltLayers() {
    comesAtAWrongTime("not built", () -> new Dense(2).countParams());
    comesAtAWrongTime(
        "built", () -> new Dense(2).statelessCall(List.of(), List.of(), X, CallArgs.of()));
    Sequential m = new Sequential(new Dense(2));
    comesAtAWrongTime("built", () -> m.saveWeights(Path.of("never.weights.h5")));
    comesAtAWrongTime("built", () -> m.loadWeights(existing()));
  }

  private static Path existing() throws java.io.IOException {
    Path p = java.nio.file.Files.createTempFile("some", ".weights.h5");
    p.toFile().deleteOnExit();
    return p;
  }

  private static final class NoCall extends Layer {}

  private static final class NullCall extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      return null;
    }
  }

  @Test
  void layersOfOnesOwnThatAreNotFinished() {
    comesAtAWrongTime("call", () -> new NoCall().invoke(new float[2]));
    comesAtAWrongTime(
        "NullCall 'null_call': its call gave null", () -> new NullCall().invoke(new float[2]));
  }

  // ---- graphs

  @Test
  void graphsThatCannotBe() {
    KerasTensor a = Input.of(3);
    KerasTensor b = Input.of(3);
    Tensor both = new Add().invoke(List.of(a, b));
    fails("not among the model's inputs", () -> Model.of(a, both));
    fails("different names", () -> {
      Tensor x = ((Layer) new Dense(2).name("same")).invoke(a);
      Model.of(a, ((Layer) new Dense(2).name("same")).invoke(x));
    });
    fails(
        "same",
        () -> new Sequential(new Input(3), new Dense(2).name("same"), new Dense(2).name("same")));
    fails("KerasTensor", () -> Model.of(Ops.convertToTensor(new float[3]), both));
    fails("no inputs", () -> Model.of(List.of(), both));
    comesAtAWrongTime("is symbolic and holds no numbers", () -> a.toNDArray());
    fails("(4,) do not broadcast", () -> Ops.add(a, new float[4]));
    Sequential self = new Sequential(new Input(3), new Dense(3));
    fails("contain itself", () -> self.add(self));
    fails("contain itself", () -> self.add(new Sequential(self)));
  }

  @Test
  void numbersOfInputs() {
    KerasTensor a = Input.of(3);
    KerasTensor b = Input.of(3);
    Model m = Model.of(List.of(a, b), new Add().invoke(List.of(a, b)));
    fails("2 input", () -> m.predict(new float[2][3]));
    fails(
        "2 input",
        () -> m.predictOnBatch(List.of(new float[2][3], new float[2][3], new float[2][3])));
    Model named = Model.of(Map.of("a", a, "b", b), new Add().invoke(List.of(a, b)));
    fails("'b' is missing", () -> named.predictOnBatch(Map.of("a", new float[2][3])));
    fails("(2, 5)", () -> model().predict(new float[2][5]));
    fails("4", () -> model().predict(new float[2][4][5]));
  }

  // ---- training

  @Test
  void compileIsChecked() {
    comesAtAWrongTime("compiled", () -> new Sequential(new Input(4), new Dense(2)).fit(X, Y));
    comesAtAWrongTime("compiled", () -> new Sequential(new Input(4), new Dense(2)).evaluate(X, Y));
    fails("sgdd", () -> model().compile("sgdd", "mse"));
    fails("msee", () -> {
      Sequential m = model();
      m.compile("sgd", "msee");
      m.fit(X, Y, quiet());
    });
    fails("maee", () -> {
      Sequential m = model();
      m.compile("sgd", "mse", "maee");
      m.fit(X, Y, quiet());
    });
    fails("no loss", () -> {
      Sequential m = model();
      m.compile(Compile.optimizer("sgd"));
      m.fit(X, Y, quiet());
    });
    fails("2 losses", () -> {
      KerasTensor in = Input.of(4);
      Model m = Model.of(
          in, List.of(new Dense(1).invoke(in), new Dense(1).invoke(in), new Dense(1).invoke(in)));
      m.compile("sgd", List.of("mse", "mse"));
      m.fit(X, List.of(Y, Y, Y), quiet());
    });
    fails("nowhere", () -> {
      KerasTensor in = Input.of(4);
      Model m = Model.of(in, List.of(new Dense(1).invoke(in), new Dense(1).invoke(in)));
      m.compile("sgd", Map.of("nowhere", "mse"));
      m.fit(X, List.of(new float[10][1], new float[10][1]), quiet());
    });
  }

  private static Fit quiet() {
    return Fit.epochs(1).verbose(0);
  }

  @Test
  void dataIsChecked() {
    fails("samples", () -> model().fit(X, new float[9][2], quiet()));
    fails("samples", () -> model().fit(X, Y, quiet().sampleWeight(new float[3])));
    fails("without samples", () -> model().fit(new float[0][4], new float[0][2], quiet()));
    fails("without samples", () -> model().evaluate(new float[0][4], new float[0][2]));
    fails("without samples", () -> model().predict(new float[0][4]));
    fails("null", () -> model().fit(null, Y, quiet()));
    fails("no batch", () -> model().fit(java.util.stream.Stream.<Batch>empty(), quiet()));
    fails("targets", () -> model().fit(X, null, quiet()));
    fails("batch", () -> model().fit(X, Y, Fit.epochs(1).batchSize(0)));
    assertTrue(model().fit(X, Y, Fit.epochs(0).verbose(0)).history().isEmpty());
    fails("validation", () -> model().fit(X, Y, quiet().validationSplit(1.5)));
    fails("validation", () -> model().fit(X, Y, quiet().validationSplit(0.95)));
    fails("predict", () -> model().predict(java.util.stream.Stream.<Batch>empty(), Run.defaults()));
    fails("got a scalar", () -> model().fit("text", Y, quiet()));
  }

  @Test
  void lossesThatDoNotFitTheOutputs() {
    for (String loss : List.of("categorical_crossentropy", "mse", "binary_crossentropy")) {
      Sequential m = model();
      m.compile("sgd", loss);
      fails(
          "of the output, with targets float32(10, 5)", () -> m.fit(X, new float[10][5], quiet()));
    }
    Sequential classes = model();
    classes.compile("sgd", "categorical_crossentropy");
    fails("shape", () -> classes.fit(X, new int[10], quiet()));
    Sequential sparse = model();
    sparse.compile("sgd", "sparse_categorical_crossentropy");
    fails("shape", () -> sparse.fit(X, new float[10][2], quiet()));
  }

  private static Model two() {
    KerasTensor in = Input.of(4);
    return Model.of(
        in,
        List.of(
            ((Layer) new Dense(2).name("a")).invoke(in),
            ((Layer) new Dense(3).name("b")).invoke(in)));
  }

  /** Of several outputs the one is named, by its name, and the class of loss or metric. */
  @Test
  void outputsAreNamed() {
    Model m = two();
    m.compile("sgd", "mse");
    fails(
        "Loss of output 'b', with targets float32(10, 5), predictions float32(10, 3):"
            + " MeanSquaredError 'mse': ",
        () -> m.fit(X, List.of(Y, new float[10][5]), quiet()));
    List<float[][]> y = List.of(Y, new float[10][3]);
    fails(
        "Loss of output 'a', with targets float32(10, 2), predictions float32(10, 2) and sample"
            + " weights float32(10, 4): MeanSquaredError",
        () -> m.fit(X, y, quiet().sampleWeight(Map.of("a", new float[10][4]))));
    fails(
        "Sample weights: there is no output 'c', the model has [output 'a', output 'b']",
        () -> m.fit(X, y, quiet().sampleWeight(Map.of("c", new float[10]))));
    fails(
        "Sample weights: expected one array for each of [output 'a', output 'b'], got 3",
        () -> m.fit(
            X, y, quiet().sampleWeight(List.of(new float[10], new float[10], new float[10]))));
    fails(
        "Targets: expected one array for each of [output 'a', output 'b'], got 1",
        () -> m.fit(X, Y, quiet()));
    Model measured = two();
    measured.compile(Compile.optimizer("sgd").loss(Map.of("a", "mse")).metrics(Map.of("b", "mae")));
    fails(
        "Metric of output 'b', with targets float32(10, 5), predictions float32(10, 3):"
            + " MeanAbsoluteError",
        () -> measured.fit(X, List.of(Y, new float[10][5]), quiet()));
  }

  /** Called by themselves they are named too. */
  @Test
  void lossesAndMetricsAreNamed() {
    float[][] p = {{1, 2}, {3, 4}};
    fails(
        "MeanSquaredError 'mean_squared_error': ",
        () -> new MeanSquaredError().invoke(new float[2][3], p));
    for (Metric m : List.of(
        new MeanMetricWrapper(new MeanSquaredError()),
        new RootMeanSquaredError(),
        new AUC(),
        new R2Score(),
        new F1Score())) {
      fails(
          (m instanceof MeanMetricWrapper ? "MeanSquaredError" : m.getClass().getSimpleName())
              + " '" + m.name() + "': ",
          () -> m.updateState(new float[2][3], p));
    }
    fails("Mean 'mean': ", () -> new Mean("mean").updateState(p, new float[7]));
  }

  /** Names that there are not: the nearest is offered, and each that there is named once. */
  @Test
  void misspeltNames() {
    for (String wrong : List.of("rm_sprop", "rmspropp")) {
      fails(
          "Unknown optimizer '" + wrong + "', did you mean 'rmsprop'? There are [",
          () -> model().compile(wrong, "mse"));
    }
    fails("did you mean 'mean_squared_error'", () -> Loss.get("mean_square_error"));
    fails("did you mean 'glorot_uniform'", () -> new Dense(2).kernelInitializer("glorot_unifrom"));
    fails("did you mean 'softmax'", () -> new Dense(2).activation("soft_maxx"));
    for (Executable e : List.<Executable>of(
        () -> model().compile("nothing_like_it", "mse"),
        () -> Loss.get("nothing_like_it"),
        () -> Metric.get("nothing_like_it"),
        () -> new Dense(2).kernelInitializer("nothing_like_it"),
        () -> new Dense(2).kernelRegularizer("nothing_like_it"),
        () -> new Dense(2).kernelConstraint("nothing_like_it"),
        () -> new Dense(2).activation("nothing_like_it"))) {
      String m = assertThrows(IllegalArgumentException.class, e).getMessage();
      String list = m.substring(m.indexOf('[') + 1, m.indexOf(']'));
      List<String> names = List.of(list.split(", "));
      assertEquals(names.size(), Set.copyOf(names).size(), m);
      assertTrue(names.size() > 3, m);
    }
  }

  @Test
  void stringsWhereNumbersAreDue() {
    for (Object s : List.of(
        new String[][] {{"a"}}, new String[] {"a"}, "a", NDArray.from(new String[] {"a"}))) {
      fails("Dense 'd': expected numbers, got ", () -> ((Layer) new Dense(2).name("d")).invoke(s));
    }
    fails(
        "Add 'add': expected numbers, got ",
        () -> ((Layer) new Add().name("add"))
            .invoke(List.of(new String[] {"a"}, new String[] {"b"})));
    Sequential m = new Sequential(new Dense(2).name("d"));
    m.compile("sgd", "mse");
    fails(
        "Dense 'd': expected numbers, got strings of shape (1, 1)",
        () -> m.fit(new String[][] {{"a"}}, new float[1][2], quiet()));
    fails(
        "expects numbers, float32(None, 4), got string(1, 1)",
        () -> model().predict(new String[][] {{"a"}}));
    String[][] words = new String[10][2];
    fails("Cannot make an array of null", () -> model().fit(X, words, quiet()));
    for (String[] w : words) {
      Arrays.fill(w, "a");
    }
    fails("got strings of shape (10, 2)", () -> model().fit(X, words, quiet()));
  }

  @Test
  void lambdasInFiles(@TempDir Path folder) {
    Sequential m = new Sequential(new Input(4), new Lambda(x -> x).name("mine"));
    fails(
        IllegalStateException.class,
        "Lambda 'mine': holds a Java function and cannot be saved",
        () -> m.save(folder.resolve("m.keras")));
    fails(
        UnknownClassException.class,
        "The layer 'theirs' is a Lambda, a Python function",
        () -> Serializer.deserialize(Map.of(
            "module", "keras.layers",
            "class_name", "Lambda",
            "config", Map.of("name", "theirs"))));
  }

  @Test
  void batchesThatDoNotDivideTheData() {
    Sequential m = model();
    float[][] x = new float[10][4];
    float[][] y = new float[10][2];
    for (int i = 0; i < 10; i++) {
      Arrays.fill(x[i], i / 10f);
      Arrays.fill(y[i], i);
    }
    double whole = m.evaluate(x, y, Run.batchSize(10)).get("loss");
    assertEquals(whole, m.evaluate(x, y, Run.batchSize(3)).get("loss"), 1e-4);
    assertEquals(whole, m.evaluate(x, y, Run.batchSize(64)).get("loss"), 1e-4);
    assertEquals(Shape.of(10, 2), m.predict(x, Run.batchSize(7)).shape());
    History h = m.fit(x, y, Fit.epochs(3).batchSize(4).validationSplit(0.3).verbose(0));
    assertEquals(3, h.get("val_loss").size());
  }

  @Test
  void aLossThatIsNoNumber() {
    float[][] bad = new float[10][4];
    bad[3][1] = Float.NaN;
    History plain = model().fit(bad, Y, Fit.epochs(2).batchSize(5).verbose(0));
    assertEquals(2, plain.get("loss").size());
    assertTrue(Double.isNaN(plain.last("loss")));
    History ended =
        model().fit(bad, Y, Fit.epochs(2).batchSize(5).verbose(0).callbacks(new TerminateOnNaN()));
    assertEquals(1, ended.get("loss").size());
  }

  /**
   * Kernels that do several things at once must not make a number of what is none. TensorFlow's own do, for
   * Keras as well: relu inside a product or a convolution gives 0 for a NaN.
   */
  @Test
  void anInputThatIsNoNumberReachesThePrediction() {
    assumeFalse(
        Keras.backend().name().equals("tensorflow"),
        "TensorFlow's relu inside a product or a convolution gives 0 for a NaN");
    float[][][][] image = new float[2][8][8][3];
    image[0][2][3][1] = Float.NaN;
    Sequential convolved = new Sequential(
        new Input(8, 8, 3),
        new Conv2D(16, 3).padding("same").activation("relu"),
        new Flatten(),
        new Dense(4));
    NDArray y = convolved.predict(image);
    for (int i = 0; i < 4; i++) {
      assertTrue(Double.isNaN(y.getDouble(i)));
      assertFalse(Double.isNaN(y.getDouble(4 + i)));
    }
    float[][] bad = new float[10][4];
    bad[3][1] = Float.NaN;
    Sequential dense = new Sequential(new Input(4), new Dense(16).activation("relu"), new Dense(2));
    NDArray z = dense.predict(bad);
    assertTrue(Double.isNaN(z.getDouble(6)));
    assertFalse(Double.isNaN(z.getDouble(0)));
  }

  /** The place is named once, by its innermost layer, and no cause repeats the text. */
  @Test
  void layersAreNamed() {
    LayerNormalization norm = new LayerNormalization().name("norm");
    norm.invoke(new float[2][6]);
    RuntimeException e =
        assertThrows(IllegalArgumentException.class, () -> norm.invoke(new float[2][8]));
    assertTrue(e.getMessage().startsWith("LayerNormalization 'norm': "), e.getMessage());
    assertTrue(e.getMessage().contains("(2, 8)"), e.getMessage());
    assertFalse(e.getMessage().contains("broadcast"), e.getMessage());
    assertNull(e.getCause());
    Sequential around = new Sequential(norm);
    e = assertThrows(IllegalArgumentException.class, () -> around.invoke(new float[2][8]));
    assertTrue(e.getMessage().startsWith("LayerNormalization 'norm': "), e.getMessage());
    fails(
        "expected numbers, got strings of shape (1, 1)",
        () -> new Dense(2).invoke(new String[][] {{"a"}}));
    List<Object> rows = new java.util.ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      rows.add("row");
    }
    rows.add(3);
    e = assertThrows(IllegalArgumentException.class, () -> Ops.add(rows, 1));
    assertTrue(
        e.getMessage().startsWith("ops.add: Strings and numbers are mixed in one array"),
        e.getMessage());
    assertTrue(e.getMessage().length() < 2100, () -> "long");
  }

  @Test
  void arraysOfOtherSizesAreNamedByTheirRole() {
    Sequential m = new Sequential(new Input(4), new Dense(3));
    m.compile("sgd", "mse");
    Fit once = Fit.epochs(1).verbose(0);
    fails(
        "got shapes x (8, 4); y (8, 3); sampleWeight (5,)",
        () -> m.fit(new float[8][4], new float[8][3], once.sampleWeight(new float[5])));
    List<float[]> rows = new java.util.ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      rows.add(new float[4]);
    }
    String many = "got shapes x (4,), (4,), (4,), (4,), ... (5000 arrays; a list holds one array";
    fails(many, () -> m.fit(rows, new float[5000][3], Fit.epochs(1).verbose(0)));
    fails(many, () -> m.evaluate(rows, new float[5000][3]));
    RuntimeException e = assertThrows(IllegalArgumentException.class, () -> m.predict(rows));
    assertTrue(e.getMessage().endsWith("expected 1 input tensors, got 5000"), e.getMessage());
    assertTrue(e.getMessage().length() < 2100, e::getMessage);
  }
}
