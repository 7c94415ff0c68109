package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.preprocessing.Hashing;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.layers.preprocessing.TextVectorization;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/** Tokens that lines of text can hold, and tokens that they cannot, in model files. */
@Tag("pytorch")
class StringsInFilesTest {
  private static final String LINES = "assets/layers/string_lookup/vocabulary.txt";

  // what lines cannot hold, and what Python ends lines at
  private static final List<String> HARD = List.of(
      "",
      "a\nb",
      "a\r\nb",
      "a\r",
      "\n",
      "a\u000bb",
      "a\u000cb",
      "\u001c",
      "\u001d",
      "\u001e",
      "\u0085",
      "x\u2028y",
      "x\u2029y");
  private static final List<String> EASY = List.of(
      "a", "a\tb", " ", "a\u0000b", "\ud83d\ude00", "\ud800\udc00x", "\u00e9", "\ufeff", "\\n");

  @TempDir
  Path folder;

  private Model saved(Layer layer) {
    Input start = new Input(1);
    start.dtype("string");
    KerasTensor in = start.output();
    Model m = Model.of(in, layer.invoke(in));
    Path file = folder.resolve("m.keras");
    m.save(file);
    return Model.load(file);
  }

  private boolean hasLines() throws IOException {
    try (ZipFile zip = new ZipFile(folder.resolve("m.keras").toFile())) {
      return zip.getEntry(LINES) != null;
    }
  }

  private static NDArray column(List<String> tokens) {
    return NDArray.ofStrings(tokens.toArray(new String[0]), Shape.of(tokens.size(), 1));
  }

  private void comesBack(List<String> tokens, boolean lines) throws IOException {
    StringLookup layer = new StringLookup().name("string_lookup");
    layer.adapt(column(tokens));
    List<Object> vocabulary = layer.getVocabulary();
    Model again = saved(layer);
    assertEquals(lines, hasLines(), tokens.toString());
    StringLookup read = (StringLookup) again.layers().get(1);
    assertEquals(vocabulary, read.getVocabulary());
    Path second = folder.resolve("second.keras");
    again.save(second);
    Model third = Model.load(second);
    assertEquals(vocabulary, ((StringLookup) third.layers().get(1)).getVocabulary());
    assertEquals(again.predict(column(tokens)), third.predict(column(tokens)));
    read.adapt(column(List.of("q"))); // it was learned, and may be learned anew
    assertEquals(List.of("[UNK]", "q"), read.getVocabulary());
  }

  @Test
  void eachToken() throws IOException {
    for (String t : EASY) {
      comesBack(List.of(t, "z", "z"), true);
    }
    for (String t : HARD) {
      comesBack(List.of(t, "z", "z"), false);
    }
    comesBack(List.of("", "", "z"), true); // an empty line before another
  }

  @Test
  void thousandsOfTokens() throws IOException {
    Random r = new Random(5);
    List<String> tokens = new ArrayList<>(HARD);
    for (int i = 0; i < 5000; i++) {
      StringBuilder b = new StringBuilder();
      for (int k = r.nextInt(4); k >= 0; k--) {
        int c = r.nextInt(r.nextInt(4) == 0 ? 0x110000 : 0x2100);
        b.appendCodePoint(c >= 0xD800 && c < 0xE000 ? c - 0x800 : c);
      }
      tokens.add(b.toString());
    }
    comesBack(tokens, false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"int", "tf_idf"})
  void wholeTexts(String mode) {
    TextVectorization layer = new TextVectorization().standardize((String) null).outputMode(mode);
    layer.split((String) null);
    NDArray texts = column(List.of("one\ntwo", "three", "one\ntwo", "\u2028"));
    layer.adapt(texts);
    Model again = saved(layer);
    TextVectorization read = (TextVectorization) again.layers().get(1);
    assertEquals(layer.getVocabulary(), read.getVocabulary());
    assertEquals(
        new Sequential(new Input(1).dtype("string"), layer).predict(texts), again.predict(texts));
  }

  @Test
  void halfOfAPairIsNoText() {
    for (String bad : List.of("\ud800", "a\udc00", "\ud800x")) {
      StringLookup lookup = new StringLookup();
      String said = assertThrows(
              IllegalArgumentException.class, () -> lookup.adapt(column(List.of("a", bad))))
          .getMessage();
      assertTrue(said.contains("surrogate"), said);
      assertThrows(IllegalArgumentException.class, () -> lookup.vocabulary(List.of(bad)));
      assertThrows(IllegalArgumentException.class, () -> new Hashing(3).invoke(new String[] {bad}));
    }
  }

  @Test
  void layersThatWereGivenArraysOfStrings() {
    TextVectorization text = new TextVectorization().outputSequenceLength(3);
    text.vocabulary(List.of("a", "b"));
    text.invoke(new String[] {"a b", "b"});
    saved(text);
    for (Object x : Arrays.asList(
        new String[] {"a", "b"}, List.of("a"), new String[][] {{"a"}}, new int[] {1, 2}, 7)) {
      Hashing hashing = new Hashing(5);
      hashing.invoke(x);
      assertTrue(hashing.isBuilt());
      saved(hashing);
    }
  }
}
