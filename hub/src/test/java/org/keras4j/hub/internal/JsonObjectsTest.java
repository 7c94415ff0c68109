package org.keras4j.hub.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.hub.preset.PresetConfig;

/** Files of settings, and what is refused of them. */
class JsonObjectsTest {
  @TempDir
  Path folder;

  private void refuses(byte[] text, String expected) throws IOException {
    Path file = Files.write(folder.resolve("config.json"), text);
    String of =
        assertThrows(FileFormatException.class, () -> PresetConfig.read(file)).getMessage();
    assertTrue(of.startsWith(file.toString()) && of.contains(expected), of);
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
    assertTrue(PresetConfig.read(file).tells("é"));
  }

  @Test
  void whatSettingsMayBe() throws IOException {
    PresetConfig c = PresetConfig.parse("here", """
        {"one": 7, "whole": 4.0, "half": 0.5, "many": [1, 2], "words": ["a", "b"], "none": null}\
        """);
    assertEquals(List.of(7), c.integers("one"));
    assertEquals(List.of(1, 2), c.integers("many"));
    assertEquals(List.of(), c.integers("none"));
    assertEquals(List.of("a", "b"), c.texts("words"));
    assertEquals(4, c.size("whole"));
    assertEquals(0.5, c.number("half"));
    assertNull(c.number("none"));
    assertNull(c.text("missing"));
    c.done();
    for (Executable wrong : List.<Executable>of(
        () -> c.size("half"),
        () -> c.integers("words"),
        () -> c.integers("half"),
        () -> c.texts("many"),
        () -> c.text("one"),
        () -> c.number("words"))) {
      assertThrows(IllegalArgumentException.class, wrong);
    }
    PresetConfig unread = PresetConfig.parse("here", "{\"one\": 7}");
    assertThrows(IllegalArgumentException.class, unread::done);
  }
}
