package org.keras4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.EinsumDense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.onnx.internal.file.ModelReader;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.file.OnnxTensor;
import org.keras4j.onnx.runtime.OnnxSession;
import org.keras4j.saving.ModelFileException;

/**
 * Models of all kinds, exported, give in onnxruntime what they give here, for any batch. {@code -Dkeras4j.onnx.large=true} adds one
 * of 2.2 GiB. Networks of {@code applications} and {@code hub}: {@code ExportedNetworksTest} of the examples.
 */
class OnnxExportTest {
  @TempDir
  Path folder;

  @BeforeAll
  static void backend() {
    Keras.setBackend("pytorch");
  }

  private static void same(String what, double tolerance, List<NDArray> want, List<NDArray> got) {
    assertEquals(want.size(), got.size(), what);
    for (int k = 0; k < want.size(); k++) {
      NDArray w = want.get(k);
      NDArray g = got.get(k);
      assertEquals(w.spec(), g.spec(), what + " " + k);
      if (w.dtype() == DType.STRING) {
        assertEquals(List.of(w.toStringArray()), List.of(g.toStringArray()), what);
        continue;
      }
      for (int i = 0; i < w.size(); i++) {
        double allowed = tolerance * (1 + Math.abs(w.getDouble(i)));
        String at = what + ", output " + k + ", element " + i;
        assertEquals(w.getDouble(i), g.getDouble(i), allowed, at);
      }
    }
  }

