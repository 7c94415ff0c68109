package org.keras4j.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.file.Cut;
import org.keras4j.text.internal.file.Fill;
import org.keras4j.text.internal.file.Loaded;
import org.keras4j.text.internal.file.TokenizerFiles;
import org.keras4j.text.internal.pipeline.Pipeline;
import org.keras4j.text.internal.pipeline.Pipeline.Trim;
import org.keras4j.text.internal.stage.Tokens;

/**
 * Turns texts into tokens and back. A tokenizer is read from the files that come with a model, does not change, and
 * may be used by any number of threads; {@link #truncation}, {@link #padding} and their like give another one that
 * shares the vocabulary.
 *
 * <pre>{@code
 * Tokenizer tokenizer = Tokenizer.load(Path.of("tokenizer.json")).truncation(Truncation.to(512));
 * Encoding encoding = tokenizer.encode("Hello world");
 * int[] ids = encoding.ids();
 * String text = tokenizer.decode(ids);
 * }</pre>
 *
 * <p>Surrogates without a partner are read as U+FFFD.
 */
public final class Tokenizer {
  private final Pipeline pipeline;
  private final @Nullable Truncation truncation;
  private final @Nullable Padding padding;
  private final int threads;

  private Tokenizer(
      Pipeline pipeline, @Nullable Truncation truncation, @Nullable Padding padding, int threads) {
    this.pipeline = pipeline;
    this.truncation = truncation;
    this.padding = padding;
    this.threads = threads;
  }

