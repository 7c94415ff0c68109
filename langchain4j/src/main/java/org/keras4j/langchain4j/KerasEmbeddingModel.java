package org.keras4j.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.util.Arrays;
import java.util.List;
import org.keras4j.hub.tasks.TextEmbedder;

/**
 * An embedder as an {@link EmbeddingModel}, for stores of vectors and retrieval. Any number of threads may use one.
 *
 * <pre>{@code
 * EmbeddingModel model = new KerasEmbeddingModel(TextEmbedder.fromPreset(Path.of("all-MiniLM-L6-v2")));
 * Embedding vector = model.embed("How old are you?").content();
 * }</pre>
 */
public final class KerasEmbeddingModel implements EmbeddingModel {
  private final TextEmbedder embedder;

  /** On an embedder. */
  public KerasEmbeddingModel(TextEmbedder embedder) {
    this.embedder = embedder;
  }

  /**
   * The vectors of segments; their metadata does not count.
   *
   * @param segments any number of texts
   * @return a vector for each, in their order, without a count of tokens
   */
  @Override
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    float[][] vectors = embedder.embed(segments.stream().map(TextSegment::text).toList());
    return Response.from(Arrays.stream(vectors).map(Embedding::from).toList());
  }

  @Override
  public int dimension() {
    return embedder.dimension();
  }
}
