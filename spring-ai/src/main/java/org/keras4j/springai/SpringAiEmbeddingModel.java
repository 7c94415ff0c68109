package org.keras4j.springai;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.keras4j.hub.tasks.TextEmbedder;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * An embedder as an {@link EmbeddingModel} of Spring AI, for stores of vectors and retrieval. Any number of threads may use one.
 *
 * <pre>{@code
 * @Bean
 * EmbeddingModel embeddingModel() throws IOException {
 *   return new SpringAiEmbeddingModel(TextEmbedder.fromPreset(Path.of("all-MiniLM-L6-v2")));
 * }
 * }</pre>
 */
public final class SpringAiEmbeddingModel implements EmbeddingModel {
  private final TextEmbedder embedder;

  /** On an embedder. */
  public SpringAiEmbeddingModel(TextEmbedder embedder) {
    this.embedder = embedder;
  }

  /**
   * The vectors of texts.
   *
   * @throws UnsupportedOperationException if another number of dimensions is asked for than the embedder has
   */
  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    Integer asked = request.getOptions() == null ? null : request.getOptions().getDimensions();
    if (asked != null && asked != embedder.dimension()) {
      throw new UnsupportedOperationException("This embedder gives vectors of "
          + embedder.dimension() + " numbers, asked for were " + asked);
    }
    float[][] vectors = embedder.embed(request.getInstructions());
    List<Embedding> out = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      out.add(new Embedding(vectors[i], i));
    }
    return new EmbeddingResponse(out);
  }

  /** The vector of a document's text. */
  @Override
  public float[] embed(Document document) {
    return embedder.embed(Objects.requireNonNull(document.getText(), "a document without a text"));
  }

  @Override
  public int dimensions() {
    return embedder.dimension();
  }
}
