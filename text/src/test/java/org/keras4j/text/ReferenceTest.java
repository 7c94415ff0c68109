package org.keras4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small tokenizers of each kind give the tokens, places and texts that the reference gives. {@code
 * scripts/check_tokenizers.py} trained them and wrote what is expected; it also writes many lines for the files of
 * real models, which {@link ReferenceCheck} compares.
 */
class ReferenceTest {
  static Path file(String name) {
    try {
      return Path.of(ReferenceTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert.json",
        "bert-cased.json",
        "roberta.json",
        "gpt2.json",
        "llama3.json",
        "qwen.json",
        "gpt-oss.json",
        "clip.json",
        "whisper.json",
        "gemma.json",
        "t5.json",
        "t5-pieces.model",
        "xlnet-pieces.model",
        "llama-pieces.model",
        "suffix-pieces.model"
      })
  void tokensAreTheReferences(String name) throws Exception {
    String expected = name.substring(0, name.lastIndexOf('.')) + ".jsonl";
    Tokenizer t = Tokenizer.load(file(name));
    assertEquals(List.of(), ReferenceCheck.differences(t, file(expected)));
  }
}
