package org.keras4j.layers.preprocessing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.SavedAssets;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/**
 * Layers that turn tokens into their places in a vocabulary, or back. They run on the host.
 *
 * @param <S> the class itself
 */
public abstract class IndexLookup<S extends IndexLookup<S>> extends FluentLayer<S>
    implements Adapting, SavedAssets {
  private static final String VOCABULARY_FILE = "vocabulary.txt";
  static final String HAS_INPUT_VOCABULARY = "has_input_vocabulary";
  private static final String IDF_WEIGHTS = "idf_weights";

  private final DType tokenType;

  // unknown tokens; the indices behind them can still be counted
  private static final int MOST_OOV = 1 << 30;

  @Config
  private boolean invert;

  @Config
  private @Nullable Integer maxTokens;

  @Config
  private int numOovIndices = 1;

  @Config
  private @Nullable Object oovToken;

  @Config
  private @Nullable Object maskToken;

  @Config
  private String outputMode = "int";

  @Config
  private boolean sparse;

  @Config
  private boolean padToMaxTokens;

  @Config
  private @Nullable List<Object> idfWeights;

  @Config("vocabulary")
  private @Nullable List<Object> givenVocabulary;

  @Config
  private @Nullable Integer vocabularySize;

  @Config
  private String oovMethod = "floormod";

  // one integer or two
  @Config
  private @Nullable Object salt;

  // whether the vocabulary is for good; null where that follows from its being in the config
  private @Nullable Boolean hasInputVocabulary;
  private Vocabulary vocabulary = new Vocabulary(List.of(), 1);
  private TokenPlaces places;
  private float @Nullable [] weights;

  IndexLookup(DType tokenType, Object oovToken) {
    this.tokenType = tokenType;
    this.oovToken = oovToken;
    this.places = placesNow();
    convertInputs(false);
  }

  /**
   * The largest size of the vocabulary, special tokens counted.
   *
   * @param value null (the default) for no limit
   * @return this layer
   */
  public S maxTokens(@Nullable Integer value) {
    return change("maxTokens", () -> maxTokens = value);
  }

  /** {@link #maxTokens(Integer)} of a number. */
  public S maxTokens(int value) {
    return maxTokens((Integer) value);
  }

  /**
   * How many places there are for unknown tokens, spread by hash.
   *
   * @param value 1 by default; 0 makes them an error
   * @return this layer
   */
  public S numOovIndices(int value) {
    return change("numOovIndices", () -> numOovIndices = value);
  }

  final S oov(Object value) {
    return change("oovToken", () -> oovToken = value);
  }

  final S mask(@Nullable Object value) {
    return change("maskToken", () -> maskToken = value);
  }

  /**
   * Whether places are turned into tokens.
   *
   * @param value false by default
   * @return this layer
   */
  public S invert(boolean value) {
    return change("invert", () -> invert = value);
  }

  /**
   * What comes out.
   *
   * @param value {@code "int"} (the default), {@code "one_hot"}, {@code "multi_hot"}, {@code "count"} or {@code
   *     "tf_idf"}
   * @return this layer
   */
  public S outputMode(String value) {
    return change("outputMode", () -> outputMode = value);
  }

  /**
   * Whether encodings have {@code maxTokens} places even if the vocabulary is smaller.
   *
   * @param value false by default
   * @return this layer
   */
  public S padToMaxTokens(boolean value) {
    return change("padToMaxTokens", () -> padToMaxTokens = value);
  }

  /**
   * Whether codes are sparse tensors, which take memory for what is not 0 alone. {@code Dense} takes them as they are.
   *
   * @param value false by default; true goes with every output mode but {@code "int"}
   * @return this layer
   */
  public S sparse(boolean value) {
    return change("sparse", () -> sparse = value);
  }

  /**
   * The key of the hash of unknown tokens.
   *
   * @param value an integer or two; none for the hash without key
   * @return this layer
   */
  public S salt(long... value) {
    return change("salt", () -> salt = HostValues.words(value));
  }

  final S hashing(String method) {
    return change("oovMethod", () -> oovMethod = method);
  }

  private S change(String setting, Runnable assignment) {
    set(setting, assignment);
    check();
    rebuild();
    return self();
  }

  /** The tokens, which then are part of the config. */
  public S vocabulary(List<?> tokens) {
    return vocabulary(tokens, null);
  }

  /** The tokens and, for the output mode {@code "tf_idf"}, their weights. */
  public S vocabulary(List<?> tokens, @Nullable List<? extends Number> idf) {
    return set("vocabulary", () -> {
      setVocabulary(tokens, idf);
      givenVocabulary = List.copyOf(tokens);
      idfWeights = idf == null ? null : List.copyOf(idf);
    });
  }

  private void check() {
    if (maxTokens != null && maxTokens <= 1) {
      throw new IllegalArgumentException(
          label() + ": 'maxTokens' expects an integer above 1, got " + maxTokens);
    }
    if (padToMaxTokens && maxTokens == null) {
      throw new IllegalArgumentException(label() + ": 'padToMaxTokens' needs 'maxTokens'");
    }
    Extent.of(label() + " numOovIndices", 1, 0, numOovIndices);
    if (numOovIndices > MOST_OOV) {
      throw new IllegalArgumentException(
          label() + ": 'numOovIndices' expects " + MOST_OOV + " at most, got " + numOovIndices);
    }
    Extent.choice("oovMethod", oovMethod, "floormod", "farmhash");
    outputMode = outputMode.equals("binary")
        ? "multi_hot"
        : outputMode.equals("tf-idf") ? "tf_idf" : outputMode;
    outputMode =
        Extent.choice("outputMode", outputMode, "int", "one_hot", "multi_hot", "count", "tf_idf");
    if (invert && !outputMode.equals("int")) {
      throw new IllegalArgumentException(
          label() + ": 'invert' goes with the output mode 'int', not '" + outputMode + "'");
    }
    long[] two = HostValues.salt(label(), salt);
    salt = two == null ? null : Arrays.stream(two).boxed().toList();
    if (salt != null && tokenType != DType.STRING && !oovMethod.equals("farmhash")) {
      throw new IllegalArgumentException(
          label() + ": 'salt' of integers goes with the method 'farmhash'");
    }
    oovToken = oovToken == null ? null : token(oovToken);
    maskToken = maskToken == null ? null : token(maskToken);
  }

  // places move when settings change
  private void rebuild() {
    know(vocabulary.tokens());
  }

  private void know(List<?> tokens) {
    vocabulary = new Vocabulary(tokens, tokenStart());
    places = placesNow();
  }

  private TokenPlaces placesNow() {
    TokenPlaces.Unknown unknown = new TokenPlaces.Unknown(
        numOovIndices, oovStart(), oovMethod, HostValues.salt(label(), salt));
    boolean masked = outputMode.equals("int");
    return new TokenPlaces(
        this::label,
        tokenType,
        vocabulary,
        unknown,
        oovToken,
        maskToken,
        masked ? 0 : Long.MAX_VALUE);
  }

  @Override
  protected void configured() {
    check();
    rebuild();
    if (givenVocabulary != null) {
      List<? extends Number> idf = idfWeights == null
          ? null
          : idfWeights.stream()
              .map(x -> ConfigEntries.number(label(), "idf_weights", x))
              .toList();
      setVocabulary(givenVocabulary, idf);
      if (Boolean.FALSE.equals(hasInputVocabulary)) {
        givenVocabulary = null; // it was learned, and stood in the config for want of a file
        idfWeights = null;
      }
    }
  }

  private int oovStart() {
    return maskToken != null && outputMode.equals("int") ? 1 : 0;
  }

  private int tokenStart() {
    return oovStart() + numOovIndices;
  }

  private Object token(@Nullable Object x) {
    if (tokenType == DType.STRING && x instanceof String) {
      return x;
    }
    if (tokenType != DType.STRING && x instanceof Number n && n.doubleValue() == n.longValue()) {
      return n.longValue();
    }
    throw new IllegalArgumentException(
        label() + ": expected tokens of dtype " + tokenType + ", got " + x);
  }

  private Object checked(@Nullable Object x) {
    Object token = token(x);
    if (token instanceof String s) {
      Utf8.check(label(), s);
    }
    return token;
  }

  /** Sets the vocabulary. */
  public final void setVocabulary(List<?> tokens) {
    setVocabulary(tokens, null);
  }

  /**
   * Sets the vocabulary.
   *
   * @param tokens in order; special tokens may stand first, exactly as {@link #getVocabulary} has them
   * @param idf for the output mode {@code "tf_idf"}, one weight a token
   * @throws IllegalArgumentException if tokens repeat, are too many, or have no weights where needed
   */
  public final void setVocabulary(List<?> tokens, @Nullable List<? extends Number> idf) {
    if (outputMode.equals("tf_idf") != (idf != null)) {
      throw new IllegalArgumentException(
          label() + ": 'idfWeights' must be given for the output mode 'tf_idf', and for no other");
    }
    List<Object> all = tokens.stream().map(this::checked).toList();
    if (all.isEmpty()) {
      throw new IllegalArgumentException(label() + ": the vocabulary must not be empty");
    }
    List<Object> special = special();
    boolean found = !special.isEmpty()
        && all.size() >= special.size()
        && all.subList(0, special.size()).equals(special);
    List<Object> rest = found ? all.subList(special.size(), all.size()) : all;
    if (new HashSet<>(rest).size() != rest.size()) {
      throw new IllegalArgumentException(label() + ": the vocabulary repeats tokens: " + rest);
    }
    if (maskToken != null && rest.contains(maskToken)
        || invert && oovToken != null && rest.contains(oovToken)) {
      throw new IllegalArgumentException(label()
          + ": special tokens must be left out of the vocabulary or stand first, as " + special);
    }
    if (maxTokens != null && rest.size() + tokenStart() > maxTokens) {
      throw new IllegalArgumentException(label() + ": the vocabulary has "
          + (rest.size() + tokenStart()) + " tokens, but 'maxTokens' is " + maxTokens);
    }
    if (idf != null && idf.size() != all.size()) {
      throw new IllegalArgumentException(
          label() + ": expected " + all.size() + " idf weights, one a token, got " + idf.size());
    }
    know(rest);
    vocabularySize = vocabulary.size();
    weights = idf == null
        ? null
        : weights(idf.stream().mapToDouble(Number::doubleValue).toArray(), !found);
  }

  private List<Object> special() {
    ReadBudget.table(label() + ": the unknown tokens", 8, numOovIndices, 1);
    List<Object> out = new ArrayList<>();
    for (int i = 0; i < tokenStart(); i++) {
      out.add(i < oovStart() ? maskToken : oovToken);
    }
    return out;
  }

  // with the mean for special tokens, if they have none, and zeros for padding
  private float[] weights(double[] idf, boolean front) {
    int before = front ? tokenStart() : 0;
    int n = before + idf.length;
    float[] out = new float[padToMaxTokens && maxTokens != null ? Math.max(n, maxTokens) : n];
    double mean = Arrays.stream(idf).average().orElse(0);
    for (int i = 0; i < n; i++) {
      out[i] = (float) (i < before ? mean : idf[i - before]);
    }
    return out;
  }

  /** The tokens in order, special ones first. */
  public final List<Object> getVocabulary() {
    return getVocabulary(true);
  }

  /** The tokens in order. */
  public final List<Object> getVocabulary(boolean includeSpecialTokens) {
    List<Object> out = includeSpecialTokens ? special() : new ArrayList<>();
    out.addAll(vocabulary.tokens());
    return out;
  }

  /** The number of tokens, special ones counted. */
  public final int vocabularySize() {
    return vocabulary.size();
  }

  final float @Nullable [] idfWeights() {
    return weights;
  }

  final void setIdfWeights(float[] value) {
    weights = value;
  }

  final boolean hasGivenVocabulary() {
    return givenVocabulary != null;
  }

  /**
   * Takes the vocabulary of data: the most frequent tokens first.
   *
   * @param data an array, list or tensor {@code (documents)} or {@code (documents, tokens)}, or {@link Adapting#adapt batches}
   *     of such
   */
  @Override
  public void adapt(Object data) {
    learn(counts -> AdaptData.each(label(), data, batch -> {
      NDArray a = HostValues.array(batch);
      int n = a.rank() < 2 ? 1 : a.size() / Math.max(1, (int) a.shape().dim(0));
      for (int i = 0; i + n <= a.size(); i += n) {
        List<Object> document = new ArrayList<>();
        for (int k = 0; k < n; k++) {
          document.add(checked(HostValues.key(a, i + k)));
        }
        counts.add(document);
      }
    }));
  }

  @Override
  public boolean isAdaptable() {
    return hasInputVocabulary == null ? givenVocabulary == null : !hasInputVocabulary;
  }

  /**
   * Takes the vocabulary of documents.
   *
   * @param documents counts the tokens of each
   */
  final void learn(Consumer<TokenCounts> documents) {
    if (!isAdaptable()) {
      throw new IllegalStateException(label() + ": has a given vocabulary and cannot adapt");
    }
    TokenCounts counts = new TokenCounts();
    documents.accept(counts);
    counts.remove(maskToken);
    counts.remove(oovToken);
    List<Object> sorted = counts.sorted();
    int most = maxTokens == null ? sorted.size() : Math.max(0, maxTokens - tokenStart());
    List<Object> kept = sorted.subList(0, Math.min(most, sorted.size()));
    know(kept);
    vocabularySize = vocabulary.size();
    weights = outputMode.equals("tf_idf")
        ? weights(kept.stream().mapToDouble(counts::inverseDocumentFrequency).toArray(), true)
        : null;
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Object x = given(inputs);
    String name = "keras.layers." + getClass().getSimpleName();
    if (invert) {
      return HostValues.map(
          name,
          x,
          s -> s,
          tokenType,
          a -> places.tokens(a),
          () -> places.tokensKernel(getVocabulary()));
    }
    return encode((Tensor)
        HostValues.map(name, x, s -> s, DType.INT64, this::placesOf, () -> places.kernel()));
  }

  /** Places in the output mode. */
  final Tensor encode(Tensor places) {
    Extent.sparse(label(), sparse, outputMode);
    if (outputMode.equals("int")) {
      return places;
    }
    Trace.dependsOn(() -> Arrays.asList(vocabularySize, weights));
    String mode = outputMode.equals("tf_idf") ? "count" : outputMode;
    Tensor y = CategoryCodes.encode(places, mode, depth(), DType.INT64, null, sparse);
    if (!outputMode.equals("tf_idf")) {
      return y;
    }
    float[] idf = weights;
    if (idf == null && vocabularySize != null && vocabularySize > vocabulary.size()) {
      idf = new float
          [ReadBudget.table(
              "the idf weights",
              8,
              depth())]; // a graph read from a config; the file's weights come later
    }
    if (idf == null) {
      throw new IllegalStateException(
          label() + ": has no idf weights yet; call adapt(data) before");
    }
    Tensor each = ArrayLike.tensor(idf, Keras.floatx());
    if (y instanceof SparseTensor s) {
      int last = s.rank() - 1;
      Tensor column = Prims.reshape(Prims.slice(s.indices(), 1, last, last + 1), -1);
      Tensor weighed =
          Prims.mul(Prims.convert(s.values(), Keras.floatx()), Prims.take(each, column, 0));
      return new SparseTensor(s.indices(), weighed, s.shape());
    }
    return Ops.multiply(Prims.convert(y, Keras.floatx()), each);
  }

  private int depth() {
    if (padToMaxTokens && maxTokens != null) {
      return maxTokens;
    }
    if (vocabularySize == null) {
      throw new IllegalStateException(label() + ": the output mode '" + outputMode
          + "' needs the vocabulary before the first call; give it, or call adapt(data)");
    }
    return vocabularySize;
  }

  private NDArray placesOf(NDArray values) {
    long[] out = new long[values.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = places.of(token(HostValues.key(values, i)));
    }
    return HostValues.longs(values.shape(), out);
  }

  /** Where tokens lie now. */
  final TokenPlaces tokenPlaces() {
    return places;
  }

  @Override
  public Map<String, NDArray> savedArrays() {
    return outputMode.equals("tf_idf") && weights != null
        ? Map.of(IDF_WEIGHTS, NDArray.of(weights))
        : Map.of();
  }

  /** The vocabulary, one token a line, unless the config has it. */
  @Override
  public Map<String, String> savedTexts() {
    return isInConfig()
        ? Map.of()
        : Map.of(VOCABULARY_FILE, VocabularyLines.write(getVocabulary()));
  }

  /** Whether the vocabulary is saved with the config: one that was given, and one that no lines can hold. */
  final boolean isInConfig() {
    return givenVocabulary != null
        || vocabulary.size() > tokenStart() && !VocabularyLines.hold(getVocabulary());
  }

  @Override
  public void loadAssets(Map<String, NDArray> arrays, Map<String, String> texts) {
    NDArray idf = arrays.get(IDF_WEIGHTS);
    String text = texts.get(VOCABULARY_FILE);
    if (text != null && givenVocabulary == null) {
      List<Object> tokens = new ArrayList<>();
      VocabularyLines.read(label(), text, vocabularySize).forEach(l -> tokens.add(parsed(l)));
      List<Object> special = special();
      if (tokens.size() <= special.size() && tokens.equals(special.subList(0, tokens.size()))) {
        return; // saved before it learned anything
      }
      List<Float> weightsOfTokens = null;
      if (idf != null) {
        weightsOfTokens = new ArrayList<>();
        for (int i = 0; i < Math.min(tokens.size(), idf.size()); i++) {
          weightsOfTokens.add(idf.getFloat(i));
        }
      }
      setVocabulary(tokens, weightsOfTokens);
    }
    if (idf != null) {
      weights = idf.astype(DType.FLOAT32).toFloatArray();
    }
  }

  private Object parsed(String line) {
    if (tokenType == DType.STRING) {
      return line;
    }
    try {
      return Long.valueOf(line);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          label() + ": the vocabulary has a token '" + line + "', which is no integer", e);
    }
  }

  @Override
  public @Nullable Map<String, Object> getBuildConfig() {
    return Map.of();
  }

  /** With what was learned too, where no file of lines can hold it; Keras reads that as it reads a given one. */
  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    if (givenVocabulary == null && isInConfig()) {
      out.put("vocabulary", vocabulary.tokens());
      float[] idf = weights;
      if (idf != null) {
        List<Object> ofTokens = new ArrayList<>();
        for (int i = tokenStart(); i < vocabulary.size(); i++) {
          ofTokens.add(idf[i]);
        }
        out.put("idf_weights", ofTokens);
      }
      out.put(HAS_INPUT_VOCABULARY, false);
    } else if (hasInputVocabulary != null) {
      out.put(HAS_INPUT_VOCABULARY, hasInputVocabulary);
    }
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    hasInputVocabulary = (Boolean) rest.remove(HAS_INPUT_VOCABULARY);
    super.setConfig(rest);
  }

  @Override
  public boolean readsConfigKey(String key) {
    return key.equals(HAS_INPUT_VOCABULARY) || super.readsConfigKey(key);
  }
}
