package org.keras4j.hub.seq2seq;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.models.Functional;
import org.keras4j.text.Encoding;
import org.keras4j.text.Tokenizer;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.Adam;

/**
 * Writes a text for a text that it reads: translations, summaries, answers.
 *
 * <pre>{@code
 * Seq2SeqLM t5 = Seq2SeqLM.fromPreset(Path.of("t5-small"));
 * String german = t5.generate("translate English to German: The house is wonderful.", 50);
 * }</pre>
 */
public final class Seq2SeqLM {
  private static final int STEP = 16;

  private final EncoderDecoder graphs;
  private final GreedyWriter writer;
  private final Tokenizer tokenizer;
  private final int start;
  private final int end;

  private Seq2SeqLM(T5Preset preset) throws IOException {
    this.graphs = preset.graphs();
    this.writer = new GreedyWriter(graphs);
    this.tokenizer = preset.tokenizer().padding(null);
    this.start = preset.start();
    this.end = preset.end();
  }

  /**
   * A pretrained model.
   *
   * @param folder a folder of Hugging Face with a T5 ({@link T5Preset})
   * @return the model, without dropout
   * @throws IllegalArgumentException if there is a setting that is not known, or weights do not fit
   * @throws IOException if files cannot be read
   */
  public static Seq2SeqLM fromPreset(Path folder) throws IOException {
    return new Seq2SeqLM(T5Preset.open(folder));
  }

  /** The model: from arrays of tokens to logits, as {@link T5Backbone} says. */
  public Functional model() {
    return graphs.model();
  }

  /**
   * Trains on texts and what shall be written for them. It is compiled with {@code Adam(1e-4)} and crossentropy of logits unless
   * it was compiled before.
   *
   * @param texts what is read
   * @param answers what shall be written for each
   * @param options epochs, batch size and so on
   * @return loss and metrics of each epoch
   * @throws IllegalArgumentException if there are not as many answers as texts, or none
   */
  public History fit(List<String> texts, List<String> answers, Fit options) {
    if (texts.isEmpty() || texts.size() != answers.size()) {
      throw new IllegalArgumentException("Seq2SeqLM: expected texts and an answer for each, got "
          + texts.size() + " and " + answers.size());
    }
    Map<String, NDArray> x = read(tokens(texts));
    List<int[]> written = tokens(answers);
    int length = written.stream().mapToInt(r -> r.length).max().orElse(1);
    NDArray before = NDArray.zeros(DType.INT32, Shape.of(texts.size(), length));
    NDArray y = NDArray.zeros(DType.INT32, Shape.of(texts.size(), length));
    NDArray counts = NDArray.zeros(DType.FLOAT32, Shape.of(texts.size(), length));
    for (int r = 0; r < written.size(); r++) {
      int[] row = written.get(r);
      for (int i = 0; i < row.length; i++) {
        before.setLong(r * length + i, i == 0 ? start : row[i - 1]);
        y.setLong(r * length + i, row[i]);
        counts.setDouble(r * length + i, 1);
      }
    }
    x.put("decoder_token_ids", before);
    if (model().optimizer() == null) {
      model().compile(new Adam(1e-4), new SparseCategoricalCrossentropy().fromLogits(true));
    }
    return model().fit(x, y, options.sampleWeight(counts));
  }

  private List<int[]> tokens(List<String> texts) {
    List<int[]> out = new ArrayList<>();
    for (Encoding e : tokenizer.encodeBatch(texts)) {
      out.add(e.ids());
    }
    return out;
  }

  /**
   * Writes, the likeliest token each time.
   *
   * @param text what is read
   * @param maxNewTokens how many tokens are written at most, unless the text ends before
   * @return what was written, without special tokens
   * @throws IllegalArgumentException if {@code maxNewTokens} is below 1
   */
  public String generate(String text, int maxNewTokens) {
    return generate(List.of(text), maxNewTokens).get(0);
  }

  /**
   * Likewise, for several texts together.
   *
   * @param texts what is read
   * @param maxNewTokens how many tokens are written at most for each
   * @return what was written for each
   * @throws IllegalArgumentException if {@code maxNewTokens} is below 1
   */
  public List<String> generate(List<String> texts, int maxNewTokens) {
    if (texts.isEmpty()) {
      return List.of();
    }
    List<String> out = new ArrayList<>();
    for (int[] written : generateTokens(tokens(texts), maxNewTokens)) {
      out.add(tokenizer.decode(written, true));
    }
    return out;
  }

  /**
   * Likewise, of tokens.
   *
   * @param read the tokens of each text, with those around it
   * @param maxNewTokens how many tokens are written at most for each
   * @return the tokens that were written, without the one at the end
   * @throws IllegalArgumentException if {@code maxNewTokens} is below 1, or a text has no tokens
   */
  public List<int[]> generateTokens(List<int[]> read, int maxNewTokens) {
    if (maxNewTokens < 1 || read.stream().anyMatch(r -> r.length == 0)) {
      throw new IllegalArgumentException(
          "Seq2SeqLM: expected texts of one token or more, and a positive 'maxNewTokens', got "
              + maxNewTokens);
    }
    Map<String, NDArray> in = read(read);
    return writer.write(
        in,
        List.of("encoder_padding_mask"),
        new GreedyWriter.Rules(new int[] {start}, end, maxNewTokens, List.of(), List.of()));
  }

  private static Map<String, NDArray> read(List<int[]> read) {
    int longest = read.stream().mapToInt(r -> r.length).max().orElse(1);
    int length = (longest + STEP - 1) / STEP * STEP;
    NDArray ids = NDArray.zeros(DType.INT32, Shape.of(read.size(), length));
    NDArray mask = NDArray.zeros(DType.INT32, Shape.of(read.size(), length));
    for (int r = 0; r < read.size(); r++) {
      for (int i = 0; i < read.get(r).length; i++) {
        ids.setLong(r * length + i, read.get(r)[i]);
        mask.setLong(r * length + i, 1);
      }
    }
    Map<String, NDArray> in = new LinkedHashMap<>();
    in.put("encoder_token_ids", ids);
    in.put("encoder_padding_mask", mask);
    return in;
  }
}
