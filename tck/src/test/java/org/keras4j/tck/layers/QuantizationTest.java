package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.EinsumDense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.ReversibleEmbedding;
import org.keras4j.layers.quantization.AbsMaxQuantizer;
import org.keras4j.layers.quantization.Int4QuantizationConfig;
import org.keras4j.layers.quantization.Int8QuantizationConfig;
import org.keras4j.layers.quantization.QuantizationConfig;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.random.RandomOps;

class QuantizationTest {
  @TempDir
  Path folder;

  private static Sequential model() {
    return new Sequential(
        new Input(6),
        new Embedding(20, 16),
        new EinsumDense("abc,cde->abde", -1, 4, 8).biasAxes("de"),
        new EinsumDense("abde,def->abf", -1, 12),
        new Dense(5).activation("tanh"));
  }

  // the same numbers on every backend and in every run
  private static void fill(Layer layer) {
    int seed = 10;
    for (Variable v : layer.weights()) {
      v.assign(RandomOps.uniform(v.shape(), -0.3, 0.3, "float32", seed++));
    }
  }

  private static Tensor input() {
    return RandomOps.randint(new int[] {3, 6}, 0, 20, "int32", 1);
  }

  private static QuantizationConfig config(String name) {
    return switch (name) {
      case "int8" -> new Int8QuantizationConfig();
      case "int8 weights" -> new Int8QuantizationConfig(null, null);
      case "int4" -> new Int4QuantizationConfig((Integer) null);
      case "int4 inputs" -> new Int4QuantizationConfig(null, new AbsMaxQuantizer(), null);
      default -> new Int4QuantizationConfig(4);
    };
  }

  private static double distance(Tensor a, Tensor b) {
    return Ops.max(Ops.abs(Ops.subtract(a, b))).item();
  }

  @ParameterizedTest
  @CsvSource({"int8, 0.03", "int8 weights, 0.03", "int4, 0.4", "int4 inputs, 0.4", "groups, 0.4"})
  void computesAboutTheSameWithIntegers(String name, double most) {
    Sequential m = model();
    fill(m);
    Tensor x = input();
    Tensor before = Ops.array(m.predict(x));
    long floats = m.weights().stream().filter(v -> v.dtype() == DType.FLOAT32).count();
    m.quantize(config(name));
    Tensor after = Ops.array(m.predict(x));
    double d = distance(before, after);
    assertTrue(d > 0 && d < most, name + ": " + d);
    assertEquals(
        4,
        m.weights().stream()
            .filter(v -> v.name().equals("kernel") || v.name().equals("embeddings"))
            .filter(v -> v.dtype() == DType.INT8 && !v.isTrainable())
            .count());
    assertEquals(6, floats);
    assertEquals(2, m.trainableWeights().size());
  }

  @ParameterizedTest
  @CsvSource({"int8", "int4", "groups"})
  void isSavedAndLoaded(String name) {
    Sequential m = model();
    m.quantize(config(name));
    Tensor expected = Ops.array(m.predict(input()));
    Path file = folder.resolve("m.keras");
    m.save(file);
    Model loaded = Model.load(file);
    assertEquals(0, distance(expected, Ops.array(loaded.predict(input()))));
    assertEquals(
        m.weights().stream().map(Variable::dtype).toList(),
        loaded.weights().stream().map(Variable::dtype).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "int8, true",
    "int4, true",
    "groups, true",
    "int8, false",
    "int4, false",
    "groups, false"
  })
  void scoresBothWays(String name, boolean tied) {
    ReversibleEmbedding e = new ReversibleEmbedding(10, 8).tieWeights(tied);
    Tensor ids = Ops.array(new int[] {3, 9});
    Tensor x = RandomOps.normal(new int[] {2, 8}, 0.0, 1.0, "float32", 3);
    CallArgs reverse = CallArgs.of("reverse", true);
    e.invoke(ids);
    fill(e);
    Tensor rows = e.invoke(ids);
    Tensor scores = e.invoke(x, reverse);
    e.quantize(config(name));
    // a group without a number of the other sign loses its largest ones
    double most = name.equals("int8") ? 0.01 : 0.25;
    assertTrue(distance(rows, e.invoke(ids)) < most);
    assertTrue(distance(scores, e.invoke(x, reverse)) < 3 * most);
  }

  @ParameterizedTest
  @CsvSource({
    "int8, true",
    "int4, true",
    "groups, true",
    "int8, false",
    "int4, false",
    "groups, false"
  })
  void whatGivesScoresLearnsFromThem(String name, boolean tied) {
    ReversibleEmbedding e = new ReversibleEmbedding(10, 8).tieWeights(tied);
    Tensor x = RandomOps.normal(new int[] {2, 8}, 0.0, 1.0, "float32", 3);
    Tensor c = RandomOps.normal(new int[] {2, 10}, 0.0, 1.0, "float32", 4);
    CallArgs reverse = CallArgs.of("reverse", true);
    e.invoke(Ops.array(new int[] {3, 9}));
    fill(e);
    Tensor floats = slope(e, reverse, x, c);
    e.quantize(config(name));
    assertTrue(
        distance(floats, slope(e, reverse, x, c)) < (name.equals("int8") ? 0.02 : 0.4), name);
  }

  private static Tensor slope(ReversibleEmbedding e, CallArgs reverse, Tensor x, Tensor c) {
    return Grad.valueAndGrad(v -> Ops.sum(Ops.multiply(e.invoke(v, reverse), c)), x)
        .grads()
        .get(0);
  }

  @Test
  void anUpdateOfLowRankIsMergedIntoTheIntegersOfAFile() {
    Dense d = new Dense(4);
    Sequential m = new Sequential(new Input(3), d);
    fill(m);
    m.quantize("int8");
    d.enableLora(2);
    d.trainableWeights().get(2).assign(Ops.ones(d.trainableWeights().get(2).shape()));
    Tensor x = RandomOps.normal(new int[] {2, 3}, 0.0, 1.0, "float32", 3);
    Tensor expected = d.invoke(x);
    Path file = folder.resolve("lora.weights.h5");
    m.saveWeights(file);
    Dense other = new Dense(4);
    Sequential n = new Sequential(new Input(3), other);
    n.quantize("int8");
    assertTrue(distance(expected, other.invoke(x)) > 0.1);
    n.loadWeights(file);
    assertTrue(distance(expected, other.invoke(x)) < 0.1);
  }

  @Test
  void rejectsWhatDoesNotFit() {
    assertThrows(IllegalStateException.class, () -> new Dense(2).quantize(config("int8")));
    Dense d = new Dense(2);
    d.invoke(Ops.ones(new int[] {1, 3}));
    assertThrows(IllegalArgumentException.class, () -> new Sequential(d).quantize("int3"));
    d.quantize(config("int8"));
    assertThrows(IllegalStateException.class, () -> d.quantize(config("int8")));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Int4QuantizationConfig(new AbsMaxQuantizer().valueRange(-8, 7), null, 64));
    assertThrows(IllegalArgumentException.class, () -> new Dense(2).dtype("int3_from_float32"));
    assertNotEquals(d.dtypePolicy(), new Dense(2).dtypePolicy());
    assertEquals("int8_from_float32", d.dtypePolicy().name());
  }
}
