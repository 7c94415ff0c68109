package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.Layer;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.convolution.Conv1D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.SpectralNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.reshaping.RepeatVector;
import org.keras4j.layers.rnn.Bidirectional;
import org.keras4j.layers.rnn.ConvLSTM1D;
import org.keras4j.layers.rnn.GRUCell;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.layers.rnn.RNN;
import org.keras4j.layers.rnn.StackedRNNCells;
import org.keras4j.layers.rnn.TimeDistributed;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;

/** Paths of weights of models in models are Keras's ({@code scripts/record_paths.py}). */
class WeightPathsTest {
  private static final float[][] X = {{1, 1, 1}, {1, 1, 1}};

  private static Dense dense(String name) {
    return dense(name, 2);
  }

  private static Dense dense(String name, int units) {
    return new Dense(units).name(name);
  }

  private static Model graph(String name, Layer... layers) {
    KerasTensor x = Input.of(3);
    Tensor y = x;
    for (Layer l : layers) {
      y = l.invoke(y);
    }
    return new Functional(x, y).name(name);
  }

  private static Sequential called(Sequential m) {
    m.invoke(X);
    return m;
  }

  private static Sequential added() {
    Sequential m = new Sequential().name("s");
    m.add(new Input(3));
    m.add(dense("a"));
    return m.add(dense("b"));
  }

  private static Sequential built() {
    Sequential m = new Sequential(dense("a")).name("s");
    m.buildFor(Shape.of(-1, 3));
    return m;
  }

  // names are given before anything is built, as in Python
  private static Sequential chain(String name, Layer... layers) {
    Sequential m = new Sequential().name(name);
    for (Layer l : layers) {
      m.add(l);
    }
    return m;
  }

  private static final class Block extends Layer {
    private final Dense builtOne = dense("of_build", 3);
    private final Dense calledOne = dense("of_call", 3);
    private Variable own;

    Block() {
      name("block");
    }

    @Override
    protected void build(Shape input) {
      own = addWeight("own", Shape.of(3), "zeros");
      builtOne.buildFor(input);
    }

    @Override
    protected Tensor call(Tensor x) {
      return Ops.add(calledOne.invoke(builtOne.invoke(x)), own);
    }
  }

  private static final class Net extends Model {
    private final Dense first = dense("first", 3);
    private final Sequential chain = chain("chain", dense("a", 3));
    private final Model graph = graph("graph", dense("g", 3));
    private final Block block = new Block();

    Net() {
      name("net");
    }

    @Override
    protected Tensor call(Tensor x, CallContext context) {
      return block.invoke(graph.invoke(chain.invoke(first.invoke(x))));
    }
  }

  private static Model net() {
    Net m = new Net();
    m.invoke(X);
    return m;
  }

  private static Model wrappersInGraph() {
    KerasTensor x = Input.of(4, 3);
    Tensor y = new Bidirectional(new LSTM(2).name("lstm").returnSequences(true))
        .name("both")
        .invoke(x);
    y = new TimeDistributed(dense("d")).name("each").invoke(y);
    Tensor z =
        (Tensor) new MultiHeadAttention(2, 2).name("attention").invoke(List.of(y, y), Map.of());
    return new Functional(x, z).name("graph");
  }

