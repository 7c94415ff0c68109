package org.keras4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.models.Functional;
import org.keras4j.onnx.internal.file.ModelWriter;
import org.keras4j.onnx.internal.file.OnnxAttribute;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxModel;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.file.OnnxTensor;
import org.keras4j.onnx.internal.file.OnnxValue;
import org.keras4j.onnx.runtime.OnnxSession;
import org.keras4j.ops.Ops;
import org.keras4j.training.Fit;

/**
 * Graphs of operators of ONNX, read and run: as they come, eagerly, and compiled as a model with an open batch, each as onnxruntime
 * runs them. What the operators do in all their settings is the matter of {@link OnnxNodesTest}.
 */
class OnnxOperatorsTest {
  @TempDir
  Path folder;

  /** A graph under construction. */
  private static final class Graph {
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final List<OnnxTensor> tensors = new ArrayList<>();
    private final List<OnnxValue> inputs = new ArrayList<>();
    private final List<OnnxValue> outputs = new ArrayList<>();
    private final long opset;

    Graph(long opset) {
      this.opset = opset;
    }

    Graph input(String name, DType t, Object... dims) {
      inputs.add(new OnnxValue(name, t, List.of(dims)));
      return this;
    }

    Graph input(String name, Object... dims) {
      return input(name, DType.FLOAT32, dims);
    }

    Graph weight(String name, NDArray a) {
      tensors.add(new OnnxTensor(name, a));
      return this;
    }

    Graph output(String name, DType t, Object... dims) {
      outputs.add(new OnnxValue(name, t, List.of(dims)));
      return this;
    }

    Graph output(String name, Object... dims) {
      return output(name, DType.FLOAT32, dims);
    }

    /** {@code attributes}: a name and a value, and so on. */
    Graph node(String type, List<String> in, List<String> out, Object... attributes) {
      Map<String, OnnxAttribute> all = new LinkedHashMap<>();
      for (int i = 0; i < attributes.length; i += 2) {
        all.put((String) attributes[i], new OnnxAttribute(attributes[i + 1]));
      }
      nodes.add(new OnnxNode(out.get(0), "", type, in, out, all));
      return this;
    }

    OnnxGraph graph(String name) {
      return new OnnxGraph(name, inputs, tensors, nodes, outputs);
    }

    OnnxModel model() {
      long ir = opset >= 23 ? 11 : 8;
      return new OnnxModel(
          ir, "test", new LinkedHashMap<>(Map.of("", opset)), graph("graph"), List.of(), Map.of());
    }
  }

