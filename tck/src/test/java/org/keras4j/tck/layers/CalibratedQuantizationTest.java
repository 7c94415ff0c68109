package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.AWQDTypePolicy;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.GPTQDTypePolicy;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.EinsumDense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.initializers.Constant;
import org.keras4j.layers.initializers.Zeros;
import org.keras4j.layers.quantization.AWQConfig;
import org.keras4j.layers.quantization.CalibratedConfig;
import org.keras4j.layers.quantization.GPTQConfig;
import org.keras4j.layers.quantization.Int4QuantizationConfig;
import org.keras4j.layers.quantization.Int8QuantizationConfig;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.optimizers.SGD;

/** GPTQ and AWQ, held against what Keras recorded ({@code scripts/record_calibrated.py}). */
class CalibratedQuantizationTest {
  private static final Path FOLDER = Path.of(
      System.getProperty("keras4j.home", ".."),
      "tck/src/test/resources/org/keras4j/tck/quantization");

  @TempDir
  Path folder;

  private static CalibratedConfig<?> config(String name, Object x) {
    return switch (name) {
      case "gptq" -> new GPTQConfig(x).groupSize(8);
      case "gptq_whole" -> new GPTQConfig(x).groupSize(-1).hessianDamping(0.1);
      case "gptq_order" -> new GPTQConfig(x).groupSize(16).activationOrder(true);
      case "gptq_8" -> new GPTQConfig(x).weightBits(8).symmetric(true).groupSize(6);
      case "gptq_3" -> new GPTQConfig(x).weightBits(3).groupSize(8);
      case "gptq_2" -> new GPTQConfig(x).weightBits(2).perChannel(false).groupSize(8);
      case "awq" -> new AWQConfig(x).groupSize(8);
      default -> new AWQConfig(x).groupSize(-1).numGridPoints(10);
    };
  }

  private static Sequential model(String kind) {
    return kind.equals("dense")
        ? new Sequential(
            new Input(16),
            new Dense(10).activation("tanh").name("a"),
            new Dense(7).useBias(false).name("b"))
        : new Sequential(
            new Input(3, 16),
            new EinsumDense("abc,cde->abde", -1, 4, 3).biasAxes("de").name("a"),
            new EinsumDense("abde,def->abf", -1, 7).name("b"));
  }

  private static void assertClose(NDArray e, NDArray a, double tolerance, String what) {
    assertEquals(e.shape(), a.shape(), what);
    for (int i = 0; i < e.size(); i++) {
      assertEquals(e.getDouble(i), a.getDouble(i), tolerance, what + " at " + i);
    }
  }

  // of a symmetric range, the least number is just between the integers 0 and 1
  private static void assertIntegers(NDArray e, NDArray a, boolean symmetric, String what) {
    assertEquals(e.shape(), a.shape(), what);
    for (int i = 0; i < e.size(); i++) {
      boolean either = symmetric && e.getInt(i) <= 1 && a.getInt(i) <= 1;
      assertEquals(e.getInt(i), either ? e.getInt(i) : a.getInt(i), what + " at " + i);
    }
  }

  private static NDArray of(Layer layer, String... names) {
    for (Variable v : layer.weights()) {
      if (List.of(names).contains(v.name())) {
        return v.value().toNDArray();
      }
    }
    throw new AssertionError("no " + List.of(names) + " in " + layer.weights());
  }

  @ParameterizedTest
  @CsvSource({
    "dense, gptq", "dense, gptq_whole", "dense, gptq_order", "dense, gptq_8", "dense, gptq_3",
    "dense, gptq_2", "dense, awq", "dense, awq_whole", "einsum, gptq", "einsum, gptq_whole",
    "einsum, gptq_order", "einsum, gptq_8", "einsum, gptq_3", "einsum, gptq_2", "einsum, awq",
    "einsum, awq_whole"
  })
  void integersAreKerass(String kind, String name) throws IOException {
    Map<String, NDArray> e = Npz.read(FOLDER.resolve("calibrated.npz"));
    NDArray x = e.get(kind + "_x");
    Sequential m = model(kind);
    List<NDArray> weights = new ArrayList<>();
    for (int i = 0; i < m.weights().size(); i++) {
      weights.add(e.get(kind + "_w" + i));
    }
    m.setWeights(weights);
    m.quantize(config(name, x));
    for (Layer l : m.layers()) {
      String key = kind + "_" + name + "_" + l.name();
      assertIntegers(e.get(key + "_kernel"), of(l, "kernel"), name.equals("gptq_8"), key);
      assertEquals(DType.UINT8, of(l, "kernel").dtype());
      assertClose(e.get(key + "_scale"), of(l, "kernel_scale"), 1e-6, key + " scale");
      assertEquals(e.get(key + "_zero"), of(l, "kernel_zero", "zero_point"), key + " zero");
      assertClose(e.get(key + "_groups"), of(l, "g_idx"), 1e-6, key + " groups");
      if (name.startsWith("awq")) {
        assertClose(e.get(key + "_factors"), of(l, "awq_scales"), 1e-5, key + " factors");
      }
    }
    NDArray y = m.predict(x);
    double step = name.equals("gptq_8") ? 0.02 : 2e-5; // of such an integer
    assertClose(e.get(kind + "_" + name + "_y"), y, step, "outputs");
    Path file = folder.resolve("m.keras");
    m.save(file);
    Model again = Model.load(file);
    assertEquals(y, again.predict(x));
    assertEquals(m.getWeights(), again.getWeights());
    assertEquals(m.getLayer("a").dtypePolicy(), again.getLayer("a").dtypePolicy());
    String keep = System.getProperty("keras4j.quantization.files");
    if (keep != null) { // for the script's check
      m.save(Path.of(keep, kind + "_" + name + ".keras"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "int4", "groups"})
  void loraOnIntegersTrainsAsKerass(String name) throws IOException {
    Map<String, NDArray> e = Npz.read(FOLDER.resolve("calibrated.npz"));
    Dense d = new Dense(6);
    Sequential m = new Sequential(new Input(16), d);
    m.setWeights(
        List.of(e.get("lora_" + name + "_kernel"), NDArray.zeros(DType.FLOAT32, Shape.of(6))));
    m.quantize(
        switch (name) {
          case "int8" -> new Int8QuantizationConfig();
          case "int4" -> new Int4QuantizationConfig((Integer) null);
          default -> new Int4QuantizationConfig(4);
        });
    d.enableLora(2, 3, new Constant(e.get("lora_" + name + "_a0")), new Zeros());
    NDArray integers = of(d, "kernel");
    m.compile(new SGD().learningRate(0.1), "mse");
    for (int i = 0; i < 5; i++) {
      double loss = m.trainOnBatch(e.get("lora_x"), e.get("lora_y")).get("loss");
      assertEquals(e.get("lora_" + name + "_losses").getDouble(i), loss, 2e-5, "loss " + i);
    }
    assertClose(e.get("lora_" + name + "_a"), of(d, "lora_kernel_a"), 2e-5, "a");
    assertClose(e.get("lora_" + name + "_b"), of(d, "lora_kernel_b"), 2e-5, "b");
    assertEquals(integers, of(d, "kernel"));
    assertEquals(3, m.trainableWeights().size());
  }

  // blocks larger than 128 inputs, and groups across them
  @Test
  void largeKernelsLoseLittle() {
    float[][] x = new float[48][200];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < 200; j++) {
        x[i][j] = (float) Math.sin(i * 0.7 + j * j * 0.01);
      }
    }
    for (int group : new int[] {-1, 96}) {
      Sequential m = new Sequential(new Input(200), new Dense(20).name("wide"));
      Tensor before = m.invoke(x);
      Model rounded = m.cloneModel();
      rounded.setWeights(m.getWeights());
      rounded.quantize(new Int4QuantizationConfig(group));
      m.quantize(new GPTQConfig(x).groupSize(group));
      double lost = distance(before, m.invoke(x));
      double plainly = distance(before, rounded.invoke(x));
      assertTrue(lost > 0 && lost < plainly, group + ": " + lost + ", plainly " + plainly);
    }
  }

