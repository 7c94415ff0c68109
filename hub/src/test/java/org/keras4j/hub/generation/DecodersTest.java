package org.keras4j.hub.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;

/** Every decoder against Hugging Face's transformers: logits, gradients, continuations. */
class DecodersTest {
  private static final List<String> PROMPTS =
      List.of("the cat sat", "to be, or not to be: that is", "a");

  static List<Path> models() {
    return Goldens.models();
  }

  private static void assertNear(NDArray expected, NDArray got, double tolerance, String what) {
    assertEquals(expected.shape(), got.shape(), what);
    float[] e = expected.toFloatArray();
    float[] g = got.toFloatArray();
    for (int i = 0; i < e.length; i++) {
      assertEquals(e[i], g[i], tolerance, what + " at " + i);
    }
  }

  private static double largest(NDArray a) {
    double most = 0;
    for (float f : a.toFloatArray()) {
      most = Math.max(most, Math.abs(f));
    }
    return most;
  }

  @ParameterizedTest
  @MethodSource("models")
  void logitsAreThoseOfTransformers(Path folder) {
    CausalLM model = Goldens.model(folder);
    NDArray logits = model.predict(Goldens.array(folder, "tokens"));
    assertNear(Goldens.array(folder, "logits"), logits, 1e-4, "logits");
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsAreThoseOfTransformers(Path folder) throws IOException {
    CausalLM model = Goldens.model(folder);
    CausalLM expected = Goldens.model(folder);
    try (SafeTensors golden = SafeTensors.open(folder.resolve("golden.safetensors"))) {
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      for (String name : golden.names()) {
        if (name.startsWith("gradient.")) {
          gradients.put(name.substring(9), golden.read(name));
        }
      }
      new PresetReader(folder, "float32")
          .weights(WeightSource.of(gradients))
          .load(expected.backbone(), WeightSource.of(gradients));
    }
    model.compile("sgd", new SparseCategoricalCrossentropy().fromLogits(true));
    int[] tokens = Goldens.array(folder, "tokens").toIntArray();
    int time = tokens.length / 2 - 1;
    int[] x = new int[2 * time];
    int[] y = new int[2 * time];
    for (int row = 0; row < 2; row++) {
      for (int i = 0; i < time; i++) {
        x[row * time + i] = tokens[row * (time + 1) + i];
        y[row * time + i] = tokens[row * (time + 1) + i + 1];
      }
    }
    List<NDArray> got = new ArrayList<>(
        model.gradients(NDArray.of(x, 2, time), NDArray.of(y, 2, time)).values());
    List<Variable> weights = expected.trainableVariables();
    assertEquals(weights.size(), got.size());
    for (int i = 0; i < got.size(); i++) {
      NDArray e = weights.get(i).value().toNDArray();
      assertTrue(largest(e) > 0, weights.get(i).path());
      assertNear(e, got.get(i), 1e-4 * Math.max(0.1, largest(e)), weights.get(i).path());
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void likeliestTokensAreThoseOfTransformers(Path folder) {
    CausalLM model = Goldens.model(folder).endTokens();
    List<int[]> prompts = new ArrayList<>();
    PROMPTS.forEach(p -> prompts.add(model.tokenizer().encode(p).ids()));
    Generation options = Generation.maxNewTokens(200);
    List<Generated> together = model.generateTokens(prompts, options);
    for (int i = 0; i < prompts.size(); i++) {
      int[] expected = Goldens.array(folder, "greedy." + i).toIntArray();
      assertArrayEquals(expected, together.get(i).tokens(), "in a batch: " + PROMPTS.get(i));
      assertEquals(Generated.End.LENGTH, together.get(i).end());
    }
    Generated alone = model.generateTokens(prompts.subList(1, 2), options).get(0);
    assertArrayEquals(together.get(1).tokens(), alone.tokens());
    // without a cache: one pass over all
    int[] first = prompts.get(0);
    int[] all = Arrays.copyOf(first, first.length + 200);
    System.arraycopy(together.get(0).tokens(), 0, all, first.length, 200);
    NDArray next = Ops.argmax(model.predict(NDArray.of(all, 1, all.length)), -1).toNDArray();
    for (int i = first.length; i < all.length; i++) {
      assertEquals(all[i], next.getInt(i - 1), "without a cache at " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void beamsAreThoseOfTransformers(Path folder) {
    CausalLM model = Goldens.model(folder).endTokens(5);
    Generation options = Generation.maxNewTokens(30).numBeams(4).lengthPenalty(0.7);
    for (int i = 0; i < PROMPTS.size(); i++) {
      int[] expected = Goldens.array(folder, "beams." + i).toIntArray();
      int end = 0;
      while (end < expected.length && expected[end] != 5) {
        end++;
      }
      Generated got = model.generate(List.of(PROMPTS.get(i)), options).get(0);
      assertArrayEquals(Arrays.copyOf(expected, end), got.tokens(), PROMPTS.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void contrastiveTokensAreThoseOfThePaper(Path folder) {
    CausalLM model = Goldens.model(folder).endTokens();
    List<int[]> prompts = new ArrayList<>();
    PROMPTS.forEach(p -> prompts.add(model.tokenizer().encode(p).ids()));
    List<Generated> got =
        model.generateTokens(prompts, Generation.maxNewTokens(40).contrastive(4, 0.6));
    for (int i = 0; i < got.size(); i++) {
      int[] expected = Goldens.array(folder, "contrastive." + i).toIntArray();
      assertArrayEquals(expected, got.get(i).tokens(), PROMPTS.get(i));
    }
    // without a penalty it takes the likeliest
    Generation likeliest = Generation.maxNewTokens(20).contrastive(3, 0);
    assertArrayEquals(
        Arrays.copyOf(Goldens.array(folder, "greedy.0").toIntArray(), 20),
        model.generateTokens(prompts.subList(0, 1), likeliest).get(0).tokens());
  }

  @ParameterizedTest
  @MethodSource("models")
  void textsAreThoseOfTransformers(Path folder) throws IOException {
    CausalLM model = Goldens.model(folder);
    for (JsonNode line :
        new ObjectMapper().readTree(Files.readString(folder.resolve("texts.json")))) {
      Generated g = model
          .generate(List.of(line.path("prompt").asText()), Generation.maxNewTokens(40))
          .get(0);
      assertEquals(line.path("text").asText(), g.text());
      assertEquals(line.path("tokens").asInt(), g.tokens().length);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void modelsAreSavedAndLoaded(Path folder, @TempDir Path temp) {
    CausalLM model = Goldens.model(folder);
    NDArray tokens = Goldens.array(folder, "tokens");
    NDArray before = model.predict(tokens);
    Path file = temp.resolve("model.keras");
    model.save(file);
    Model loaded = Model.load(file);
    assertNear(before, loaded.predict(tokens), 1e-5, "logits");
    List<NDArray> weights = model.getWeights();
    List<NDArray> read = loaded.getWeights();
    assertEquals(weights.size(), read.size());
    for (int i = 0; i < read.size(); i++) {
      assertArrayEquals(weights.get(i).toFloatArray(), read.get(i).toFloatArray());
    }
  }

  @Test
  void samplersLeaveTheTokensOfTransformers() throws IOException {
    Path folder = Goldens.folder().resolve("samplers");
    NDArray logits = Goldens.array(folder, "logits");
    int rows = logits.shape().intDim(0);
    int i = 0;
    for (JsonNode c : new ObjectMapper().readTree(Files.readString(folder.resolve("cases.json")))) {
      Generation g = Generation.defaults()
          .temperature(c.path("temperature").asDouble())
          .topK(c.path("top_k").asInt())
          .topP(c.path("top_p").asDouble())
          .minP(c.path("min_p").asDouble());
      List<TokenSampler.Row> all = new ArrayList<>();
      for (int r = 0; r < rows; r++) {
        all.add(new TokenSampler.Row(g, 1, r));
      }
      Map<String, Object> a = TokenSampler.arguments(all);
      NDArray p = Ops.softmax(
              TokenSampler.limited(
                  Ops.divide(logits, a.get("temperature")),
                  tensor(a.get("top_k")),
                  tensor(a.get("top_p")),
                  tensor(a.get("min_p"))),
              -1)
          .toNDArray();
      assertNear(Goldens.array(folder, "probabilities." + i), p, 1e-5, "case " + c);
      i++;
    }
    assertEquals(5, i);
  }

  private static org.keras4j.core.Tensor tensor(Object array) {
    return array == null ? null : Ops.convertToTensor(array);
  }
}