  private static Map<String, Supplier<Model>> models() {
    Map<String, Supplier<Model>> out = new LinkedHashMap<>();
    out.put("chain", () -> chain("s", new Input(3), dense("a"), dense("b")));
    out.put("chain_called", () -> called(chain("s", dense("a"), dense("b"))));
    out.put("chain_built", WeightPathsTest::built);
    out.put("chain_added", WeightPathsTest::added);
    out.put(
        "chain_in_chain",
        () -> chain("outer", new Input(3), chain("inner", dense("a")), dense("b")));
    out.put(
        "built_chain_in_chain",
        () -> chain("outer", new Input(3), chain("inner", new Input(3), dense("a")), dense("b")));
    out.put("chain_in_graph", () -> graph("graph", chain("inner", dense("a")), dense("b")));
    out.put("graph", () -> graph("graph", dense("a"), dense("b")));
    out.put(
        "graph_in_chain",
        () -> chain("outer", new Input(3), graph("inner", dense("a")), dense("b")));
    out.put("graph_in_graph", () -> graph("outer", graph("inner", dense("a")), dense("b")));
    out.put("subclassed", WeightPathsTest::net);
    out.put("block_in_chain", () -> chain("s", new Input(3), new Block()));
    out.put("block_in_graph", () -> graph("graph", new Block()));
    out.put(
        "wrappers",
        () -> chain(
            "s",
            new Input(4, 3),
            new Bidirectional(new LSTM(2).name("lstm")).name("both"),
            new RepeatVector(2).name("again"),
            new RNN(new StackedRNNCells(new GRUCell(2).name("g1"), new GRUCell(2).name("g2"))
                    .name("cells"))
                .returnSequences(true)
                .name("rnn"),
            new TimeDistributed(dense("d")).name("each")));
    out.put("wrappers_in_graph", WeightPathsTest::wrappersInGraph);
    out.put(
        "attention_in_chain_layers",
        () -> chain(
            "s",
            new Input(4, 3, 2),
            new ConvLSTM1D(2, 2).name("conv_lstm"),
            new BatchNormalization().name("norm"),
            new SpectralNormalization(new Conv1D(2, 1).name("conv")).name("spectral"),
            new Flatten().name("flat"),
            new Dropout(0.5).name("drop")));
    return out;
  }

  private static Map<?, ?> recorded() throws IOException {
    try (InputStream in =
        WeightPathsTest.class.getResourceAsStream("/org/keras4j/tck/models/paths.json")) {
      return new ObjectMapper().readValue(in, Map.class);
    }
  }

  @TestFactory
  List<DynamicTest> pathsAreKerass() throws IOException {
    Map<?, ?> recorded = recorded();
    Map<String, Supplier<Model>> models = models();
    assertEquals(recorded.keySet(), models.keySet());
    return models.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
          Map<?, ?> expected = (Map<?, ?>) recorded.get(e.getKey());
          List<String> paths =
              e.getValue().get().weights().stream().map(Variable::path).toList();
          assertTrue(!paths.isEmpty());
          assertEquals(expected.get("weights"), paths);
        }))
        .toList();
  }

  /** Keras builds the layers of a file before their model, so paths begin at what was built by itself. */
  @TestFactory
  List<DynamicTest> pathsOfFilesAndCopiesAreKerass(@TempDir Path dir) throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, Supplier<Model>> e : models().entrySet()) {
      Map<?, ?> expected = (Map<?, ?>) recorded().get(e.getKey());
      if (!expected.containsKey("loaded")) {
        continue; // has a class of its own
      }
      tests.add(DynamicTest.dynamicTest(e.getKey(), () -> {
        Model made = e.getValue().get();
        Path file = dir.resolve(e.getKey() + ".keras");
        made.save(file);
        Model loaded = Model.load(file);
        assertEquals(expected.get("loaded"), paths(loaded));
        assertEquals(expected.get("of_config"), paths(Model.fromJson(made.toJson())));
        assertEquals(expected.get("cloned"), paths(made.cloneModel()));
        assertEquals(expected.get("cloned_of_loaded"), paths(loaded.cloneModel()));
      }));
    }
    assertTrue(tests.size() > 8);
    return tests;
  }

  private static List<String> paths(Model m) {
    return m.weights().stream().map(Variable::path).toList();
  }

  @Test
  void aNameGivenLaterIsThatOfThePathsToo() {
    Sequential m = new Sequential(new Input(3), dense("a"), new Sequential(dense("b")));
    m.name("s");
    List<String> paths = m.weights().stream().map(Variable::path).toList();
    assertEquals("s/a/kernel", paths.get(0));
    assertTrue(paths.get(3).matches("s/sequential(_[0-9]+)?/b/bias"), paths.get(3));
    assertEquals("s/a", m.layers().get(0).path());
  }
}
