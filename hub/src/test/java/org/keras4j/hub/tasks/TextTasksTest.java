package org.keras4j.hub.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.hub.Golden;
import org.keras4j.hub.bert.BertBackbone;
import org.keras4j.layers.CallArgs;
import org.keras4j.models.Functional;
import org.keras4j.text.Tokenizer;
import org.keras4j.training.Fit;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.Adam;

/** Strings in, vectors and classes out, on every backend. */
class TextTasksTest {
  @TempDir
  Path folder;

  private static final Path BERT = Golden.folder("bert/bert");

  private static final List<String> TEXTS = List.of(
      "The cat sat on the mat.",
      "a dog ran in the park",
      "",
      "good food! very good",
      "the film was not good");

  @Test
  void vectorsDoNotDependOnTheirCompany() throws IOException {
    TextEmbedder embedder = TextEmbedder.fromPreset(BERT);
    assertEquals(16, embedder.dimension());
    float[][] all = embedder.embed(TEXTS);
    for (int i = 0; i < all.length; i++) {
      assertArrayEquals(all[i], embedder.embed(TEXTS.get(i)), 1e-5f, TEXTS.get(i));
      assertEquals(1, TextEmbedder.cosine(all[i], all[i]), 1e-6);
    }
    assertEquals(0, embedder.embed(List.of()).length);
    assertThrows(
        IllegalArgumentException.class, () -> TextEmbedder.cosine(new float[1], new float[2]));
    String longer = "the cat ".repeat(50);
    assertArrayEquals(
        embedder.embed(longer),
        embedder.embed(longer + "dog"),
        1e-6f,
        "what is beyond does not count");
  }

  @Test
  void vectorsAreTheMeanOfTheTokens() throws IOException {
    Functional backbone = BertBackbone.fromPreset(BERT);
    Tokenizer tokenizer = Tokenizer.load(BERT);
    int[] ids = tokenizer.encode(TEXTS.get(0)).ids();
    NDArray row = NDArray.of(ids, 1, ids.length);
    NDArray ones = NDArray.zeros(row.dtype(), row.shape());
    for (int i = 0; i < ids.length; i++) {
      ones.setLong(i, 1);
    }
    Map<String, Object> x = Map.of(
        "token_ids",
        row,
        "padding_mask",
        ones,
        "segment_ids",
        NDArray.zeros(row.dtype(), row.shape()));
    NDArray tokens = ((org.keras4j.core.Tensor)
            ((Map<?, ?>) backbone.invokeNested(x, CallArgs.of())).get("sequence_output"))
        .toNDArray();
    float[] mean = new float[16];
    float[] max = new float[16];
    java.util.Arrays.fill(max, Float.NEGATIVE_INFINITY);
    float[] first = new float[16];
    for (int t = 0; t < ids.length; t++) {
      for (int k = 0; k < 16; k++) {
        float v = tokens.getFloat(t * 16 + k);
        mean[k] += v / ids.length;
        max[k] = Math.max(max[k], v);
        first[k] = t == 0 ? v : first[k];
      }
    }
    Map<Pooling, float[]> want = Map.of(Pooling.MEAN, mean, Pooling.MAX, max, Pooling.CLS, first);
    for (Pooling p : Pooling.values()) {
      TextEmbedder e = new TextEmbedder(backbone, tokenizer, p, false, 24);
      assertArrayEquals(want.get(p), e.embed(TEXTS.get(0)), 1e-5f, p.name());
    }
  }

