package org.keras4j.hub.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.hub.decoder.HuggingFaceConfig;
import org.keras4j.hub.preset.PresetConfig;

/** Whoever reads settings refuses the same files. */
class JsonObjectsTest {
  @TempDir
  Path folder;

  private void refuses(byte[] text, String expected) throws IOException {
    Path file = Files.write(folder.resolve("config.json"), text);
    String of =
        assertThrows(FileFormatException.class, () -> PresetConfig.read(file)).getMessage();
    assertTrue(of.startsWith(file.toString()) && of.contains(expected), of);
    assertEquals(
        of,
        assertThrows(FileFormatException.class, () -> HuggingFaceConfig.read(file))
            .getMessage());
  }

  @Test
  void filesThatAreNoSettings() throws IOException {
    int deep = ReadLimits.defaults().maxConfigDepth() + 1;
    refuses(
        ("{\"a\": " + "[".repeat(deep) + "]".repeat(deep) + "}").getBytes(StandardCharsets.UTF_8),
        "nesting depth");
    refuses("[1, 2]".getBytes(StandardCharsets.UTF_8), "expected a JSON object");
    refuses(new byte[0], "expected a JSON object");
    refuses("{\"a\": ".getBytes(StandardCharsets.UTF_8), "is no valid JSON");
    refuses(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'}, "UTF-8");
  }

  @Test
  void settingsAreRead() throws IOException {
    Path file =
        Files.writeString(folder.resolve("config.json"), "{\"hidden_size\": 8, \"é\": null}");
    assertEquals(8, PresetConfig.read(file).size("hidden_size"));
    HuggingFaceConfig config = HuggingFaceConfig.read(file);
    assertEquals(8, config.integer("hidden_size"));
    assertTrue(config.tells("é"));
  }
}
