package org.keras4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
  private static final List<String> LINES = List.of(
      "Hello, world!",
      "",
      "their people make 12 words",
      "naïve \uD83D\uDE00 \uD83D x",
      "\u0000\t\n",
      "日本語 text");

  @TempDir
  Path folder;

  private static Tokenizer bert() throws IOException {
    return Tokenizer.load(ReferenceTest.file("bert.json"));
  }

  private Path copy(String from, String to) throws IOException {
    Path target = folder.resolve(to);
    Files.createDirectories(target.getParent());
    return Files.copy(ReferenceTest.file(from), target);
  }

  private static void same(Tokenizer expected, Tokenizer got, boolean special) {
    for (String s : LINES) {
      int[] ids = expected.encode(s, null, special).ids();
      assertArrayEquals(ids, got.encode(s, null, special).ids(), s);
      assertEquals(expected.decode(ids), got.decode(ids), s);
    }
  }

  @Test
  void aListOfWordsIsBertsTokenizer() throws IOException {
    copy("vocab.txt", "vocab.txt");
    same(bert(), Tokenizer.load(folder), true);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
    Tokenizer cased = Tokenizer.load(folder);
    assertEquals(List.of("[UNK]"), cased.encode("Hello", null, false).tokens());
  }

  @Test
  void vocabularyAndMergesAreGpt2sTokenizer() throws IOException {
    copy("vocab.json", "vocab.json");
    copy("merges.txt", "merges.txt");
    same(Tokenizer.load(ReferenceTest.file("gpt2.json")), Tokenizer.load(folder), true);
  }

  @Test
  void presetsOfKerasHubAreRead() throws IOException {
    copy("vocab.txt", "bert/assets/tokenizer/vocabulary.txt");
    preset("bert", "BertTokenizer", "\"lowercase\": true");
    same(bert(), Tokenizer.load(folder.resolve("bert")), true);
    copy("vocab.json", "gpt2/assets/tokenizer/vocabulary.json");
    copy("merges.txt", "gpt2/assets/tokenizer/merges.txt");
    preset("gpt2", "GPT2Tokenizer", "\"add_prefix_space\": false");
    same(
        Tokenizer.load(ReferenceTest.file("gpt2.json")),
        Tokenizer.load(folder.resolve("gpt2")),
        true);
    copy("t5-pieces.model", "t5/assets/tokenizer/vocabulary.spm");
    preset("t5", "T5Tokenizer", "\"sequence_length\": null");
    Tokenizer t5 = Tokenizer.load(folder.resolve("t5"));
    same(Tokenizer.load(ReferenceTest.file("t5-pieces.model")), t5, false);
    int[] ids = t5.encode("some people").ids();
    assertEquals("</s>", t5.idToToken(ids[ids.length - 1]));
  }

  private void preset(String name, String type, String config) throws IOException {
    Files.writeString(
        folder.resolve(name).resolve("tokenizer.json"),
        "{\"module\": \"keras_hub.tokenizers\", \"class_name\": \"" + type + "\", \"config\": {"
            + config + "}}");
  }

  @Test
  void twoTextsAreToldApart() throws IOException {
    Encoding e = bert().encode("was", "time part");
    assertEquals("[CLS]", e.tokens().get(0));
    assertEquals(0, e.typeIds()[0]);
    assertEquals(1, e.typeIds()[e.length() - 1]);
    assertEquals(-1, e.sequenceIds()[0]);
    assertEquals(1, e.sequenceIds()[e.length() - 2]);
    assertEquals(1, e.specialTokensMask()[e.length() - 1]);
    assertEquals(
        "part", "time part".substring(e.starts()[e.length() - 2], e.ends()[e.length() - 2]));
  }

  @Test
  void longTextsAreCutIntoPartsThatOverlap() throws IOException {
    Tokenizer t = bert().truncation(Truncation.to(6).stride(1));
    Encoding e = t.encode("time like part many each for had out");
    assertEquals(6, e.length());
    List<Encoding> parts = new ArrayList<>(List.of(e));
    parts.addAll(e.overflowing());
    StringBuilder words = new StringBuilder();
    for (Encoding p : parts) {
      assertTrue(p.length() <= 6);
      assertEquals("[CLS]", p.tokens().get(0));
      words.append(t.decode(p.ids())).append('|');
    }
    assertEquals("time like part many|many each for had|had out|", words.toString());
    Encoding left =
        bert().truncation(Truncation.to(4).side(Side.LEFT)).encode("time like part many");
    assertEquals("part many", bert().decode(left.ids()));
    Encoding pair =
        bert().truncation(Truncation.to(8)).encode("time", "like part many each for had");
    assertEquals(8, pair.length());
    assertThrows(
        IllegalArgumentException.class,
        () -> bert()
            .truncation(Truncation.to(5).strategy(Truncation.Strategy.ONLY_FIRST))
            .encode("time", "like part many each"));
    assertThrows(
        IllegalArgumentException.class,
        () -> bert().truncation(Truncation.to(1)).encode("time"));
  }

  @Test
  void batchesAreFilledToOneLength() throws IOException {
    Tokenizer t = bert().padding(Padding.longest().token(0).multipleOf(4));
    List<Encoding> all = t.encodeBatch(List.of("time", "time like part many each", ""));
    assertEquals(List.of(8, 8, 8), all.stream().map(Encoding::length).toList());
    assertArrayEquals(new int[] {1, 1, 1, 0, 0, 0, 0, 0}, all.get(0).attentionMask());
    assertArrayEquals(new int[] {1, 0, 1, 1, 1, 1, 1, 1}, all.get(0).specialTokensMask());
    Encoding left = bert().padding(Padding.to(5).side(Side.LEFT)).encode("time");
    assertArrayEquals(new int[] {0, 0, 1, 1, 1}, left.attentionMask());
  }

  @Test
  void threadsGiveTheSameTokens() throws IOException {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      many.add(LINES.get(i % LINES.size()) + " " + i);
    }
    for (String name : List.of("bert.json", "llama3.json", "t5.json")) {
      Tokenizer t = Tokenizer.load(ReferenceTest.file(name));
      List<Encoding> one = t.threads(1).encodeBatch(many);
      assertEquals(one, t.threads(4).encodeBatch(many), name);
      List<int[]> ids = one.stream().map(Encoding::ids).toList();
      assertEquals(t.threads(1).decodeBatch(ids), t.threads(4).decodeBatch(ids), name);
    }
  }

  @Test
  void specialTokensAreFoundInTextsAndLeftOutOfThem() throws IOException {
    Tokenizer t = bert();
    int mask = t.tokenToId("[MASK]");
    assertTrue(t.isSpecial(mask));
    int[] ids = t.encode("time [MASK] like", null, false).ids();
    assertTrue(Arrays.stream(ids).anyMatch(i -> i == mask));
    assertEquals("time like", t.decode(ids));
    assertEquals("time [MASK] like", t.decode(ids, false));
    assertNull(t.tokenToId("no such token"));
    assertNull(t.idToToken(1 << 20));
    assertNotNull(t.idToToken(t.vocabularySize() - 1));
    Tokenizer other = Tokenizer.load(ReferenceTest.file("llama-pieces.model"))
        .specialTokens("<s> $A", "<s> $A </s> $B:1");
    assertEquals("<s>", other.encode("make").tokens().get(0));
    assertThrows(IllegalArgumentException.class, () -> other.specialTokens("<x> $A", "$A $B"));
  }

  @Test
  void whatIsNotKnownIsRefusedByName() throws IOException {
    String json = Files.readString(ReferenceTest.file("bert.json"));
    refused(json.replace("\"BertPreTokenizer\"", "\"Elsewhere\""), "Elsewhere");
    refused(json.replace("\"clean_text\"", "\"clean_texts\""), "clean_texts");
    refused(json.replace("\"WordPiece\",\"unk_token\"", "\"Other\",\"unk_token\""), "Other");
    refused(json.replace("\"lowercase\":true", "\"lowercase\":\"yes\""), "lowercase");
    refused(json.replace("\"unk_token\":\"[UNK]\"", "\"unk_token\":\"[NO]\""), "[NO]");
    refused("{}", "neither");
    refused("[1, 2", null);
    String bpe = Files.readString(ReferenceTest.file("gpt2.json"));
    refused(bpe.replace("\"dropout\":null", "\"dropout\":0.1"), "dropout");
    assertThrows(IOException.class, () -> Tokenizer.load(folder.resolve("nothing.json")));
    assertThrows(
        IOException.class, () -> Tokenizer.load(Files.createDirectory(folder.resolve("empty"))));
  }

  private void refused(String json, String named) throws IOException {
    Path file = folder.resolve("t.json");
    Files.writeString(file, json);
    if (named == null) {
      assertThrows(IOException.class, () -> Tokenizer.load(file));
      return;
    }
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Tokenizer.load(file));
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }

  /** Cut off or spoiled files end in an exception that names the file, never in another. */
  @Test
  void spoiledModelsAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(ReferenceTest.file("t5-pieces.model"));
    Path file = folder.resolve("m.model");
    for (int i = 0; i < 400; i++) {
      byte[] spoiled = i % 2 == 0 ? Arrays.copyOf(whole, whole.length * i / 400) : whole.clone();
      if (i % 2 == 1) {
        spoiled[(int) ((long) i * 7919 % whole.length)] ^= (byte) (1 << i % 8);
      }
      Files.write(file, spoiled);
      try {
        Tokenizer.load(file).encode("some text ﬁne");
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage() != null && e.getMessage().length() > 20, String.valueOf(e));
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }
}