  private static double distance(Tensor a, Tensor b) {
    return Ops.mean(Ops.abs(Ops.subtract(a, b))).item();
  }

  @Test
  void weightsOfOneSignKeepTheirRange() {
    Sequential m = new Sequential(new Input(8), new Dense(3).useBias(false).name("d"));
    float[] w = new float[24];
    for (int i = 0; i < w.length; i++) {
      w[i] = 1 + i / 24f;
    }
    m.setWeights(List.of(NDArray.of(w, 8, 3)));
    float[][] x = new float[4][8];
    x[0][0] = x[1][3] = x[2][5] = x[3][7] = 1;
    NDArray before = m.predict(x);
    m.quantize(new AWQConfig(x));
    assertClose(before, m.predict(x), 0.07, "outputs");
  }

  @Test
  void someLayersAreLeftOut() {
    Sequential m = new Sequential(
        new Input(2),
        new Embedding(5, 4).name("words"),
        new EinsumDense("abc,dc->abd", -1, 3).name("turned"),
        new Dense(2).name("b"),
        new Dense(2).name("c"));
    m.quantize(new GPTQConfig(new int[][] {{1, 2}, {3, 4}}), l -> !l.name().equals("c"));
    assertNull(m.getLayer("words").quantizationMode());
    assertNull(m.getLayer("turned").quantizationMode()); // with a warning
    assertEquals("gptq", m.getLayer("b").quantizationMode());
    assertEquals(DTypePolicy.get("gptq/4/128_from_float32"), m.getLayer("b").dtypePolicy());
    assertNull(m.getLayer("c").quantizationMode());
    Dense b = (Dense) m.getLayer("b");
    assertThrows(UnsupportedOperationException.class, () -> b.enableLora(2));
  }

  @Test
  void whatCannotBeDoneIsSaid() {
    Dense d = new Dense(2).name("d");
    Sequential m = new Sequential(new Input(3), d);
    refused("needs data", () -> m.quantize("gptq"));
    refused("no samples", () -> m.quantize(new AWQConfig(new float[0][3])));
    refused(
        "not among its layers",
        () -> m.quantize(new AWQConfig(new float[1][3]).blocks(List.of(new Dense(1)))));
    refused("expects 2, 3, 4 or 8", () -> new GPTQConfig(new float[1][3]).weightBits(5));
    refused("expects -1 or a positive", () -> new GPTQConfig(new float[1][3]).groupSize(0));
    refused("GPTQDTypePolicy: 'mode'", () -> DTypePolicy.get("gptq/5/1_from_float32"));
    refused("AWQDTypePolicy: 'mode'", () -> DTypePolicy.get("awq/8/1_from_float32"));
    GPTQConfig config = new GPTQConfig(new float[1][3]);
    Exception e = assertThrows(IllegalStateException.class, () -> d.quantize(config));
    assertTrue(e.getMessage().contains("has to see inputs"), e.getMessage());
    assertNull(d.quantizationMode());
    m.quantize(config);
    assertThrows(IllegalStateException.class, () -> config.groupSize(2));
    assertEquals(4, ((GPTQDTypePolicy) d.dtypePolicy()).weightBits());
    assertEquals(-1, ((AWQDTypePolicy) DTypePolicy.get("awq/4/-1_from_float32")).groupSize());
  }

  private static void refused(String words, Runnable made) {
    Exception e = assertThrows(IllegalArgumentException.class, made::run);
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }
}