  @Test
  void settingsOfSentenceTransformersHold() throws IOException {
    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(BERT.resolve(file), folder.resolve(file));
    }
    Files.createDirectory(folder.resolve("1_Pooling"));
    Path pooling = folder.resolve("1_Pooling/config.json");
    Files.writeString(
        pooling,
        "{\"word_embedding_dimension\": 16, \"pooling_mode_cls_token\": true,"
            + " \"pooling_mode_mean_tokens\": false}");
    Files.writeString(
        folder.resolve("sentence_bert_config.json"),
        "{\"max_seq_length\": 5, \"do_lower_case\": false}");
    Files.writeString(
        folder.resolve("modules.json"), "[{\"type\": \"sentence_transformers.models.Pooling\"}]");
    TextEmbedder e = TextEmbedder.fromPreset(folder);
    TextEmbedder plain = new TextEmbedder(
        BertBackbone.fromPreset(BERT), Tokenizer.load(BERT), Pooling.CLS, false, 5);
    assertArrayEquals(plain.embed(TEXTS.get(0)), e.embed(TEXTS.get(0)), 1e-6f);
    Files.writeString(pooling, "{\"pooling_mode_lasttoken\": true}");
    assertThrows(IllegalArgumentException.class, () -> TextEmbedder.fromPreset(folder));
  }

  private static void compile(TextClassifier c) {
    c.model()
        .compile(new Adam(1e-2), new SparseCategoricalCrossentropy().fromLogits(true), "accuracy");
  }

  @Test
  void classifiersLearnFromStrings() throws IOException {
    List<String> texts = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (String subject :
        List.of("the film", "the food", "a park", "the dog", "a cat", "the mat")) {
      for (String word : List.of("good", "bad")) {
        texts.add(subject + " was " + word);
        labels.add(word);
      }
    }
    for (boolean lora : new boolean[] {false, true}) {
      TextClassifier c = TextClassifier.fromPreset(BERT, List.of("bad", "good"));
      NDArray frozen = c.model().getLayer("token_embedding").getWeights().get(0);
      if (lora) {
        c.enableLora(2);
        // two updates in each of two layers, of queries and values, and the head
        assertEquals(2 * 2 * 2 + 2, c.model().trainableWeights().size());
        assertThrows(IllegalStateException.class, () -> c.enableLora(2));
      }
      compile(c);
      c.fit(texts, labels, Fit.epochs(25).batchSize(6).shuffleSeed(1).verbose(0));
      assertEquals(1.0, c.evaluate(texts, labels).get("accuracy"), 1e-6);
      assertEquals("bad", c.classify("the park was bad"));
      assertEquals(
          lora, frozen.equals(c.model().getLayer("token_embedding").getWeights().get(0)));
      c.save(folder);
      TextClassifier read = TextClassifier.fromPreset(folder);
      assertEquals(List.of("bad", "good"), read.labels());
      float[][] p = c.predict(texts);
      float[][] q = read.predict(texts);
      for (int i = 0; i < p.length; i++) {
        assertArrayEquals(p[i], q[i], 1e-5f);
        assertEquals(1, p[i][0] + p[i][1], 1e-5);
      }
    }
  }

  @Test
  void wrongTextsAndClassesAreRefused() throws IOException {
    TextClassifier c = TextClassifier.fromPreset(BERT);
    assertEquals(List.of("LABEL_0", "LABEL_1", "LABEL_2"), c.labels());
    assertThrows(
        IllegalArgumentException.class, () -> c.fit(List.of("a"), List.of("x"), Fit.epochs(1)));
    assertThrows(
        IllegalArgumentException.class, () -> c.fit(List.of("a"), List.of(), Fit.epochs(1)));
    assertThrows(IllegalArgumentException.class, () -> c.enableLora(0));
    assertThrows(
        IllegalArgumentException.class, () -> TextClassifier.fromPreset(BERT, List.of("one")));
    assertEquals(0, c.predict(List.of()).length);
    assertThrows(
        IllegalStateException.class,
        () -> new TextClassifier(c.model(), Tokenizer.load(BERT), c.labels(), 24).save(folder));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TextClassifier(c.model(), Tokenizer.load(BERT), List.of("a"), 24));
    assertTrue(c.classify(List.of("the cat", "the dog")).stream().allMatch(c.labels()::contains));
  }
}
