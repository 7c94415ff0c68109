package org.keras4j.hub.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.NDArray;
import org.keras4j.hub.weights.H5Weights;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.models.Model;

/** Presets that KerasHub wrote ({@code scripts/check_kerashub.py}) give what its models gave. */
class KerasHubDecodersTest {
  @TempDir
  Path temp;

  private static Path folder(String name) {
    try {
      return Path.of(Objects.requireNonNull(
                  KerasHubDecodersTest.class.getResource("/kerashub/" + name + "/config.json"))
              .toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static NDArray expected(String preset, String name) throws IOException {
    try (SafeTensors s = SafeTensors.open(folder(preset).resolve("expected.safetensors"))) {
      return s.read(name);
    }
  }

  /** A folder for what is written: that of the property {@code keras4j.kerashub}, for the script to compare, or a temporary one. */
  private Path target(String name) throws IOException {
    String out = System.getProperty("keras4j.kerashub");
    Path target = (out == null ? temp : Path.of(out)).resolve(name);
    Files.createDirectories(target);
    Files.copy(
        folder(name).resolve("expected.safetensors"),
        target.resolve("expected.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    return target;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "llama3", "mistral", "qwen3", "qwen3_untied", "sharded"})
  void logitsAreTheirsAndWhatIsWrittenIsTheSame(String name) throws IOException {
    CausalLM model = CausalLM.fromPreset(folder(name));
    NDArray tokens = expected(name, "tokens");
    float[] want = expected(name, "logits").toFloatArray();
    float[] got = model.predict(tokens).toFloatArray();
    assertArrayEquals(want, got, 1e-4f);
    // step by step with a cache as well
    assertEquals(
        8,
        model
            .generateTokens(List.of(new int[] {1, 2, 3}), Generation.maxNewTokens(8))
            .get(0)
            .tokens()
            .length);
    Path target = target(name);
    model.saveToPreset(target);
    assertArrayEquals(
        got, CausalLM.fromPreset(target).predict(tokens).toFloatArray(), 0, "written and read");
    assertEquals(
        Files.readString(folder(name).resolve("config.json")),
        Files.readString(target.resolve("config.json")));
  }

  @Test
  void tokenizersComeAlong() throws IOException {
    Path preset = Files.createDirectories(temp.resolve("preset"));
    for (String file : List.of("config.json", "model.weights.h5")) {
      Files.copy(folder("gpt2").resolve(file), preset.resolve(file));
    }
    Files.writeString(preset.resolve("tokenizer.json"), """
        {"module": "keras_hub.src.models.gpt2.gpt2_tokenizer", "class_name": "GPT2Tokenizer",
         "config": {"name": "gpt2_tokenizer", "trainable": true, "sequence_length": null, "add_prefix_space": false},
         "registered_name": "keras_hub>GPT2Tokenizer"}\
        """);
    Path assets = Files.createDirectories(preset.resolve("assets/tokenizer"));
    StringBuilder words = new StringBuilder("{\"<|endoftext|>\": 0");
    for (int i = 1; i < 63; i++) {
      words.append(", \"").append((char) (64 + i)).append("\": ").append(i);
    }
    String vocabulary = words.toString().replace("\"\\\"", "\"\\\\\"") + ", \"ab\": 63}";
    Files.writeString(assets.resolve("vocabulary.json"), vocabulary);
    Files.writeString(assets.resolve("merges.txt"), "#version: 0.2\na b\n");
    CausalLM model = CausalLM.fromPreset(preset);
    assertEquals(Set.of(0), model.endTokenIds());
    assertArrayEquals(
        new int[] {63, 35, 63},
        Objects.requireNonNull(model.tokenizer()).encode("abcab").ids());
    Path written = temp.resolve("written");
    model.saveToPreset(written);
    Path saved = temp.resolve("model.keras");
    model.save(saved);
    for (CausalLM again : List.of(CausalLM.fromPreset(written), (CausalLM) Model.load(saved))) {
      assertEquals(model.generate("abc"), again.generate("abc"));
      assertEquals(Set.of(0), again.endTokenIds());
    }
    assertEquals(vocabulary, Files.readString(written.resolve("assets/tokenizer/vocabulary.json")));
  }

  @Test
  void largeOnesAreWrittenInSeveralFiles() throws IOException {
    Path target = target("llama");
    try (H5Weights weights = H5Weights.open(folder("llama").resolve("model.weights.h5"))) {
      H5Weights.writeSharded(target, weights, 6_000);
      assertTrue(Files.exists(target.resolve("model_00002.weights.h5")));
      assertTrue(Files.notExists(target.resolve("model.weights.h5")));
      try (H5Weights again = H5Weights.openSharded(target.resolve("model.weights.json"))) {
        assertEquals(weights.names(), again.names());
        for (String n : weights.names()) {
          assertArrayEquals(weights.read(n).toFloatArray(), again.read(n).toFloatArray(), n);
        }
      }
    }
    Files.copy(
        folder("llama").resolve("config.json"),
        target.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    assertArrayEquals(
        expected("llama", "logits").toFloatArray(),
        CausalLM.fromPreset(target).predict(expected("llama", "tokens")).toFloatArray(),
        1e-4f);
  }

  @Test
  void whatIsNotKnownIsNamed() throws IOException {
    String config = Files.readString(folder("llama").resolve("config.json"));
    Files.copy(folder("llama").resolve("model.weights.h5"), temp.resolve("model.weights.h5"));
    refused(config.replace("LlamaBackbone", "OtherBackbone"), "Llama3Backbone");
    refused(config.replace("\"dropout\": 0", "\"dropout\": 0.1"), "dropout");
    refused(config.replace("\"dropout\"", "\"heat\": 3, \"dropout\""), "heat");
    refused(
        config.replace("\"rope_low_freq_factor\": null", "\"rope_low_freq_factor\": 1.0"),
        "rope_high_freq_factor");
  }

  private void refused(String config, String named) throws IOException {
    Files.writeString(temp.resolve("config.json"), config);
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, () -> CausalLM.fromPreset(temp))
            .getMessage());
    assertTrue(message.contains(named), message);
  }
}
