package org.keras4j.layers.preprocessing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.HostKernel;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.SavedAssets;
import org.keras4j.layers.internal.Extent;

/**
 * Turns texts into the places of their tokens in a vocabulary ({@code keras.layers.TextVectorization}): texts
 * are standardized, split into tokens, joined to n-grams if wanted, and looked up. It runs on the host.
 *
 * <p>Input shape: {@code (batch)} or {@code (batch, 1)}, of strings. Output shape: {@code (batch, tokens)} of
 * int64, padded with 0, for the output mode {@code "int"}; else {@code (batch, vocabulary size)}.
 *
 * <pre>{@code
 * var layer = new TextVectorization().maxTokens(5000).outputSequenceLength(4);
 * layer.adapt(NDArray.from(new String[] {"foo bar", "bar baz"}));
 * Tensor y = layer.invoke(new String[] {"bar qux"}); // (1, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class TextVectorization extends FluentLayer<TextVectorization>
    implements Adapting, SavedAssets {
  private static final Pattern PUNCTUATION =
      Pattern.compile("[!\"#$%&()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~']");
  private static final Pattern SPACE = Pattern.compile("[ \\t\\n\\x0B\\f\\r]+");
  // what belongs to the lookup, under the same names
  private static final Set<String> LOOKUP = Set.of(
      "max_tokens",
      "output_mode",
      "pad_to_max_tokens",
      "sparse",
      "vocabulary",
      "idf_weights",
      "encoding",
      "vocabulary_size",
      IndexLookup.HAS_INPUT_VOCABULARY);

  private @Nullable Object standardize = "lower_and_strip_punctuation";
  private @Nullable Object split = "whitespace";
  // an integer for all up to it, or several
  private @Nullable Object ngrams;
  private String outputMode = "int";
  private @Nullable Integer outputSequenceLength;
  private final StringLookup lookup;

  /** With lower case, no punctuation, and words split at white space. */
  public TextVectorization() {
    convertInputs(false);
    lookup = track("_lookup_layer", new StringLookup().maskToken(""));
  }

  /**
   * The largest size of the vocabulary, special tokens counted.
   *
   * @param value null (the default) for no limit
   * @return this layer
   */
  public TextVectorization maxTokens(@Nullable Integer value) {
    return set("maxTokens", () -> lookup.maxTokens(value));
  }

  /** {@link #maxTokens(Integer)} of a number. */
  public TextVectorization maxTokens(int value) {
    return maxTokens((Integer) value);
  }

  /**
   * What happens to texts first.
   *
   * @param value {@code "lower_and_strip_punctuation"} (the default), {@code "lower"}, {@code
   *     "strip_punctuation"}, or null for nothing
   * @return this layer
   */
  public TextVectorization standardize(@Nullable String value) {
    return set(
        "standardize",
        () -> standardize = value == null
            ? null
            : Extent.choice(
                "standardize", value, "lower_and_strip_punctuation", "lower", "strip_punctuation"));
  }

  /**
   * What is done to each text first; a function cannot be saved.
   *
   * @param value a function of a text
   * @return this layer
   */
  public TextVectorization standardize(UnaryOperator<String> value) {
    return set("standardize", () -> standardize = value);
  }

  /**
   * How texts become tokens.
   *
   * @param value {@code "whitespace"} (the default), {@code "character"}, or null for not
   * @return this layer
   */
  public TextVectorization split(@Nullable String value) {
    return set(
        "split",
        () -> split =
            value == null ? null : Extent.choice("split", value, "whitespace", "character"));
  }

  /**
   * A function from a text to its tokens, which cannot be saved.
   *
   * @param value as {@link #split(String)}
   * @return this layer
   */
  public TextVectorization split(Function<String, List<String>> value) {
    return set("split", () -> split = value);
  }

  /**
   * Sizes of n-grams.
   *
   * @param value one number for all from 1 to it, or several; none (the default) for tokens alone
   * @return this layer
   */
  public TextVectorization ngrams(int... value) {
    return set(
        "ngrams",
        () -> ngrams = value.length == 0
            ? null
            : value.length == 1
                ? (Object) value[0]
                : Arrays.stream(value).boxed().toList());
  }

  /**
   * What comes out.
   *
   * @param value {@code "int"} (the default), {@code "one_hot"}, {@code "multi_hot"}, {@code "count"} or {@code
   *     "tf_idf"}
   * @return this layer
   */
  public TextVectorization outputMode(String value) {
    return set("outputMode", () -> {
      lookup.outputMode(value);
      outputMode = value;
    });
  }

  /**
   * The number of tokens that texts are cut or padded to.
   *
   * @param value null (the default) for the longest's
   * @return this layer
   */
  public TextVectorization outputSequenceLength(@Nullable Integer value) {
    return set("outputSequenceLength", () -> outputSequenceLength = value);
  }

  /** {@link #outputSequenceLength(Integer)} of a number. */
  public TextVectorization outputSequenceLength(int value) {
    return outputSequenceLength((Integer) value);
  }

  /**
   * Whether encodings have {@code maxTokens} places even if the vocabulary is smaller.
   *
   * @param value false by default
   * @return this layer
   */
  public TextVectorization padToMaxTokens(boolean value) {
    return set("padToMaxTokens", () -> lookup.padToMaxTokens(value));
  }

  /**
   * Whether codes are sparse tensors, which take memory for what is not 0 alone. {@code Dense} takes them as they are.
   *
   * @param value false by default; true goes with every output mode but {@code "int"}
   * @return this layer
   */
  public TextVectorization sparse(boolean value) {
    return set("sparse", () -> lookup.sparse(value));
  }

  /**
   * The tokens, which then are part of the config.
   *
   * @param tokens in the order of their places
   * @return this layer
   */
  public TextVectorization vocabulary(List<String> tokens) {
    return set("vocabulary", () -> lookup.vocabulary(tokens));
  }

  /**
   * The tokens and, for the output mode {@code "tf_idf"}, their weights.
   *
   * @param tokens in the order of their places
   * @param idf one weight for each
   * @return this layer
   */
  public TextVectorization vocabulary(List<String> tokens, List<? extends Number> idf) {
    return set("vocabulary", () -> lookup.vocabulary(tokens, idf));
  }

  /** Sets the vocabulary. */
  public void setVocabulary(List<String> tokens) {
    lookup.setVocabulary(tokens);
  }

  /** The tokens in order, special ones first. */
  public List<Object> getVocabulary() {
    return lookup.getVocabulary();
  }

  /** The number of tokens, special ones counted. */
  public int vocabularySize() {
    return lookup.vocabularySize();
  }

  /**
   * Takes the vocabulary of texts: the most frequent tokens first.
   *
   * @param data texts, or {@link Adapting#adapt batches} of them
   */
  @Override
  public void adapt(Object data) {
    lookup.learn(counts -> AdaptData.each(
        label(), data, batch -> tokens(HostValues.array(batch)).forEach(counts::add)));
  }

  /**
   * Takes the vocabulary of texts that are split already, of any numbers of tokens: of layers of {@code split(null)}.
   *
   * @param tokens those of each text; each is standardized
   * @throws IllegalStateException if the layer splits
   */
  public void adaptRagged(String[][] tokens) {
    lookup.learn(counts -> Arrays.stream(tokens).map(this::row).forEach(counts::add));
  }

  /**
   * The places of the tokens of each text, as many as there are, without padding ({@code ragged=True} of Keras). For pipelines and
   * Java code: tensors are rectangular.
   *
   * @param texts each is standardized and split
   * @return a row for each text
   * @throws IllegalStateException if the output mode is not {@code "int"}, or rows have a length
   */
  public long[][] ragged(String... texts) {
    requireRagged();
    NDArray all = NDArray.ofStrings(texts.clone(), Shape.of(texts.length, 1));
    return tokens(all).stream().map(this::placesOf).toArray(long[][]::new);
  }

  /**
   * Likewise of texts that are split already, of any numbers of tokens: of layers of {@code split(null)}.
   *
   * @param tokens those of each text; each is standardized
   * @return a row for each text
   * @throws IllegalStateException likewise, or if the layer splits
   */
  public long[][] ragged(String[][] tokens) {
    requireRagged();
    return Arrays.stream(tokens).map(t -> placesOf(row(t))).toArray(long[][]::new);
  }

  private void requireRagged() {
    if (!outputMode.equals("int") || outputSequenceLength != null) {
      throw new IllegalStateException(label() + ": ragged rows need outputMode 'int' and no"
          + " outputSequenceLength, got '" + outputMode + "' and " + outputSequenceLength);
    }
  }

  private List<String> row(String[] tokens) {
    if (split != null) {
      throw new IllegalStateException(
          label() + ": takes texts, which it splits; tokens are for split(null)");
    }
    return grams(Arrays.stream(tokens).map(this::standardized).toList());
  }

  private long[] placesOf(List<String> tokens) {
    return tokens.stream().mapToLong(lookup.tokenPlaces()::of).toArray();
  }

  @Override
  public boolean isAdaptable() {
    return lookup.isAdaptable();
  }

  private String standardized(String text) {
    if (standardize instanceof UnaryOperator<?> f) {
      @SuppressWarnings("unchecked")
      UnaryOperator<String> g = (UnaryOperator<String>) f;
      return g.apply(text);
    }
    String s = text;
    if (standardize instanceof String how) {
      s = how.startsWith("lower") ? asciiLower(s) : s;
      s = how.endsWith("strip_punctuation") ? PUNCTUATION.matcher(s).replaceAll("") : s;
    }
    return s;
  }

  private static String asciiLower(String s) {
    StringBuilder b = new StringBuilder(s.length());
    s.chars().forEach(c -> b.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
    return b.toString();
  }

  private List<String> tokens(String text) {
    if (split instanceof Function<?, ?> f) {
      @SuppressWarnings("unchecked")
      Function<String, List<String>> g = (Function<String, List<String>>) f;
      return g.apply(text);
    }
    if ("whitespace".equals(split)) {
      return Arrays.stream(SPACE.split(text)).filter(t -> !t.isEmpty()).toList();
    }
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  /** The sizes of n-grams. */
  private List<Integer> sizes() {
    List<Integer> sizes = new ArrayList<>();
    if (ngrams instanceof Number n) {
      for (int i = 1; i <= n.intValue(); i++) {
        sizes.add(i);
      }
    } else if (ngrams instanceof List<?> l) {
      l.forEach(n -> sizes.add(((Number) n).intValue()));
    }
    return sizes;
  }

  private @Nullable HostKernel kernel() {
    if (standardize instanceof UnaryOperator || !(split instanceof String)) {
      return null;
    }
    String how = standardize == null ? "" : (String) standardize;
    return new HostKernel.Texts(
        how.startsWith("lower"),
        how.endsWith("strip_punctuation"),
        (String) split,
        sizes(),
        lookup.tokenPlaces().kernel(),
        outputSequenceLength == null ? -1 : outputSequenceLength,
        outputMode.equals("int") ? 0 : Long.MAX_VALUE);
  }

  private List<String> grams(List<String> tokens) {
    if (ngrams == null) {
      return tokens;
    }
    List<String> out = new ArrayList<>();
    for (int n : sizes()) {
      for (int i = 0; i + n <= tokens.size(); i++) {
        out.add(String.join(" ", tokens.subList(i, i + n)));
      }
    }
    return out;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean isPunctuation(char c) {
    return c < 127 && c > ' ' && !Character.isLetterOrDigit(c);
  }

  /** The words of a text, standardized: one walk over its characters, which most time goes into. */
  private List<String> words(String text, boolean lower, boolean strip) {
    List<String> out = new ArrayList<>();
    char[] word = new char[text.length()];
    int n = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isSpace(c)) {
        if (n > 0) {
          out.add(new String(word, 0, n));
        }
        n = 0;
      } else if (!strip || !isPunctuation(c)) {
        word[n++] = lower && c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
      }
    }
    if (n > 0) {
      out.add(new String(word, 0, n));
    }
    return out;
  }

  private List<List<String>> tokens(NDArray texts) {
    if (texts.dtype() != DType.STRING) {
      throw new IllegalArgumentException(label() + ": expected strings, got " + texts.spec());
    }
    int columns = texts.rank() < 2 ? 1 : (int) texts.shape().last();
    if (split != null && columns != 1 || texts.rank() > 2) {
      throw new IllegalArgumentException(
          label() + ": expected texts (batch) or (batch, 1), got shape " + texts.shape());
    }
    List<List<String>> out = new ArrayList<>();
    for (int i = 0; i < texts.size(); i += columns) {
      List<String> row = new ArrayList<>();
      boolean plain = "whitespace".equals(split) && !(standardize instanceof UnaryOperator);
      for (int k = 0; k < columns; k++) {
        if (plain) {
          String how = standardize == null ? "" : (String) standardize;
          row.addAll(words(
              texts.getString(i + k), how.startsWith("lower"), how.endsWith("strip_punctuation")));
          continue;
        }
        String s = standardized(texts.getString(i + k));
        if (split == null) {
          row.add(s);
        } else {
          row.addAll(tokens(s));
        }
      }
      out.add(grams(row));
    }
    return out;
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Object x = given(inputs);
    Tensor places = (Tensor) HostValues.map(
        "keras.layers.TextVectorization",
        x,
        this::placesShape,
        DType.INT64,
        this::places,
        this::kernel);
    return lookup.encode(places);
  }

  private Shape placesShape(Shape texts) {
    long length = outputSequenceLength == null ? Shape.UNKNOWN : outputSequenceLength;
    return isOne(texts) ? Shape.of(length) : Shape.of(texts.dim(0), length);
  }

  // whether texts make one sequence: one that is split, or a row of tokens
  private boolean isOne(Shape texts) {
    return texts.rank() == 0 || split == null && texts.rank() == 1;
  }

  private NDArray places(NDArray texts) {
    Shape shape = texts.shape();
    boolean one = isOne(shape);
    List<List<String>> rows =
        tokens(one && shape.rank() == 1 ? texts.reshape(1, texts.size()) : texts);
    int longest = rows.stream().mapToInt(List::size).max().orElse(0);
    int n = outputSequenceLength == null ? longest : outputSequenceLength;
    long[] out = new long[rows.size() * n];
    // a place that no encoding counts, where the places are to be encoded
    Arrays.fill(out, outputMode.equals("int") ? 0 : Long.MAX_VALUE);
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < Math.min(n, rows.get(r).size()); i++) {
        out[r * n + i] = lookup.tokenPlaces().of(rows.get(r).get(i));
      }
    }
    return HostValues.longs(one ? Shape.of(n) : Shape.of(rows.size(), n), out);
  }

  @Override
  public Map<String, NDArray> savedArrays() {
    return lookup.savedArrays();
  }

  @Override
  public Map<String, String> savedTexts() {
    return lookup.savedTexts();
  }

  @Override
  public void loadAssets(Map<String, NDArray> arrays, Map<String, String> texts) {
    lookup.loadAssets(arrays, texts);
  }

  @Override
  public Map<String, Object> getConfig() {
    if (standardize instanceof UnaryOperator || split instanceof Function) {
      throw new IllegalStateException(label() + ": holds a Java function and cannot be saved");
    }
    Map<String, Object> out = super.getConfig();
    out.put("standardize", standardize);
    out.put("split", split);
    out.put("ngrams", ngrams);
    out.put("output_sequence_length", outputSequenceLength);
    out.put("ragged", false);
    lookup.getConfig().forEach((k, v) -> {
      if (LOOKUP.contains(k)) {
        out.put(k, v);
      }
    });
    out.put("vocabulary_size", vocabularySize());
    return out;
  }

  @Override
  public boolean readsConfigKey(String key) {
    return LOOKUP.contains(key) || super.readsConfigKey(key);
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    Map<String, Object> inner = new LinkedHashMap<>();
    LOOKUP.forEach(k -> {
      if (rest.containsKey(k)) {
        inner.put(k, rest.remove(k));
      }
    });
    inner.values().removeIf(v -> v == null);
    lookup.setConfig(inner);
    outputMode =
        ConfigEntries.text(label(), "output_mode", inner.getOrDefault("output_mode", "int"));
    if (Boolean.TRUE.equals(rest.remove("ragged"))) {
      throw new IllegalArgumentException(label()
          + ": 'ragged' expects false, got true: there are no ragged tensors. Without it rows are"
          + " padded with 0");
    }
    if (rest.containsKey("standardize")) {
      standardize(textOrNull("standardize", rest.remove("standardize")));
    }
    if (rest.containsKey("split")) {
      split(textOrNull("split", rest.remove("split")));
    }
    ngrams = rest.remove("ngrams");
    Object length = rest.remove("output_sequence_length");
    outputSequenceLength =
        length == null ? null : ConfigEntries.integer(label(), "output_sequence_length", length);
    super.setConfig(rest);
  }

  private @Nullable String textOrNull(String key, @Nullable Object value) {
    return value == null ? null : ConfigEntries.text(label(), key, value);
  }
}
