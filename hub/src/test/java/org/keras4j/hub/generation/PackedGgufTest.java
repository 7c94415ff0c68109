package org.keras4j.hub.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.hub.decoder.DecoderBackbone;
import org.keras4j.hub.generation.RandomGguf.Blocks;
import org.keras4j.models.Model;

/** Matrices that stay packed give what the floats that they stand for give. */
class PackedGgufTest {
  private static final NDArray TOKENS = NDArray.of(new int[] {3, 77, 127, 0, 64, 31, 32, 95}, 2, 4);

  @TempDir
  Path temp;

  private Path file(boolean tied, Blocks... types) throws IOException {
    Path file = temp.resolve("model.gguf");
    RandomGguf.write(file, tied, types);
    return file;
  }

  private static long bytes(CausalLM model) {
    return model.weights().stream().mapToLong(v -> v.spec().bytes()).sum();
  }

  private static double most(float[] values) {
    double most = 0;
    for (float v : values) {
      most = Math.max(most, Math.abs(v));
    }
    return most;
  }

  @ParameterizedTest
  @CsvSource({"Q8_0, true", "Q4_0, true", "Q4_K, false", "Q8_0, false", "Q6_K, true"})
  void logitsAreThoseOfFloats(Blocks type, boolean tied) throws IOException {
    Path file = file(tied, type);
    float[] expected = CausalLM.fromGguf(file, "float32").predict(TOKENS).toFloatArray();
    assertTrue(most(expected) > 0.1, "logits say nothing: " + most(expected));
    CausalLM packed = CausalLM.fromGguf(file, "float32", true);
    float tolerance = (float) (1e-5 * most(expected));
    assertArrayEquals(expected, packed.predict(TOKENS).toFloatArray(), tolerance);
    assertEquals(
        type != Blocks.Q6_K, ((DecoderBackbone) packed.backbone()).config().isPacked());
  }

  @ParameterizedTest
  @CsvSource({"Q8_0", "Q4_0", "Q4_K"})
  void inHalfPrecisionTheyAreNear(Blocks type) throws IOException {
    Path file = file(true, type);
    float[] expected = CausalLM.fromGguf(file, "float32").predict(TOKENS).toFloatArray();
    CausalLM floats = CausalLM.fromGguf(file, "bfloat16");
    CausalLM packed = CausalLM.fromGguf(file, "bfloat16", true);
    double plain = farthest(expected, floats.predict(TOKENS).toFloatArray());
    double most = farthest(expected, packed.predict(TOKENS).toFloatArray());
    assertTrue(
        most < Math.max(2 * plain, 0.02 * most(expected)), "off by " + most + ", floats " + plain);
    double share = (double) bytes(packed) / bytes(floats);
    assertTrue(share < (type == Blocks.Q8_0 ? 0.68 : 0.37), "bytes " + share);
    assertEquals(
        20,
        packed
            .generateTokens(List.of(new int[] {1, 2}), Generation.maxNewTokens(20))
            .get(0)
            .tokens()
            .length);
  }

  private static double farthest(float[] expected, float[] got) {
    double most = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs(expected[i] - got[i]));
    }
    return most;
  }

  @Test
  void typesMayBeMixedAndSaved() throws IOException {
    CausalLM floats =
        CausalLM.fromGguf(file(false, Blocks.Q4_K, Blocks.Q6_K, Blocks.Q8_0, Blocks.Q4_0));
    CausalLM packed = CausalLM.fromGguf(temp.resolve("model.gguf"), "float32", true);
    Generation options = Generation.maxNewTokens(12);
    List<int[]> prompt = List.of(new int[] {5, 9, 100});
    int[] expected = floats.generateTokens(prompt, options).get(0).tokens();
    assertArrayEquals(expected, packed.generateTokens(prompt, options).get(0).tokens());
    Path saved = temp.resolve("packed.keras");
    packed.save(saved);
    CausalLM again = (CausalLM) Model.load(saved);
    assertArrayEquals(expected, again.generateTokens(prompt, options).get(0).tokens());
    for (Variable v : again.weights()) {
      assertFalse(v.path().endsWith("/packed") && v.isTrainable(), v.path());
    }
    assertTrue(String.valueOf(assertThrows(IllegalStateException.class, () -> packed.enableLora(4))
            .getMessage())
        .contains("packed"));
  }
}
