package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.ReversibleEmbedding;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.models.Model;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.SGD;

/** The cross-entropy by blocks of logits gives what all logits give, and never holds them all. */
class BlockwiseCrossentropyTest {
  private static final int CLASSES = 23;
  private static final int BATCH = 5;
  private static final int TIME = 7;

  @AfterEach
  void restore() {
    Keras.setMemoryLimit(0);
    Keras.setClaims(true);
  }

  /** What gives the logits. */
  enum Head {
    DENSE {
      @Override
      Model on(int classes, String policy) {
        return dense(classes, policy, true);
      }
    },
    WITHOUT_BIAS {
      @Override
      Model on(int classes, String policy) {
        return dense(classes, policy, false);
      }
    },
    TIED {
      @Override
      Model on(int classes, String policy) {
        return table(classes, policy, true);
      }
    },
    UNTIED {
      @Override
      Model on(int classes, String policy) {
        return table(classes, policy, false);
      }
    },
    OF_SAMPLES {
      @Override
      Model on(int classes, String policy) {
        Tensor in = new Input(8).output();
        Tensor x = new Dense(8).activation("tanh").dtype(policy).invoke(in);
        return Model.of(in, new Dense(classes).dtype(policy).invoke(x));
      }

      @Override
      NDArray x() {
        return numbers(Shape.of(BATCH * TIME, 8), 0);
      }

      @Override
      Shape labels() {
        return Shape.of(BATCH * TIME);
      }
    };

    abstract Model on(int classes, String policy);

    NDArray x() {
      return numbers(Shape.of(BATCH, TIME), CLASSES);
    }

    Shape labels() {
      return Shape.of(BATCH, TIME);
    }
  }

  private static Model dense(int classes, String policy, boolean bias) {
    Tensor in = new Input(TIME).dtype("int32").output();
    Tensor x = new Embedding(classes, 8).dtype(policy).invoke(in);
    x = new LayerNormalization().dtype(policy).invoke(x);
    Layer head =
        new Dense(classes).useBias(bias).biasInitializer("random_normal").dtype(policy);
    return Model.of(in, head.invoke(x));
  }

  private static Model table(int classes, String policy, boolean tied) {
    Tensor in = new Input(TIME).dtype("int32").output();
    ReversibleEmbedding table = new ReversibleEmbedding(classes, 8).tieWeights(tied);
    table.dtype(policy);
    Tensor x = new LayerNormalization().dtype(policy).invoke(table.invoke(in));
    return Model.of(in, table.invoke(x, CallArgs.of("reverse", true)));
  }

