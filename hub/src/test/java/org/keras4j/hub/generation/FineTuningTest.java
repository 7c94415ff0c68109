package org.keras4j.hub.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.NDArray;
import org.keras4j.hub.decoder.DecoderBackbone;
import org.keras4j.hub.decoder.DecoderConfig;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.models.Model;
import org.keras4j.training.Fit;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.Adam;

/** Models are trained on texts, and written as they came. */
class FineTuningTest {
  private static final List<String> TEXTS =
      List.of("the cat sat on the mat.", "a cat.", "she sells the cat, the mat and the log.");

  static List<Path> models() {
    return Goldens.models();
  }

  @ParameterizedTest
  @MethodSource("models")
  void foldersAreWrittenAsTheyWere(Path folder, @TempDir Path temp) throws IOException {
    Goldens.model(folder).saveToPreset(temp.resolve("again"));
    try (SafeTensors was = SafeTensors.open(folder);
        SafeTensors is = SafeTensors.open(temp.resolve("again"))) {
      assertEquals(Set.copyOf(was.names()), Set.copyOf(is.names()));
      for (String name : was.names()) {
        assertEquals(was.shape(name), is.shape(name), name);
        assertArrayEquals(was.read(name).toFloatArray(), is.read(name).toFloatArray(), name);
      }
    }
    CausalLM again = CausalLM.fromPreset(temp.resolve("again"));
    assertEquals(
        Goldens.model(folder).generate("the cat", Generation.maxNewTokens(8)),
        again.generate("the cat", Generation.maxNewTokens(8)));
  }

  @Test
  void lowRankUpdatesAreTrainedAndMerged(@TempDir Path temp) throws IOException {
    CausalLM model = Goldens.model("llama3");
    Map<String, NDArray> before =
        Map.of("key", weight(model, "key/kernel"), "up", weight(model, "up/kernel"));
    model.enableLora(2);
    assertEquals(8, model.trainableWeights().size());
    model.compile(new Adam(0.02), new SparseCategoricalCrossentropy().fromLogits(true));
    List<Double> losses =
        model.fitTexts(TEXTS, 16, Fit.epochs(30).verbose(0)).history().get("loss");
    assertTrue(losses.get(29) < 0.8 * losses.get(0), "losses " + losses);
    assertArrayEquals(
        before.get("key").toFloatArray(), weight(model, "key/kernel").toFloatArray());
    assertArrayEquals(
        before.get("up").toFloatArray(), weight(model, "up/kernel").toFloatArray());
    NDArray tokens = NDArray.of(new int[] {1, 2, 3, 4, 5, 6}, 1, 6);
    NDArray expected = model.predict(tokens);
    model.saveToPreset(temp.resolve("tuned"));
    CausalLM read = CausalLM.fromPreset(temp.resolve("tuned"));
    assertArrayEquals(expected.toFloatArray(), read.predict(tokens).toFloatArray(), 1e-4f);
    assertEquals(model.generate("the cat"), read.generate("the cat"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "int4"})
  void integersStayAndUpdatesBesideThemLearn(String mode, @TempDir Path temp) throws IOException {
    CausalLM model = Goldens.model("llama3");
    model.quantize(mode);
    NDArray packed = weight(model, "query/kernel");
    model.enableLora(2);
    assertEquals(8, model.trainableWeights().size());
    model.compile(new Adam(0.02), new SparseCategoricalCrossentropy().fromLogits(true));
    List<Double> losses =
        model.fitTexts(TEXTS, 16, Fit.epochs(40).verbose(0)).history().get("loss");
    assertTrue(losses.get(39) < 0.8 * losses.get(0), mode + " losses " + losses);
    assertArrayEquals(packed.toDoubleArray(), weight(model, "query/kernel").toDoubleArray());
    NDArray tokens = NDArray.of(new int[] {1, 2, 3, 4, 5, 6}, 1, 6);
    NDArray trained = model.predict(tokens);
    Path file = temp.resolve("tuned.keras");
    model.save(file);
    CausalLM loaded = (CausalLM) Model.load(file);
    assertEquals(trained.shape(), loaded.predict(tokens).shape());
    assertEquals(
        8,
        loaded.generate(List.of("the cat"), Generation.maxNewTokens(8)).get(0).tokens().length);
  }

  private static NDArray weight(CausalLM model, String end) {
    return model.weights().stream()
        .filter(v -> v.path().endsWith(end))
        .findFirst()
        .orElseThrow()
        .value()
        .toNDArray();
  }

  @Test
  void savedModelsKeepTheirTokenizers(@TempDir Path temp) throws IOException {
    CausalLM model = Goldens.model("qwen3");
    Path file = temp.resolve("model.keras");
    model.save(file);
    CausalLM loaded = (CausalLM) Model.load(file);
    assertEquals(model.endTokenIds(), loaded.endTokenIds());
    assertEquals(model.generate("the cat"), loaded.generate("the cat"));
    loaded.saveToPreset(temp.resolve("folder"));
    assertEquals(
        model.generate("a"), CausalLM.fromPreset(temp.resolve("folder")).generate("a"));
  }

  @Test
  void textsBecomeExamples() {
    TextExamples e =
        TextExamples.of(List.of(new int[] {1, 2, 3, 4, 5, 6, 7}, new int[] {8, 9}), Set.of(0), 4);
    assertEquals("(4, 3)", e.inputs().shape().toString());
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6, 7, 0, 0, 8, 9, 0}, e.inputs().toIntArray());
    assertArrayEquals(
        new int[] {2, 3, 4, 5, 6, 7, 0, 0, 0, 9, 0, 0}, e.targets().toIntArray());
    assertArrayEquals(
        new float[] {1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 0}, e.weights().toFloatArray());
  }

  @Test
  void ownModelsAreNoPresets(@TempDir Path temp) {
    CausalLM own = new CausalLM(new DecoderBackbone(new DecoderConfig(10, 8, 1, 2)));
    assertThrows(IllegalStateException.class, () -> own.saveToPreset(temp));
    assertThrows(IllegalStateException.class, () -> own.generate("the cat"));
  }
}
