package org.keras4j.hub.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.hub.decoder.DecoderConfig;
import org.keras4j.hub.decoder.KeyValueCache;
import org.keras4j.hub.gpt2.GPT2Backbone;

/** Drawing tokens, streaming and stopping. */
class SamplingTest {
  private final CausalLM model = Goldens.model("llama3").endTokens();

  private static Generation drawn() {
    return Generation.maxNewTokens(24)
        .temperature(0.9)
        .topK(30)
        .topP(0.95)
        .minP(0.01)
        .seed(7);
  }

  @Test
  void theSameSeedGivesTheSameTokensOnAllBackends() {
    int[] tokens = model.generate(List.of("the cat"), drawn()).get(0).tokens();
    assertEquals(TOKENS, Arrays.toString(tokens));
    int[] others = model.generate(List.of("the cat"), drawn().seed(8)).get(0).tokens();
    assertFalse(Arrays.equals(tokens, others));
  }

  private static final String TOKENS =
      "[29, 44, 38, 17, 30, 17, 61, 38, 41, 56, 16, 24, 29, 16, 16, 19, 62, 57, 41, 45, 54, 42,"
          + " 17, 30]";

  /** Steps that are begun before the tokens of those before them are looked at, as on a GPU. */
  @Test
  void stepsAheadGiveTheSameTokens() {
    int[] prompt = model.tokens("the cat");
    int[] expected = model.generateTokens(List.of(prompt), drawn()).get(0).tokens();
    DecodingSteps steps = model.steps();
    for (int ahead : new int[] {0, 1, 3}) {
      Map<String, Object> choice =
          TokenSampler.arguments(List.of(new TokenSampler.Row(drawn(), 7, prompt.length)));
      try (KeyValueCache cache = KeyValueCache.of(model.backbone(), 1, 64)) {
        int[][] tokens = {prompt};
        int[] first = steps.run(cache, tokens, new int[] {prompt.length}, choice, false);
        cache.setLengthOf(0, prompt.length);
        try (var running = new RunningSteps(steps, cache, first, choice, ahead)) {
          for (int i = 0; i < 20; i++) {
            assertEquals(expected[i], i == 0 ? first[0] : running.next(20 - i)[0], "token " + i);
          }
        }
      }
    }
  }

  @Test
  void batchesDoNotMatter() {
    List<Generated> together = model.generate(List.of("a", "to be, or", "the cat"), drawn());
    Generated third = model.generate(List.of("the cat"), drawn().seed(9)).get(0);
    assertArrayEquals(third.tokens(), together.get(2).tokens());
  }

  @Test
  void contrastiveSearchGoesAlone() {
    Generation search = Generation.maxNewTokens(4).contrastive(3, 0.5);
    List<String> pieces = new ArrayList<>();
    Generated told = model.generate("the cat", search, pieces::add);
    assertEquals(told, model.generate(List.of("the cat"), search).get(0));
    assertEquals(told.text(), String.join("", pieces));
    assertThrows(IllegalArgumentException.class, () -> Generation.defaults().contrastive(1, 0.5));
    assertThrows(IllegalArgumentException.class, () -> Generation.defaults().contrastive(4, 1.5));
    for (Generation g : List.of(
        Generation.maxNewTokens(4).contrastive(3, 0.5).temperature(1),
        Generation.maxNewTokens(4).contrastive(3, 0.5).topK(5),
        Generation.maxNewTokens(4).contrastive(3, 0.5).numBeams(2),
        Generation.maxNewTokens(4).contrastive(3, 0.5).assistant(model, 2))) {
      assertThrows(IllegalArgumentException.class, () -> model.generate("the cat", g));
      assertThrows(IllegalArgumentException.class, () -> model.stream("the cat", g));
    }
  }

  @Test
  void piecesAreTheWholeText() {
    Generated whole = model.generate(List.of("the cat"), drawn()).get(0);
    List<String> pieces = new ArrayList<>();
    Generated told = model.generate("the cat", drawn(), pieces::add);
    assertEquals(whole, told);
    assertEquals(whole.text(), String.join("", pieces));
    assertTrue(pieces.size() > 3, "got " + pieces);
    try (TextStream text = model.stream("the cat", drawn())) {
      assertEquals(pieces.get(0), text.next());
    }
  }

  @Test
  void textsToStopAtAreNoPartOfTheResult() {
    String whole = model.generate("the cat", drawn());
    String stop = whole.substring(6, 9);
    int at = whole.indexOf(stop);
    List<String> pieces = new ArrayList<>();
    Generated g = model.generate("the cat", drawn().stop("never", stop), pieces::add);
    assertEquals(whole.substring(0, at), g.text());
    assertEquals(g.text(), String.join("", pieces));
    assertEquals(Generated.End.TEXT, g.end());
  }

  @Test
  void tokensThatEndTextsAreNoPartOfTheResult() {
    int[] tokens = model.generate(List.of("the cat"), drawn()).get(0).tokens();
    int end = tokens[5];
    int at = 0;
    while (tokens[at] != end) {
      at++;
    }
    Generated g = model.generate(List.of("the cat"), drawn().stopTokens(end)).get(0);
    assertArrayEquals(Arrays.copyOf(tokens, at), g.tokens());
    assertEquals(Generated.End.TOKEN, g.end());
    Generated own = Goldens.model("llama3")
        .endTokens(end)
        .generate(List.of("the cat"), drawn())
        .get(0);
    assertEquals(g, own);
  }

  @Test
  void seedsMatterAndAreRandomByDefault() {
    Generation once = Generation.maxNewTokens(24).temperature(2);
    assertNotEquals(
        model.generate(List.of("a"), once).get(0),
        model.generate(List.of("a"), once).get(0));
  }

  @Test
  void milliardsOfLayersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new DecoderConfig(9, 8, 1_000_000_000, 2));
    assertThrows(IllegalArgumentException.class, () -> new GPT2Backbone(9, 8, 1_000_000_000, 2));
  }

  @Test
  void badInputIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Generation.maxNewTokens(0));
    assertThrows(IllegalArgumentException.class, () -> drawn().topP(0));
    assertThrows(IllegalArgumentException.class, () -> drawn().stop(""));
    List<int[]> none = List.of(new int[0]);
    assertThrows(IllegalArgumentException.class, () -> model.generateTokens(none, drawn()));
    List<int[]> unknown = List.of(new int[] {64});
    String message = assertThrows(
            IllegalArgumentException.class, () -> model.generateTokens(unknown, drawn()))
        .getMessage();
    assertTrue(message.contains("got 64"), message);
    CausalLM gpt2 = Goldens.model("gpt2").endTokens();
    List<int[]> tooLong = List.of(new int[256]);
    assertThrows(IllegalArgumentException.class, () -> gpt2.generateTokens(tooLong, drawn()));
    int[] long_ = new int[250];
    Generated filled = gpt2.generateTokens(List.of(long_), drawn()).get(0);
    assertEquals(6, filled.tokens().length);
  }
}