  /**
   * Reads a tokenizer.
   *
   * @param path one of
   *     <ul>
   *       <li>{@code tokenizer.json} of Hugging Face;
   *       <li>a SentencePiece model ({@code .model}, {@code .spm});
   *       <li>BERT's {@code vocab.txt};
   *       <li>{@code vocab.json} with {@code merges.txt} beside it;
   *       <li>{@code tokenizer.json} of KerasHub, with its files in {@code assets/tokenizer} beside it;
   *       <li>a folder with one of these, looked for in this order
   *     </ul>
   *     A {@code tokenizer_config.json} beside {@code vocab.txt} or {@code vocab.json} is heeded.
   * @return the tokenizer, with the truncation and the padding that the file names
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it holds no tokenizer, or parts or settings that are not known, which are named
   */
  public static Tokenizer load(Path path) throws IOException {
    Loaded loaded;
    try {
      loaded = TokenizerFiles.read(path);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e.getCause());
    }
    Cut cut = loaded.cut();
    Fill fill = loaded.fill();
    return new Tokenizer(
        loaded.pipeline(),
        cut == null
            ? null
            : new Truncation(
                cut.length(), cut.stride(), Truncation.strategy(cut.strategy()), side(cut.left())),
        fill == null
            ? null
            : new Padding(
                fill.length(), fill.multiple(), fill.id(), fill.type(), side(fill.left())),
        Runtime.getRuntime().availableProcessors());
  }

  private static Side side(boolean left) {
    return left ? Side.LEFT : Side.RIGHT;
  }

  /** The same tokenizer with texts cut; null for not cutting them. */
  public Tokenizer truncation(@Nullable Truncation value) {
    return new Tokenizer(pipeline, value, padding, threads);
  }

  /** The same tokenizer with encodings filled; null for not filling them. */
  public Tokenizer padding(@Nullable Padding value) {
    return new Tokenizer(pipeline, truncation, value, threads);
  }

  /**
   * The same tokenizer with at most so many threads for a batch; as many as there are processors by default.
   *
   * @param value the number, 1 or more
   * @return another tokenizer
   * @throws IllegalArgumentException if it is less
   */
  public Tokenizer threads(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("threads: expected 1 or more, got " + value);
    }
    return new Tokenizer(pipeline, truncation, padding, value);
  }

  /**
   * The same tokenizer with other tokens around texts. SentencePiece models, for one, do not say which theirs are.
   *
   * <pre>{@code
   * tokenizer.specialTokens("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1");
   * }</pre>
   *
   * @param single tokens with spaces between; {@code $A} stands for the text, and {@code :1} behind a part gives it the
   *     type 1
   * @param pair the same for two texts, {@code $B} being the second
   * @return another tokenizer
   * @throws IllegalArgumentException if a token is not in the vocabulary
   */
  public Tokenizer specialTokens(String single, String pair) {
    return new Tokenizer(
        pipeline.with(Templates.of(pipeline, single, pair)), truncation, padding, threads);
  }

  /** The tokens of a text, with those around it. */
  public Encoding encode(String text) {
    return encode(text, null, true);
  }

  /** The tokens of two texts, as of a question and its answer, with those around them. */
  public Encoding encode(String text, String pair) {
    return encode(text, pair, true);
  }

  /**
   * The tokens of a text, or of two.
   *
   * @param text the text
   * @param pair a second text, or null
   * @param addSpecialTokens whether tokens are put around
   * @return tokens, their numbers and places
   */
  public Encoding encode(String text, @Nullable String pair, boolean addSpecialTokens) {
    Encoding e = unpadded(text, pair, addSpecialTokens);
    return padding == null ? e : padded(e, padding, padding.target(e.length()));
  }

  /** The tokens of several texts, in the order of the texts, by several threads. */
  public List<Encoding> encodeBatch(List<String> texts) {
    return batch(texts.size(), i -> unpadded(texts.get(i), null, true));
  }

  /**
   * The tokens of several pairs of texts, by several threads.
   *
   * @param texts the first texts
   * @param pairs the second ones, as many
   * @return tokens of each pair, in their order
   * @throws IllegalArgumentException if their numbers differ
   */
  public List<Encoding> encodeBatch(List<String> texts, List<String> pairs) {
    if (texts.size() != pairs.size()) {
      throw new IllegalArgumentException(
          "encodeBatch: got " + texts.size() + " texts and " + pairs.size() + " second texts");
    }
    return batch(texts.size(), i -> unpadded(texts.get(i), pairs.get(i), true));
  }

  /** The text of tokens, without special ones. */
  public String decode(int[] ids) {
    return decode(ids, true);
  }

  /**
   * The text of tokens. Numbers that no token has are left out.
   *
   * @param ids the numbers of the tokens
   * @param skipSpecialTokens whether special ones are left out
   * @return the text
   */
  public String decode(int[] ids, boolean skipSpecialTokens) {
    return pipeline.decode(ids, skipSpecialTokens);
  }

  /** The texts of several sequences of tokens, without special ones, by several threads. */
  public List<String> decodeBatch(List<int[]> ids) {
    return parallel(ids.size(), i -> decode(ids.get(i)));
  }

  /** What turns tokens into text as they come, special ones left out. */
  public Detokenizer detokenizer() {
    return detokenizer(true);
  }

  /** What turns tokens into text as they come; special ones are left out or not. */
  public Detokenizer detokenizer(boolean skipSpecialTokens) {
    return new Detokenizer(pipeline, skipSpecialTokens);
  }

  /** The largest number of a token, and one: as many rows has an embedding. */
  public int vocabularySize() {
    int size = pipeline.model().size();
    for (var t : pipeline.added().all()) {
      size = Math.max(size, t.id() + 1);
    }
    return size;
  }

  /** The number of a token, or null where the vocabulary has no such token. */
  public @Nullable Integer tokenToId(String token) {
    int id = pipeline.id(token);
    return id < 0 ? null : id;
  }

  /** The token of a number, or null where there is none. */
  public @Nullable String idToToken(int id) {
    return pipeline.token(id);
  }

  /** Whether a token is special: no part of a text, but of how models are told of texts. */
  public boolean isSpecial(int id) {
    return pipeline.added().isSpecial(id);
  }

  private Encoding unpadded(String text, @Nullable String pair, boolean addSpecialTokens) {
    Columns first = columns(text, 0);
    Columns second = pair == null ? null : columns(pair, 1);
    return new Assembly(pipeline, addSpecialTokens).encoding(first, second, truncation);
  }

  private Columns columns(String text, int sequence) {
    Tokens tokens = pipeline.tokenize(text);
    Columns c = Columns.of(tokens, sequence);
    if (pipeline.trim() != Trim.NO) {
      Trimming.apply(pipeline, c, pipeline.trim() == Trim.BUT_PREFIX);
    }
    return c;
  }

  private List<Encoding> batch(int n, IntFunction<Encoding> encode) {
    List<Encoding> all = parallel(n, encode);
    if (padding == null) {
      return all;
    }
    int longest = all.stream().mapToInt(Encoding::length).max().orElse(0);
    int target = padding.target(longest);
    return all.stream().map(e -> padded(e, padding, target)).toList();
  }

  private Encoding padded(Encoding e, Padding p, int target) {
    List<Encoding> rest =
        e.overflowing().stream().map(o -> padded(o, p, target)).toList();
    Columns c = e.columns();
    if (e.length() < target) {
      Columns fill = Columns.padding(target - e.length(), p.token(), p.type());
      c = p.side() == Side.RIGHT ? c.then(fill) : fill.then(c);
    }
    return new Encoding(pipeline, c, rest);
  }

  /** Runs a task for each number below n in as many chunks as there are threads. */
  private <T> List<T> parallel(int n, IntFunction<T> task) {
    if (threads == 1 || n < 2) {
      return IntStream.range(0, n).mapToObj(task).toList();
    }
    int chunks = Math.min(n, threads);
    List<List<T>> parts = IntStream.range(0, chunks)
        .parallel()
        .mapToObj(
            k -> IntStream.range((int) ((long) n * k / chunks), (int) ((long) n * (k + 1) / chunks))
                .mapToObj(task)
                .toList())
        .toList();
    List<T> out = new ArrayList<>(n);
    parts.forEach(out::addAll);
    return out;
  }
}
