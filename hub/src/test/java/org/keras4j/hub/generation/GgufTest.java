package org.keras4j.hub.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.hub.gguf.Gguf;
import org.keras4j.hub.weights.SafeTensors;

/** Files of llama.cpp against the wheel gguf, and hostile ones. */
class GgufTest {
  private static final Path TYPES = Goldens.folder().resolve("types.gguf");

  @Test
  void everyTypeIsReadAsTheWheelReadsIt() throws IOException {
    try (Gguf file = Gguf.open(TYPES);
        SafeTensors golden = SafeTensors.open(Goldens.folder().resolve("types.safetensors"))) {
      assertEquals(7, file.names().size());
      for (String name : file.names()) {
        NDArray got = file.read(name).astype(DType.FLOAT32);
        assertEquals(golden.shape(name), got.shape());
        assertArrayEquals(golden.read(name).toFloatArray(), got.toFloatArray(), 1e-6f, name);
      }
      assertEquals("größe", file.settings().get("a.text"));
      assertEquals(List.of(1L, 2L, 3L), file.settings().get("a.list"));
      assertEquals(0.5, file.settings().get("a.number"));
      assertEquals(true, file.settings().get("a.flag"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "qwen3", "qwen3_moe", "mixtral"})
  void modelsAreThoseOfTransformers(String name) throws IOException {
    CausalLM model = CausalLM.fromGguf(Goldens.folder().resolve(name + ".gguf"));
    Path folder = Goldens.folder().resolve(name);
    float[] logits = model.predict(Goldens.array(folder, "tokens")).toFloatArray();
    assertArrayEquals(Goldens.array(folder, "logits").toFloatArray(), logits, 1e-4f);
    assertEquals(Set.of(0), model.endTokenIds());
    CausalLM same = Goldens.model(name);
    for (String text : List.of("the cat sat, on a plan!", " to be\n\nor  not", "she sells")) {
      assertArrayEquals(
          same.tokenizer().encode(text).ids(), model.tokenizer().encode(text).ids());
    }
    assertEquals(same.generate("the cat"), model.generate("the cat"));
  }

  @Test
  void damagedFilesAreRefused(@TempDir Path temp) throws IOException {
    byte[] good = Files.readAllBytes(TYPES);
    Path file = temp.resolve("damaged.gguf");
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bad = good.clone();
      int length = i % 4 == 0 ? random.nextInt(bad.length) : bad.length;
      for (int k = 0; k < 1 + i % 3; k++) {
        bad[random.nextInt(700)] = (byte) random.nextInt(256);
      }
      Files.write(file, Arrays.copyOf(bad, length));
      try (Gguf g = Gguf.open(file)) {
        for (String name : g.names()) {
          g.read(name);
        }
      } catch (IOException e) {
        assertTrue(e instanceof FileFormatException, e.toString());
        refused++;
      }
    }
    assertTrue(refused > 200, "refused " + refused);
  }

  @Test
  void hostileNumbersAreRefusedBeforeMemoryIsTaken(@TempDir Path temp) throws IOException {
    Path file = temp.resolve("hostile.gguf");
    ByteBuffer b = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0x46554747).putInt(3).putLong(Long.MAX_VALUE).putLong(0);
    Files.write(file, b.array());
    String arrays = message(file);
    assertTrue(arrays.contains("maxEntries"), arrays);
    b.clear();
    b.putInt(0x46554747).putInt(3).putLong(0).putLong(1).putLong(1L << 40);
    Files.write(file, b.array());
    String text = message(file);
    assertTrue(text.contains("a text of 1099511627776 bytes"), text);
    b.clear();
    b.putInt(0x46554747).putInt(3).putLong(0).putLong(1).putLong(1).put((byte) 'a');
    b.putInt(9).putInt(0).putLong(1L << 50);
    Files.write(file, b.array());
    String list = message(file);
    assertTrue(list.contains("a list of 1125899906842624 values"), list);
    ReadLimits small = ReadLimits.builder().maxArrayBytes(1000).build();
    try (Gguf g = Gguf.open(TYPES, small)) {
      assertThrows(UncheckedIOException.class, () -> g.read("F32"));
    }
  }

  private static String message(Path file) {
    return String.valueOf(
        assertThrows(FileFormatException.class, () -> Gguf.open(file)).getMessage());
  }
}