  private static NDArray numbers(long seed, long... dims) {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(dims));
    Random r = new Random(seed);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, r.nextGaussian());
    }
    return a;
  }

  private static void same(String what, NDArray want, NDArray got) {
    assertEquals(want.spec(), got.spec(), what);
    for (int i = 0; i < want.size(); i++) {
      double allowed = 2e-4 * (1 + Math.abs(want.getDouble(i)));
      assertEquals(want.getDouble(i), got.getDouble(i), allowed, what + ", element " + i);
    }
  }

  private Path written(String name, Graph g) throws IOException {
    Path file = folder.resolve(name + ".onnx");
    ModelWriter.write(g.model(), file, Long.MAX_VALUE);
    return file;
  }

  private void check(String name, Graph g, NDArray... x) throws IOException {
    Path file = written(name, g);
    List<NDArray> want;
    try (OnnxSession session = OnnxSession.load(file)) {
      want = session.run(List.of(x));
    }
    List<Tensor> in = new ArrayList<>();
    for (NDArray a : x) {
      in.add(Ops.convertToTensor(a, a.dtype()));
    }
    Object eager = new OnnxLayer(file).invokeNested(in, CallArgs.training(false));
    List<Tensor> got = Nest.tensors(eager);
    for (int i = 0; i < want.size(); i++) {
      same(name + " eagerly, " + i, want.get(i), got.get(i).toNDArray());
    }
    Functional model = OnnxLayer.model(file);
    List<NDArray> predicted = ExportedModels.outputs(model, List.of(x));
    for (int i = 0; i < want.size(); i++) {
      same(name + " compiled, " + i, want.get(i), predicted.get(i));
    }
  }

  private static Graph branches() {
    OnnxGraph yes = new Graph(18)
        .weight("two", NDArray.of(new float[] {2}))
        .node("Mul", List.of("x", "two"), List.of("yes"))
        .output("yes", "n", 3L)
        .graph("yes");
    OnnxGraph no = new Graph(18)
        .node("Neg", List.of("x"), List.of("no"))
        .output("no", "n", 3L)
        .graph("no");
    return new Graph(18)
        .input("x", "n", 3L)
        .weight("zero", NDArray.scalar(DType.FLOAT32, 0.0))
        .node("ReduceSum", List.of("x"), List.of("sum"), "keepdims", 0L)
        .node("Greater", List.of("sum", "zero"), List.of("positive"))
        .node("If", List.of("positive"), List.of("y"), "then_branch", yes, "else_branch", no)
        .output("y", "n", 3L);
  }

  /** Halves x until its squares' sum is below 1, and gives the sum of each step if asked to. */
  private static Graph loop(boolean gathers, boolean ends) {
    Graph body = new Graph(18)
        .input("i", DType.INT64)
        .input("go", DType.BOOL)
        .input("now", "n", 3L)
        .weight("half", NDArray.scalar(DType.FLOAT32, 0.5))
        .weight("one", NDArray.scalar(DType.FLOAT32, 1.0))
        .node("Mul", List.of("now", "half"), List.of("next"))
        .node("ReduceSumSquare", List.of("next"), List.of("sum"), "keepdims", 0L);
    if (ends) {
      body.node("Greater", List.of("sum", "one"), List.of("goes"));
    } else {
      body.node("Identity", List.of("go"), List.of("goes"));
    }
    body.output("goes", DType.BOOL).output("next", "n", 3L);
    if (gathers) {
      body.node("Add", List.of("next", "x"), List.of("given")).output("given", "n", 3L);
    }
    Graph g = new Graph(18)
        .input("x", "n", 3L)
        .weight("most", NDArray.scalar(DType.INT64, 9L))
        .weight("true", NDArray.of(new boolean[] {true}).reshape())
        .node(
            "Loop",
            List.of("most", "true", "x"),
            gathers ? List.of("y", "steps") : List.of("y"),
            "body",
            body.graph("body"))
        .output("y", "n", 3L);
    if (gathers) { // folded, since a model's outputs have the batch first
      g.weight("first", NDArray.of(new long[] {0}))
          .node("ReduceSum", List.of("steps", "first"), List.of("z"), "keepdims", 0L)
          .output("z", "n", 3L);
    }
    return g;
  }

  private static Graph scan() {
    OnnxGraph body = new Graph(18)
        .input("s", "n")
        .input("e", "n")
        .node("Add", List.of("s", "e"), List.of("t"))
        .node("Mul", List.of("t", "e"), List.of("o"))
        .output("t", "n")
        .output("o", "n")
        .graph("body");
    return new Graph(18)
        .input("x", "n", 4L)
        .input("s0", "n")
        .node(
            "Scan",
            List.of("s0", "x"),
            List.of("last", "all"),
            "body",
            body,
            "num_scan_inputs",
            1L,
            "scan_input_axes",
            new long[] {1},
            "scan_input_directions",
            new long[] {1},
            "scan_output_axes",
            new long[] {1})
        .output("last", "n")
        .output("all", "n", 4L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow", "xla"})
  void branchesAndLoops(String backend) throws IOException {
    Keras.setBackend(backend);
    check("if", branches(), numbers(1, 2, 3));
    check("if-not", branches(), numbers(5, 2, 3));
    check("loop", loop(false, false), numbers(1, 2, 3));
    check("loop-ends", loop(false, true), NDArray.of(new float[] {9, 8, 7, 6, 5, 4}, 2, 3));
    check("loop-gathers", loop(true, false), numbers(1, 2, 3));
    check("loop-gathers-ends", loop(true, true), NDArray.of(new float[] {9, 8, 7, 6, 5, 4}, 2, 3));
    check("scan", scan(), numbers(2, 3, 4), numbers(3, 3));
  }

  /** What is read out of branches and loops is trained through them. */
  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow", "xla"})
  void trainsThroughLoops(String backend) throws IOException {
    Keras.setBackend(backend);
    OnnxGraph body = new Graph(18)
        .input("i", DType.INT64)
        .input("go", DType.BOOL)
        .input("now", "n", 3L)
        .node("MatMul", List.of("now", "w"), List.of("p"))
        .node("Tanh", List.of("p"), List.of("next"))
        .node("Identity", List.of("go"), List.of("goes"))
        .output("goes", DType.BOOL)
        .output("next", "n", 3L)
        .graph("body");
    Graph g = new Graph(18)
        .input("x", "n", 3L)
        .weight("w", numbers(4, 3, 3))
        .weight("most", NDArray.scalar(DType.INT64, 3L))
        .node("Loop", List.of("most", "", "x"), List.of("y"), "body", body)
        .output("y", "n", 3L);
    Functional model = OnnxLayer.model(written("trained", g));
    assertEquals(1, model.trainableWeights().size());
    model.compile("adam", "mse");
    NDArray x = numbers(6, 16, 3);
    NDArray y = NDArray.zeros(DType.FLOAT32, x.shape());
    List<? extends Number> losses = model
        .fit(x, y, Fit.epochs(4).batchSize(16).shuffle(false).verbose(0))
        .history()
        .get("loss");
    assertTrue(losses.get(3).doubleValue() < losses.get(0).doubleValue(), losses.toString());
  }

  private static List<String> names(String... names) {
    return List.of(names);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow", "xla"})
  void attentionAndSequences(String backend) throws IOException {
    Keras.setBackend(backend);
    check(
        "attention",
        new Graph(23)
            .input("q", "n", 4L, 5L, 8L)
            .input("k", "n", 2L, 5L, 8L)
            .input("v", "n", 2L, 5L, 6L)
            .node("Attention", names("q", "k", "v"), names("y"), "is_causal", 1L)
            .output("y", "n", 4L, 5L, 6L),
        numbers(1, 2, 4, 5, 8),
        numbers(2, 2, 2, 5, 8),
        numbers(3, 2, 2, 5, 6));
    check(
        "rotary",
        new Graph(23)
            .input("x", "n", 2L, 3L, 8L)
            .input("at", DType.INT64, "n", 3L)
            .weight("cos", numbers(1, 7, 4))
            .weight("sin", numbers(2, 7, 4))
            .node("RotaryEmbedding", names("x", "cos", "sin", "at"), names("y"))
            .output("y", "n", 2L, 3L, 8L),
        numbers(3, 2, 2, 3, 8),
        NDArray.of(new long[] {0, 1, 2, 4, 5, 6}, 2, 3));
    check(
        "gru",
        new Graph(18)
            .input("x", "n", 4L, 3L)
            .weight("w", numbers(1, 1, 15, 3))
            .weight("r", numbers(2, 1, 15, 5))
            .weight("b", numbers(3, 1, 30))
            .node("Transpose", names("x"), names("t"), "perm", new long[] {1, 0, 2})
            .node("GRU", names("t", "w", "r", "b"), names("a", "h"), "hidden_size", 5L)
            .weight("zero", NDArray.of(new long[] {0}))
            .node("Squeeze", names("h", "zero"), names("y"))
            .output("y", "n", 5L),
        numbers(4, 2, 4, 3));
    check(
        "lstm",
        new Graph(18)
            .input("x", "n", 4L, 3L)
            .input("lengths", DType.INT32, "n")
            .weight("w", numbers(1, 2, 20, 3))
            .weight("r", numbers(2, 2, 20, 5))
            .weight("b", numbers(3, 2, 40))
            .weight("p", numbers(4, 2, 15))
            .node("Transpose", names("x"), names("t"), "perm", new long[] {1, 0, 2})
            .node(
                "LSTM",
                names("t", "w", "r", "b", "lengths", "", "", "p"),
                names("a", "h", "c"),
                "hidden_size",
                5L,
                "direction",
                "bidirectional",
                "clip",
                3f)
            .node("Transpose", names("a"), names("y"), "perm", new long[] {2, 0, 1, 3})
            .node("Transpose", names("c"), names("z"), "perm", new long[] {1, 0, 2})
            .output("y", "n", 4L, 2L, 5L)
            .output("z", "n", 2L, 5L),
        numbers(5, 3, 4, 3),
        NDArray.of(new int[] {4, 2, 3}));
    check(
        "rnn",
        new Graph(18)
            .input("x", "n", 4L, 3L)
            .weight("w", numbers(1, 1, 5, 3))
            .weight("r", numbers(2, 1, 5, 5))
            .node("Transpose", names("x"), names("t"), "perm", new long[] {1, 0, 2})
            .node(
                "RNN",
                names("t", "w", "r"),
                names("a"),
                "hidden_size",
                5L,
                "direction",
                "reverse",
                "activations",
                names("Relu"))
            .node("Transpose", names("a"), names("y"), "perm", new long[] {2, 0, 1, 3})
            .output("y", "n", 4L, 1L, 5L),
        numbers(5, 3, 4, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow", "xla"})
  void soundAndBoxes(String backend) throws IOException {
    Keras.setBackend(backend);
    check(
        "stft",
        new Graph(18)
            .input("x", "n", 64L)
            .weight("step", NDArray.scalar(DType.INT64, 8L))
            .weight("size", NDArray.scalar(DType.INT64, 16L))
            .weight("n", NDArray.scalar(DType.INT64, 16L))
            .node("HannWindow", names("size"), names("window"))
            .node("STFT", names("x", "step", "window", "n"), names("y"))
            .output("y", "n", 7L, 9L, 2L),
        numbers(1, 2, 64));
    check(
        "dft",
        new Graph(18)
            .input("x", "n", 10L, 1L)
            .node("DFT", names("x"), names("y"), "axis", 1L, "onesided", 1L)
            .output("y", "n", 6L, 2L),
        numbers(2, 2, 10, 1));
    NDArray boxes = NDArray.of(
        new float[] {
          0, 0, 1, 1, 0, 0.1f, 1, 1.1f, 0, -0.1f, 1, 0.9f, 0, 10, 1, 11, 0, 10.1f, 1, 11.1f, 0, 100,
          1, 101
        },
        1,
        6,
        4);
    NDArray scores = NDArray.of(new float[] {0.9f, 0.75f, 0.6f, 0.95f, 0.5f, 0.3f}, 1, 1, 6);
    check(
        "boxes",
        new Graph(18)
            .input("boxes", "n", 6L, 4L)
            .input("scores", "n", 1L, 6L)
            .weight("most", NDArray.of(new long[] {3}))
            .weight("overlap", NDArray.of(new float[] {0.5f}))
            .weight("least", NDArray.of(new float[] {0.4f}))
            .weight("two", NDArray.scalar(DType.INT64, 2L))
            .node(
                "NonMaxSuppression",
                names("boxes", "scores", "most", "overlap", "least"),
                names("kept"))
            .node("Gather", names("kept", "two"), names("at"), "axis", 1L)
            .node("Gather", names("boxes", "at"), names("y"), "axis", 1L)
            .output("y", "n", "kept", 4L),
        boxes,
        scores);
    check(
        "reversed",
        new Graph(18)
            .input("x", "n", 5L)
            .input("lengths", DType.INT64, "n")
            .node(
                "ReverseSequence",
                names("x", "lengths"),
                names("y"),
                "time_axis",
                1L,
                "batch_axis",
                0L)
            .output("y", "n", 5L),
        numbers(1, 3, 5),
        NDArray.of(new long[] {2, 5, 1}));
  }
}
