package org.keras4j.hub.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;

/** Models in halves and in integers go on as well as they can. */
class DecoderDTypesTest {
  private static double distance(NDArray a, NDArray b) {
    float[] x = a.astype(DType.FLOAT32).toFloatArray();
    float[] y = b.astype(DType.FLOAT32).toFloatArray();
    double sum = 0;
    double whole = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] - y[i]) * (x[i] - y[i]);
      whole += x[i] * x[i];
    }
    return Math.sqrt(sum / whole);
  }

  @ParameterizedTest
  @CsvSource({
    "llama3, bfloat16",
    "llama3, float16",
    "llama3, mixed_bfloat16",
    "gemma3, bfloat16",
    "gemma2, mixed_float16",
    "gpt2, bfloat16"
  })
  void halvesAreNearToFloats(String name, String dtype) throws IOException {
    CausalLM floats = Goldens.model(name);
    CausalLM halves = CausalLM.fromPreset(Goldens.folder().resolve(name), dtype);
    NDArray tokens = Goldens.array(Goldens.folder().resolve(name), "tokens");
    double far = distance(floats.predict(tokens), halves.predict(tokens));
    assertTrue(far > 0 && far < 0.1, "got " + far);
    Generation options = Generation.maxNewTokens(12);
    List<int[]> prompts = List.of(new int[] {5, 9, 3}, new int[] {7});
    halves.endTokens();
    Generated together = halves.generateTokens(prompts, options).get(0);
    assertEquals(12, together.tokens().length);
    // the first tokens, before errors add up
    int[] wanted = floats.endTokens().generateTokens(prompts, options).get(0).tokens();
    assertEquals(wanted[0], together.tokens()[0]);
  }

  @Test
  void integersAreNearToFloats() {
    CausalLM model = Goldens.model("qwen3").endTokens();
    NDArray tokens = Goldens.array(Goldens.folder().resolve("qwen3"), "tokens");
    NDArray before = model.predict(tokens);
    Generation options = Generation.maxNewTokens(12);
    List<int[]> prompts = List.of(new int[] {5, 9, 3});
    model.generateTokens(prompts, options);
    model.quantize("int8");
    double far = distance(before, model.predict(tokens));
    assertTrue(far > 0 && far < 0.2, "got " + far);
    int[] quantized = model.generateTokens(prompts, options).get(0).tokens();
    assertEquals(12, quantized.length);
  }
}