  private static NDArray numbers(Shape s, int below) {
    Random random = new Random(4);
    NDArray a = NDArray.zeros(below > 0 ? DType.INT32 : DType.FLOAT32, s);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, below > 0 ? random.nextInt(below) : random.nextGaussian());
    }
    return a;
  }

  private static SparseCategoricalCrossentropy loss(@Nullable Integer rows) {
    return new SparseCategoricalCrossentropy().fromLogits(true).blockRows(rows);
  }

  private static Model seeded(Supplier<Model> make) {
    SeedGenerator.setRandomSeed(3);
    return make.get();
  }

  /** Losses of three steps, the loss of evaluation, and the weights after them. */
  private static List<double[]> trained(
      Head head, String policy, SparseCategoricalCrossentropy loss, @Nullable NDArray weights) {
    Model m = seeded(() -> head.on(CLASSES, policy));
    m.compile(new SGD(0.5), loss);
    NDArray x = head.x();
    NDArray y = numbers(head.labels(), CLASSES);
    List<double[]> out = new ArrayList<>();
    double[] losses = new double[4];
    for (int i = 0; i < 3; i++) {
      losses[i] = m.trainOnBatch(x, y, weights, true).get("loss");
    }
    losses[3] = m.testOnBatch(x, y, weights, true).get("loss");
    out.add(losses);
    m.weights().forEach(v -> out.add(v.value().toNDArray().toDoubleArray()));
    return out;
  }

  private static void same(List<double[]> expected, List<double[]> got, double tolerance) {
    assertEquals(expected.size(), got.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), got.get(i), tolerance, "array " + i);
    }
  }

  // 1 row; blocks that leave a rest; blocks of some places; one row less than there are
  private static final int[] ROWS = {1, 10, 15, BATCH * TIME - 1};

  @ParameterizedTest
  @EnumSource
  void trainsAsAllLogitsDo(Head head) {
    List<double[]> plain = trained(head, "float32", loss(null), null);
    for (int rows : ROWS) {
      same(plain, trained(head, "float32", loss(rows), null), 2e-6);
    }
    Keras.setClaims(false);
    same(plain, trained(head, "float32", loss(10), null), 2e-6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixed_bfloat16", "mixed_float16"})
  void halfPrecision(String policy) {
    for (Head head : List.of(Head.DENSE, Head.TIED)) {
      List<double[]> plain = trained(head, policy, loss(null), null);
      same(plain, trained(head, policy, loss(10), null), policy.contains("bf") ? 4e-2 : 5e-3);
    }
  }

  @Test
  void weightsAndIgnoredClasses() {
    NDArray weights = NDArray.zeros(DType.FLOAT32, Head.TIED.labels());
    for (int i = 0; i < weights.size(); i++) {
      weights.setDouble(i, i % 3 == 0 ? 0 : 0.5 + i % 4);
    }
    for (Head head : List.of(Head.DENSE, Head.TIED)) {
      same(
          trained(head, "float32", loss(null), weights),
          trained(head, "float32", loss(10), weights),
          2e-6);
      int ignored = (int) numbers(head.labels(), CLASSES).getLong(2);
      for (NDArray w : new NDArray[] {null, weights}) {
        same(
            trained(head, "float32", loss(null).ignoreClass(ignored), w),
            trained(head, "float32", loss(10).ignoreClass(ignored), w),
            2e-6);
      }
    }
  }

  @Test
  void noClassIsNaN() {
    Layer head = new Dense(4);
    NDArray x = NDArray.of(new float[6], 3, 2);
    head.invoke(x);
    Loss each = loss(2).reduction("none");
    NDArray y = NDArray.of(new int[] {1, 7, -1}, 3);
    Tensor out = (Tensor) Jit.of(in -> each.invoke(y, head.invoke((Tensor) in))).call(x);
    double[] losses = out.toNDArray().toDoubleArray();
    assertEquals(Math.log(4), losses[0], 1e-6);
    assertTrue(Double.isNaN(losses[1]) && Double.isNaN(losses[2]), losses[1] + " " + losses[2]);
  }

  // the graph of a step, worked on as for the backend
  private static Graph step(Model m, SparseCategoricalCrossentropy loss, NDArray x, NDArray y) {
    m.invoke(x);
    return Jit.of(in -> Grad.valueAndGrad(
                a -> List.of(loss.invoke(((List<?>) in).get(1), m.invoke(((List<?>) in).get(0)))),
                List.of(),
                m.trainableVariables())
            .grads())
        .lowered(List.of(x, y), null)
        .graph();
  }

  private static long largest(Graph g) {
    long most = 0;
    for (Node n : g.nodes()) {
      for (Value v : n.outputs()) {
        most = Math.max(most, v.spec().shape().size());
      }
      for (Graph body : n.primitive().bodies()) {
        most = Math.max(most, largest(body));
      }
    }
    return most;
  }

  @Test
  void noValueIsOfTheSizeOfAllLogits() {
    int classes = 500;
    for (Head head : Head.values()) {
      Model m = head.on(classes, "float32");
      NDArray y = numbers(head.labels(), CLASSES);
      long all = (long) BATCH * TIME * classes;
      assertEquals(all, largest(step(m, loss(null), head.x(), y)), head.name());
      assertTrue(largest(step(m, loss(5), head.x(), y)) <= 8L * classes, head.name());
    }
  }

  /** A head that is not trained has no gradient computed. */
  @Test
  void frozenHeads() {
    for (Head head : List.of(Head.DENSE, Head.UNTIED)) {
      Model m = head.on(50, "float32");
      NDArray y = numbers(head.labels(), CLASSES);
      m.weights().stream()
          .filter(v ->
              v.name().equals("kernel") || v.name().equals("bias") || v.name().contains("reverse"))
          .forEach(v -> v.setTrainable(false));
      Graph g = step(m, loss(10), head.x(), y);
      long products = products(g);
      // logits twice, and the gradient of what they are made of
      assertEquals(3, products, head.name());
    }
  }

  private static long products(Graph g) {
    long n = 0;
    for (Node node : g.nodes()) {
      n += node.primitive().getClass().getSimpleName().equals("DotGeneral") ? 1 : 0;
      n += node.primitive().toString().contains("nn.dense") ? 1 : 0;
      for (Graph body : node.primitive().bodies()) {
        n += products(body);
      }
    }
    return n;
  }

  @Test
  void trainsWhereAllLogitsHaveNoRoom() {
    int classes = 20_000; // 140 MB of logits for 1,750 rows
    NDArray x = numbers(Shape.of(250, TIME), classes);
    Keras.setMemoryLimit(100L << 20);
    Model plain = dense(classes, "float32", true);
    plain.compile(new SGD(0.1), loss(null));
    assertThrows(MemoryLimitException.class, () -> plain.trainOnBatch(x, x));
    Model m = dense(classes, "float32", true);
    m.compile(new SGD(0.1), loss(250));
    List<Double> losses =
        m.fit(x, x, Fit.epochs(2).batchSize(250).verbose(0)).history().get("loss");
    assertTrue(losses.get(1) < losses.get(0), losses.toString());
    assertTrue(m.evaluate(x, x).get("loss") < losses.get(0));
  }

  @Test
  void whatCannotBeCutIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> loss(0));
    NDArray x = Head.DENSE.x();
    Model probabilities = seeded(() -> {
      Tensor in = new Input(TIME).dtype("int32").output();
      Tensor h = new Embedding(CLASSES, 8).invoke(in);
      return Model.of(in, new Dense(CLASSES).activation("softmax").invoke(h));
    });
    for (boolean logits : new boolean[] {true, false}) {
      probabilities.compile(
          new SGD(0.1), new SparseCategoricalCrossentropy().fromLogits(logits).blockRows(10));
      String message = Objects.requireNonNull(
          assertThrows(IllegalArgumentException.class, () -> probabilities.trainOnBatch(x, x))
              .getMessage());
      assertTrue(message.contains(logits ? "a product" : "fromLogits(true)"), message);
    }
  }

  /** Logits that are there already are used as they are, and accuracies may ask for them besides. */
  @Test
  void elsewhereAllLogits() {
    NDArray y = numbers(Shape.of(6), 4);
    NDArray logits = numbers(Shape.of(6, 4), 0);
    assertEquals(
        loss(null).invoke(y, logits).toNDArray().toDoubleArray()[0],
        loss(2).invoke(y, logits).toNDArray().toDoubleArray()[0]);
    Model m = seeded(() -> Head.DENSE.on(CLASSES, "float32"));
    m.compile(new SGD(0.5), loss(10), "accuracy");
    NDArray x = Head.DENSE.x();
    Map<String, Double> first = m.trainOnBatch(x, x);
    Model n = seeded(() -> Head.DENSE.on(CLASSES, "float32"));
    n.compile(new SGD(0.5), loss(null), "accuracy");
    Map<String, Double> plain = n.trainOnBatch(x, x);
    plain.forEach((k, v) -> assertEquals(v, first.get(k), 2e-6, k));
  }
}
