package org.keras4j.langchain4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.CosineSimilarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.hub.bert.BertBackbone;
import org.keras4j.hub.tasks.Pooling;
import org.keras4j.hub.tasks.TextEmbedder;
import org.keras4j.text.Tokenizer;

/** A small encoder with random weights, as an embedding model. */
class EmbeddingModelTest {
  private static final String TOKENIZER = """
      {"version": "1.0", "pre_tokenizer": {"type": "WhitespaceSplit"},
       "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"[PAD]": 0, "?": 1, "hello": 2, "good": 3, "day": 4}}}
      """;

  @Test
  void vectorsAreTheEmbeddersOwn(@TempDir Path temp) throws IOException {
    Path file = temp.resolve("tokenizer.json");
    Files.writeString(file, TOKENIZER);
    TextEmbedder embedder = new TextEmbedder(
        new BertBackbone(5, 1, 2, 8, 16).build(), Tokenizer.load(file), Pooling.MEAN, true, 8);
    EmbeddingModel model = new KerasEmbeddingModel(embedder);
    assertEquals(8, model.dimension());
    List<TextSegment> segments = List.of(
        TextSegment.from("hello"),
        TextSegment.from("good day", Metadata.from("page", "3")),
        TextSegment.from("hello"));
    List<Embedding> all = model.embedAll(segments).content();
    assertEquals(3, all.size());
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(embedder.embed(segments.get(i).text()), all.get(i).vector(), 1e-6f);
    }
    assertEquals(1, CosineSimilarity.between(all.get(0), all.get(2)), 1e-6);
    assertTrue(CosineSimilarity.between(all.get(0), all.get(1)) < 0.999);
    assertArrayEquals(all.get(1).vector(), model.embed("good day").content().vector(), 1e-6f);
    assertEquals(List.of(), model.embedAll(List.of()).content());
  }
}