  private static void check(Model model, Path file, double tolerance) {
    try (OnnxSession session = OnnxSession.load(file)) {
      assertEquals(model.inputNames(), session.inputs());
      for (int batch : new int[] {1, 5}) {
        List<NDArray> x = ExportedModels.inputs(model, batch, batch);
        List<NDArray> want = ExportedModels.outputs(model, x);
        assertTrue(want.get(0).size() > 0);
        same(model.name() + " of " + batch, tolerance, want, session.run(x));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void predictTheSameInOnnxruntime(ExportedModels kind) {
    Model model = kind.make();
    if (!kind.name().startsWith("QUANTIZED")) {
      ExportedModels.fill(model);
    }
    if (kind.oldest() == OnnxExport.DEFAULT_OPSET) {
      Path file = folder.resolve(kind + ".onnx");
      model.export(file, "onnx");
      check(model, file, kind.tolerance());
    }
    for (int opset : new int[] {20, 23}) {
      Path newer = folder.resolve(kind + "-" + opset + ".onnx");
      OnnxExport.opset(opset).write(model, newer);
      check(model, newer, kind.tolerance());
    }
  }

  /** Weights of eight bits stay bytes and are multiplied as such; those of four bits lie two in a byte. */
  @Test
  void quantizedWeightsStaySmall() throws IOException {
    Map<String, DType> types = new HashMap<>();
    Map<String, Integer> bytes = new HashMap<>();
    Set<String> operators = new HashSet<>();
    for (String mode : List.of("int8", "int4")) {
      Sequential model = new Sequential(
          new Input(6).dtype("int32"),
          new Embedding(20, 16).name(mode + "_embedding"),
          new EinsumDense("abc,cd->abd", 6, 8).name(mode + "_einsum"),
          new Flatten(),
          new Dense(12).name(mode + "_dense"));
      model.quantize(mode);
      Path file = folder.resolve(mode + ".onnx");
      model.export(file, "onnx");
      check(model, file, 1e-4);
      OnnxGraph graph = ModelReader.read(file).graph();
      for (OnnxTensor t : graph.initializers()) {
        types.put(t.name(), t.value().dtype());
        bytes.put(t.name(), t.value().bytes().remaining());
      }
      graph.nodes().forEach(n -> operators.add(mode + " " + n.type()));
      pairs(mode, model, folder.resolve(mode + "-qdq.onnx"));
    }
    assertTrue(operators.contains("int8 MatMulInteger"), operators.toString());
    List<String> names = List.of("embedding/embeddings", "einsum/kernel", "dense/kernel");
    int[] sizes = {20 * 16, 16 * 8, 6 * 8 * 12};
    for (int i = 0; i < sizes.length; i++) {
      assertEquals(DType.INT8, types.get("int8_" + names.get(i)), types.toString());
      assertEquals(sizes[i], bytes.get("int8_" + names.get(i)));
      assertEquals(sizes[i] / 2, bytes.get("int4_" + names.get(i)));
    }
  }

  /** The same as floats between pairs: no integer product, bytes of kernels read by pairs with a scale a column. */
  private static void pairs(String mode, Model model, Path file) throws IOException {
    for (int opset : new int[] {18, 21, 23}) {
      Files.deleteIfExists(file);
      OnnxExport.opset(opset).withQdq(true).write(model, file);
      check(model, file, 1e-4);
    }
    OnnxGraph graph = ModelReader.read(file).graph();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    graph.initializers().forEach(t -> tensors.put(t.name(), t));
    int quantized = 0;
    Set<String> products = new HashSet<>();
    for (OnnxNode n : graph.nodes()) {
      assertNotEquals("MatMulInteger", n.type());
      quantized += n.type().equals("QuantizeLinear") ? 1 : 0;
      OnnxTensor kernel =
          n.type().equals("DequantizeLinear") ? tensors.get(n.inputs().get(0)) : null;
      if (kernel != null) {
        products.add(kernel.name());
        assertEquals(DType.INT8, kernel.value().dtype());
        assertEquals(
            Shape.of(kernel.value().shape().last()),
            tensors.get(n.inputs().get(1)).value().shape());
      }
    }
    boolean eight = mode.equals("int8");
    assertEquals(eight ? 2 : 0, quantized);
    assertEquals(eight ? Set.of("int8_dense/kernel", "int8_einsum/kernel") : Set.of(), products);
  }

  @Test
  void weightsBesideTheFile() throws IOException {
    Sequential model =
        new Sequential(new Input(40), new Dense(30).activation("relu"), new Dense(20));
    Path file = folder.resolve("model.onnx");
    OnnxExport.defaults().withExternalDataAbove(1000).write(model, file);
    Path data = folder.resolve("model.onnx.data");
    assertTrue(Files.size(data) >= 4 * (40 * 30 + 30 * 20), "weights lie there");
    assertTrue(Files.size(file) < 4000, "and not here");
    check(model, file, 1e-4);
  }

  /** More than a message of protobuf holds; in a build the limit is lowered instead, above. */
  @Test
  @EnabledIfSystemProperty(named = "keras4j.onnx.large", matches = "true")
  void weightsOfMoreThanTwoGigabytes() throws IOException {
    int width = 14_000;
    Sequential model = new Sequential(
        new Input(8),
        new Dense(width).activation("relu"),
        new Dense(width).activation("relu"),
        new Dense(width).activation("relu"),
        new Dense(width).activation("relu"),
        new Dense(4));
    Path file = folder.resolve("large.onnx");
    model.export(file, "onnx");
    assertTrue(
        Files.size(folder.resolve("large.onnx.data")) > 1L << 31, "more than 2 GiB lie there");
    assertTrue(Files.size(file) < 1 << 20, "and not here");
    check(model, file, 1e-4);
  }

  @Test
  void saysWhatItCannotDo() {
    Sequential unbuilt = new Sequential(new Dense(3));
    Exception e = assertThrows(
        IllegalStateException.class, () -> unbuilt.export(folder.resolve("a.onnx"), "onnx"));
    assertTrue(e.getMessage().contains("Input"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> OnnxExport.opset(12));
    Sequential model = new Sequential(new Input(2, 2), new Inverse());
    Path file = folder.resolve("b.onnx");
    e = assertThrows(IllegalArgumentException.class, () -> model.export(file, "onnx"));
    assertTrue(e.getMessage().contains("cannot be exported to ONNX"), e.getMessage());
    assertFalse(Files.exists(file));
    Sequential fine = new Sequential(new Input(2), new Dense(1));
    fine.export(file, "onnx");
    assertThrows(ModelFileException.class, () -> fine.export(file, "onnx"));
  }
}
