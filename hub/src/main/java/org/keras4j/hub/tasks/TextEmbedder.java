package org.keras4j.hub.tasks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.hub.bert.BertPreset;
import org.keras4j.layers.normalization.UnitNormalization;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.text.Encoding;
import org.keras4j.text.Tokenizer;
import org.keras4j.text.Truncation;

/**
 * Turns texts into vectors that are near to each other where the texts mean the like: for search, grouping, retrieval. Any
 * number of threads may use one.
 *
 * <pre>{@code
 * TextEmbedder embedder = TextEmbedder.fromPreset(Path.of("all-MiniLM-L6-v2"));
 * float[][] vectors = embedder.embed(List.of("How old are you?", "What is your age?"));
 * double likeness = TextEmbedder.cosine(vectors[0], vectors[1]);
 * }</pre>
 */
public final class TextEmbedder {
  private static final int BATCH = 32;

  private final Functional model;
  private final Tokenizer tokenizer;
  private final int maxSequenceLength;
  private final int fill;
  private final boolean segments;

  /**
   * Of an encoder.
   *
   * @param backbone an encoder such as {@link org.keras4j.hub.bert.BertBackbone} makes
   * @param tokenizer its tokenizer
   * @param pooling how one vector is made of those of the tokens
   * @param normalize whether vectors have the length 1
   * @param maxSequenceLength the most tokens of a text; what is beyond does not count
   */
  public TextEmbedder(
      Functional backbone,
      Tokenizer tokenizer,
      Pooling pooling,
      boolean normalize,
      int maxSequenceLength) {
    @SuppressWarnings("unchecked")
    Map<String, KerasTensor> inputs = (Map<String, KerasTensor>) backbone.inputStructure();
    Map<?, ?> outputs = (Map<?, ?>) backbone.outputStructure();
    Tensor mask = inputs.get("padding_mask");
    Tensor tokens = (Tensor) outputs.get("sequence_output");
    if (mask == null || tokens == null) {
      throw new IllegalArgumentException(
          "TextEmbedder: expected an encoder with the input 'padding_mask' and the output"
              + " 'sequence_output', got " + inputs.keySet() + " and " + outputs.keySet());
    }
    Tensor x = pooling.of(tokens, mask);
    if (normalize) {
      x = new UnitNormalization().name("unit").invoke(x);
    }
    this.model = Model.of(new LinkedHashMap<>(inputs), x, "text_embedder");
    this.maxSequenceLength = maxSequenceLength;
    this.tokenizer = tokenizer.padding(null).truncation(Truncation.to(maxSequenceLength));
    this.segments = inputs.containsKey("segment_ids");
    this.fill = TokenFill.of(tokenizer);
  }

  /**
   * A pretrained embedder.
   *
   * @param folder a folder of Hugging Face with a model of the BERT family ({@link BertPreset}). Files of the library
   *     sentence-transformers say which pooling it has, whether vectors are normalized and how long texts may be; without
   *     them it is the mean, normalized, and as long as the model's table of places
   * @return the embedder
   * @throws IllegalArgumentException if there is a setting that is not known, or weights do not fit
   * @throws IOException if files cannot be read
   */
  public static TextEmbedder fromPreset(Path folder) throws IOException {
    BertPreset preset = BertPreset.open(folder);
    SentenceSettings settings = SentenceSettings.read(folder);
    Integer most = settings.maxSequenceLength();
    return new TextEmbedder(
        preset.backbone(),
        preset.tokenizer(),
        settings.pooling(),
        settings.normalize(),
        most == null ? preset.maxSequenceLength() : Math.min(most, preset.maxSequenceLength()));
  }

  /** The model: from arrays of tokens to vectors. It can be trained and saved like any other. */
  public Functional model() {
    return model;
  }

  /** How many numbers a vector has. */
  public int dimension() {
    return model.outputs().get(0).shape().intDim(-1);
  }

  /**
   * The vector of a text.
   *
   * @param text any text; an empty one has a vector too
   * @return {@link #dimension} numbers
   */
  public float[] embed(String text) {
    return embed(List.of(text))[0];
  }

  /**
   * The vectors of texts. Texts of like lengths are computed together.
   *
   * @param texts any number of texts
   * @return a vector for each, in their order
   */
  public float[][] embed(List<String> texts) {
    List<Encoding> encodings = tokenizer.encodeBatch(texts);
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
    order.sort(Comparator.comparingInt(i -> encodings.get(i).length()));
    float[][] out = new float[texts.size()][];
    for (int from = 0; from < order.size(); from += BATCH) {
      List<Integer> batch = order.subList(from, Math.min(order.size(), from + BATCH));
      NDArray vectors = run(batch.stream().map(encodings::get).toList());
      for (int r = 0; r < batch.size(); r++) {
        out[batch.get(r)] = vectors.slice(r, r + 1).toFloatArray();
      }
    }
    return out;
  }

  private NDArray run(List<Encoding> encodings) {
    // a power of two, so that few programs serve all numbers of texts
    int rows = Math.min(BATCH, Integer.highestOneBit(Math.max(1, 2 * encodings.size() - 1)));
    int length = TokenBatch.length(TokenBatch.longest(encodings), maxSequenceLength);
    Map<String, NDArray> x = TokenBatch.of(encodings, rows, length, fill, segments);
    return (NDArray) model.predictOnBatch(x);
  }

  /**
   * How alike two vectors are: the cosine of the angle between them.
   *
   * @param a a vector
   * @param b another of the same dimension
   * @return from -1 to 1; 0 if one is zero
   * @throws IllegalArgumentException if the dimensions differ
   */
  public static double cosine(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "cosine: expected vectors of one dimension, got " + a.length + " and " + b.length);
    }
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
  }
}
