package org.keras4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.applications.Application;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.onnx.runtime.OnnxSession;
import org.keras4j.ops.Ops;
import org.keras4j.saving.ModelFileException;

/**
 * Models of all kinds, exported, give in onnxruntime what they give here, for any batch. With {@code
 * -Dkeras4j.onnx.applications=all} so do all 40 networks of {@code applications}, with other values,
 * separated by commas, those whose names begin with one of them.
 */
class OnnxExportTest {
  private static final String NETWORKS = System.getProperty("keras4j.onnx.applications", "");
  private static final List<String> FEW = List.of("MobileNetV2", "EfficientNetB0");

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

  /**
   * Gives the kept statistics of normalization the means and variances that one batch has, variances of 1 at least: with those of the
   * start the numbers of a deep network grow from layer to layer, with smaller variances differences by rounding do.
   */
  private static void settle(Functional model) {
    Map<Variable, NDArray> before = new LinkedHashMap<>();
    for (Layer layer : model.layers()) {
      if (layer instanceof BatchNormalization) {
        layer.nonTrainableVariables().forEach(v -> before.put(v, v.eager().toNDArray()));
      }
    }
    NDArray x = ExportedModels.inputs(model, 4, 9).get(0);
    model.invokeNested(Ops.convertToTensor(x), CallArgs.training(true));
    for (Layer layer : model.layers()) {
      if (layer instanceof BatchNormalization) {
        double kept = ((Number) layer.getConfig().get("momentum")).doubleValue();
        for (Variable v : layer.nonTrainableVariables()) {
          NDArray now = v.eager().toNDArray().copy();
          NDArray old = before.get(v);
          for (int i = 0; i < now.size(); i++) {
            double one = (now.getDouble(i) - kept * old.getDouble(i)) / (1 - kept);
            now.setDouble(i, v.name().contains("variance") ? Math.max(1, one) : one);
          }
          v.assign(Ops.convertToTensor(now));
        }
      }
    }
  }

  @Test
  void networksPredictTheSame() {
    List<String> names = NETWORKS.isEmpty() ? FEW : Application.names();
    List<String> failed = new ArrayList<>();
    for (String name : names) {
      boolean asked = NETWORKS.isEmpty()
          || NETWORKS.equals("all")
          || Arrays.stream(NETWORKS.split(",")).anyMatch(name::startsWith);
      if (!asked) {
        continue;
      }
      long size = name.startsWith("Inception") || name.equals("Xception") ? 75 : 64;
      Application<?> network = Application.named(name)
          .weights(null)
          .classes(5)
          .classifierActivation(null)
          .inputShape(size, size, 3);
      Functional model = network.build();
      Path file = folder.resolve(name + ".onnx");
      if (!NETWORKS.isEmpty()) { // the deepest need it
        settle(model);
      }
      model.export(file, "onnx");
      long start = System.nanoTime();
      try {
        check(model, file, 1e-4);
        if (!NETWORKS.isEmpty()) {
          System.out.println(name + " agrees, " + (System.nanoTime() - start) / 1_000_000 + " ms");
        }
      } catch (AssertionError e) {
        failed.add(name + ": " + e.getMessage());
        System.out.println(failed.get(failed.size() - 1));
      }
    }
    assertEquals(List.of(), failed);
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
