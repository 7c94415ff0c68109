package org.keras4j.models.features;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Names;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.preprocessing.Adapting;
import org.keras4j.layers.preprocessing.HashedCrossing;
import org.keras4j.models.Load;
import org.keras4j.models.Model;
import org.keras4j.models.Save;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ProbedSizes;

/**
 * Makes numbers of a table of mixed columns, one preprocessing layer a column ({@code keras.utils.FeatureSpace}): floats as they are,
 * rescaled, normalized or put into bins; integers and strings looked up in a vocabulary or hashed; columns crossed; a layer of one's own.
 * It {@link #adapt adapts} all of them to data at once, encodes tables outside of a model, and gives the inputs and the encoding of a
 * model that takes raw values. It is saved as {@code .keras}, which Python's Keras opens too.
 *
 * <p>Input: a map of columns by name, each of {@code (rows)} or {@code (rows, 1)} (Java arrays, lists, {@code NDArray}s, tensors), or of
 * single values, which are one row; or a list of such rows. Output: for {@code "concat"} a float tensor {@code (rows, width)}, the
 * features in the order of their names and the crosses after them; for {@code "dict"} a map with one tensor for each. For a single row
 * the first axis is not there.
 *
 * <pre>{@code
 * FeatureSpace space = new FeatureSpace()
 *     .feature("age", FeatureSpace.floatNormalized())
 *     .feature("city", FeatureSpace.stringCategorical())
 *     .feature("plan", "integer_categorical")
 *     .cross(32, "city", "plan");
 * space.adapt(Map.of("age", ages, "city", cities, "plan", plans));
 * Tensor rows = space.invoke(Map.of("age", 30f, "city", "Oslo", "plan", 2));
 * Model model = Model.of(space.getInputs(), new Dense(1).invoke(space.getEncodedFeatures()));
 * }</pre>
 */
@KerasSerializable(module = "keras.utils")
public final class FeatureSpace extends FluentLayer<FeatureSpace> {
  private final Map<String, Object> given = new LinkedHashMap<>();
  private final List<Object> givenCrosses = new ArrayList<>();
  private String outputMode = "concat";
  private int crossingDim = 32;
  private int hashingDim = 32;
  private int numDiscretizationBins = 32;

  // made of what is given, at the first use
  private @Nullable Map<String, Feature> features;
  private List<Cross> crosses = List.of();
  private final FeatureEncoding encoding = new FeatureEncoding(this::label);
  private Map<String, KerasTensor> inputs = Map.of();
  private @Nullable Map<String, Object> preprocessed;
  private @Nullable Object encoded;
  private boolean adapted;

  /** Without features: {@link #feature} adds them. */
  public FeatureSpace() {
    convertInputs(false);
  }

  // ---- kinds of features

  /** Floats as they are; the column may be of integers too. */
  public static Feature floatPlain() {
    return FeatureKinds.floatPlain(Names.auto("float"));
  }

  /**
   * Floats times a scale plus an offset.
   *
   * @param scale 1 leaves them as they are
   * @param offset 0 leaves them as they are
   * @return the column
   */
  public static Feature floatRescaled(double scale, double offset) {
    return FeatureKinds.floatRescaled(scale, offset, Names.auto("float_rescaled"));
  }

  /** Floats shifted and scaled to mean 0 and variance 1 of the data that the space is adapted to. */
  public static Feature floatNormalized() {
    return FeatureKinds.floatNormalized(Names.auto("float_normalized"));
  }

  /**
   * Floats put into bins that hold about the same number of values, one-hot encoded.
   *
   * @param numBins how many bins there are
   * @return the column
   */
  public static Feature floatDiscretized(int numBins) {
    return FeatureKinds.floatDiscretized(numBins, Names.auto("float_discretized"));
  }

  /**
   * Floats put into bins of these boundaries, one-hot encoded; nothing is taken of data.
   *
   * @param binBoundaries ascending; there is one bin more
   * @return the column
   */
  public static Feature floatDiscretized(double[] binBoundaries) {
    return FeatureKinds.floatDiscretized(binBoundaries, Names.auto("float_discretized"));
  }

  /** Integers looked up in a vocabulary taken of data, one-hot encoded; one place is for unknown ones. */
  public static Feature integerCategorical() {
    return integerCategorical(null, 1);
  }

  /**
   * {@link #integerCategorical()} with a limit.
   *
   * @param maxTokens how many places there are, unknown ones counted; null for no limit
   * @param numOovIndices how many places there are for unknown integers
   * @return the column
   */
  public static Feature integerCategorical(@Nullable Integer maxTokens, int numOovIndices) {
    return FeatureKinds.integerCategorical(
        maxTokens, numOovIndices, Names.auto("integer_categorical"));
  }

  /** Strings looked up in a vocabulary taken of data, one-hot encoded; one place is for unknown ones. */
  public static Feature stringCategorical() {
    return stringCategorical(null, 1);
  }

  /**
   * {@link #stringCategorical()} with a limit.
   *
   * @param maxTokens how many places there are, unknown ones counted; null for no limit
   * @param numOovIndices how many places there are for unknown strings
   * @return the column
   */
  public static Feature stringCategorical(@Nullable Integer maxTokens, int numOovIndices) {
    return FeatureKinds.stringCategorical(
        maxTokens, numOovIndices, Names.auto("string_categorical"));
  }

  /**
   * Integers hashed into bins, one-hot encoded; nothing is taken of data.
   *
   * @param numBins how many bins there are
   * @return the column
   */
  public static Feature integerHashed(int numBins) {
    return FeatureKinds.integerHashed(numBins, Names.auto("integer_hashed"));
  }

  /**
   * Strings hashed into bins, one-hot encoded; nothing is taken of data.
   *
   * @param numBins how many bins there are
   * @return the column
   */
  public static Feature stringHashed(int numBins) {
    return FeatureKinds.stringHashed(numBins, Names.auto("string_hashed"));
  }

  /**
   * A column with a layer of one's own, {@code TextVectorization} for instance.
   *
   * @param dtype of the column, {@code "string"}
   * @param preprocessor what is called on it; adapted with the others if it is {@link Adapting}
   * @param outputMode {@code "float"}, {@code "int"} or {@code "one_hot"}; the last for lookups, bins, hashes and {@code
   *     CategoryEncoding} alone, whose number of places is known
   * @return the column
   */
  public static Feature feature(String dtype, Layer preprocessor, String outputMode) {
    return new Feature(DType.of(dtype), preprocessor, outputMode);
  }

  /**
   * A combination of columns.
   *
   * @param crossingDim into how many bins it is hashed
   * @param featureNames two columns at least, of integers or strings, or whose layers give integers
   * @return the combination
   */
  public static Cross cross(int crossingDim, List<String> featureNames) {
    return new Cross(featureNames, crossingDim);
  }

  // ---- settings

  /**
   * Adds a column.
   *
   * @param name of the column
   * @param feature what is made of it
   * @return this space
   */
  public FeatureSpace feature(String name, Feature feature) {
    return add(name, feature);
  }

  /**
   * Adds a column of a kind with its default settings.
   *
   * @param name of the column
   * @param kind {@code "float"}, {@code "float_rescaled"}, {@code "float_normalized"}, {@code "float_discretized"}, {@code
   *     "integer_categorical"}, {@code "string_categorical"}, {@code "integer_hashed"} or {@code "string_hashed"}
   * @return this space
   * @throws IllegalArgumentException if there is no such kind
   */
  public FeatureSpace feature(String name, String kind) {
    return open(
        "feature",
        () -> put(
            name,
            FeatureKinds.choice(
                "FeatureSpace: the kind of '" + name + "'", kind, FeatureKinds.NAMES)));
  }

  private FeatureSpace add(String name, Object feature) {
    return open("feature", () -> put(name, feature));
  }

  private void put(String name, Object feature) {
    if (given.put(name, feature) != null) {
      throw new IllegalArgumentException(label() + ": has two features '" + name + "'");
    }
  }

  /**
   * Columns by name.
   *
   * @param value a {@link Feature} or the name of a kind for each; those given so far are replaced
   * @return this space
   */
  public FeatureSpace features(Map<String, ?> value) {
    open("features", given::clear);
    value.forEach((name, f) -> {
      if (f instanceof Feature x) {
        feature(name, x);
      } else if (f instanceof String kind) {
        feature(name, kind);
      } else {
        throw new IllegalArgumentException(label() + ": feature '" + name
            + "' expects a Feature or the name of a kind, got " + ConfigEntries.shown(f));
      }
    });
    return this;
  }

  /**
   * Adds a combination of columns, one-hot encoded.
   *
   * @param dim into how many bins it is hashed
   * @param featureNames two columns at least
   * @return this space
   */
  public FeatureSpace cross(int dim, String... featureNames) {
    return open("cross", () -> givenCrosses.add(new Cross(List.of(featureNames), dim)));
  }

  /**
   * Adds a combination of columns, hashed into {@link #crossingDim} bins and one-hot encoded.
   *
   * @param featureNames two columns at least
   * @return this space
   */
  public FeatureSpace cross(String... featureNames) {
    return open("cross", () -> givenCrosses.add(List.of(featureNames)));
  }

  /**
   * Adds combinations of columns.
   *
   * @param value a {@link Cross} or a list of names for each
   * @return this space
   */
  public FeatureSpace crosses(List<?> value) {
    return open("crosses", () -> givenCrosses.addAll(value));
  }

  /**
   * What comes out.
   *
   * @param value {@code "concat"} (the default): all features as one vector; {@code "dict"}: a map of them by name
   * @return this space
   */
  public FeatureSpace outputMode(String value) {
    return open(
        "outputMode",
        () -> outputMode =
            FeatureKinds.choice("FeatureSpace: 'outputMode'", value, List.of("concat", "dict")));
  }

  /**
   * Into how many bins crosses are hashed that do not say so themselves.
   *
   * @param value 32 by default
   * @return this space
   */
  public FeatureSpace crossingDim(int value) {
    return open("crossingDim", () -> crossingDim = value);
  }

  /**
   * The number of bins of {@code "integer_hashed"} and {@code "string_hashed"} given as names.
   *
   * @param value 32 by default
   * @return this space
   */
  public FeatureSpace hashingDim(int value) {
    return open("hashingDim", () -> hashingDim = value);
  }

  /**
   * The number of bins of {@code "float_discretized"} given as a name.
   *
   * @param value 32 by default
   * @return this space
   */
  public FeatureSpace numDiscretizationBins(int value) {
    return open("numDiscretizationBins", () -> numDiscretizationBins = value);
  }

  private FeatureSpace open(String setting, Runnable assignment) {
    if (features != null) {
      throw new IllegalStateException(
          label() + ": '" + setting + "' comes too late: the features are in use already");
    }
    return set(setting, assignment);
  }

  // ---- what is made of them

  /** The features by name, in the order in which they were given. */
  public Map<String, Feature> features() {
    return Collections.unmodifiableMap(standing());
  }

  /** The combinations. */
  public List<Cross> crosses() {
    standing();
    return crosses;
  }

  /** The layer of each feature, by the feature's name. */
  public Map<String, Layer> preprocessors() {
    Map<String, Layer> out = new LinkedHashMap<>();
    standing().forEach((name, f) -> out.put(name, f.preprocessor()));
    return out;
  }

  /** The layer of each combination, by its name. */
  public Map<String, HashedCrossing> crossers() {
    standing();
    return encoding.crossers();
  }

  private synchronized Map<String, Feature> standing() {
    if (features != null) {
      return features;
    }
    if (given.isEmpty()) {
      throw new IllegalStateException(label() + ": has no features; feature(name, kind) adds them");
    }
    Map<String, Feature> made = new LinkedHashMap<>();
    given.forEach((name, f) -> made.put(
        name,
        f instanceof Feature x
            ? x
            : FeatureKinds.named((String) f, name, numDiscretizationBins, hashingDim)));
    List<Cross> all = new ArrayList<>();
    for (Object c : givenCrosses) {
      Cross cross = c instanceof Cross x
          ? x
          : new Cross(
              ConfigEntries.list("FeatureSpace", "crosses", c).stream()
                  .map(n -> ConfigEntries.text("FeatureSpace", "crosses", n))
                  .toList(),
              crossingDim);
      for (String name : cross.featureNames()) {
        if (!made.containsKey(name)) {
          throw new IllegalArgumentException(label() + ": a cross of " + cross.featureNames()
              + ", but the features are " + made.keySet());
        }
      }
      all.add(cross);
      encoding.add(cross);
    }
    crosses = List.copyOf(all);
    Map<String, KerasTensor> symbolic = new LinkedHashMap<>();
    made.forEach(
        (name, f) -> symbolic.put(name, new Input(1).dtype(f.dtype()).name(name).output()));
    inputs = symbolic;
    features = made;
    return made;
  }

  // the layers that take their state of data
  private Map<String, Adapting> adaptable() {
    Map<String, Adapting> out = new LinkedHashMap<>();
    preprocessors().forEach((name, l) -> {
      if (l instanceof Adapting a && a.isAdaptable()) {
        out.put(name, a);
      }
    });
    return out;
  }

  /**
   * Takes means, vocabularies and bins of data, for all features that have such, in one pass.
   *
   * @param data a map of columns; rows or batches, each a map of columns, as an iterable, iterator or stream; or a {@code DataSource} of
   *     batches whose inputs are such maps. Columns that no feature wants may be there
   * @throws IllegalArgumentException if a column is missing or of another kind
   */
  public void adapt(Object data) {
    Map<String, Adapting> layers = adaptable();
    Map<String, DType> wanted = new LinkedHashMap<>();
    layers.keySet().forEach(name -> wanted.put(name, standing(name).dtype()));
    Map<String, List<Object>> batches = Columns.batches(label(), data, wanted);
    layers.forEach((name, l) -> l.adapt(Objects.requireNonNull(batches.get(name))));
    adapted = true;
    preprocessed = null;
    encoded = null;
    encoding.clear();
    finish();
  }

  private synchronized void finish() {
    if (encoded != null) {
      return;
    }
    if (!adapted && !adaptable().isEmpty()) {
      throw new IllegalStateException(
          label() + ": must be adapted before it is used; call adapt(data) first");
    }
    adapted = true;
    Map<String, Feature> all = standing();
    preprocessed = encoding.preprocess(all, inputs);
    encoded = encoding.encode(all, crosses, preprocessed, isDict());
    markBuilt();
  }

  // ---- in a model

  /** The inputs of a model that takes raw values: one for each feature, of {@code (batch, 1)}. */
  public Map<String, KerasTensor> getInputs() {
    standing();
    finish();
    return Collections.unmodifiableMap(inputs);
  }

  /**
   * What becomes of {@link #getInputs}: one symbolic tensor {@code (batch, width)}, or for {@code "dict"} a map of them.
   *
   * @return a {@link KerasTensor}, or a map of such by name
   */
  public Object getEncodedFeatures() {
    standing();
    finish();
    return Objects.requireNonNull(encoded);
  }

  /** What the layers make of {@link #getInputs}, by feature, before integers are one-hot encoded and features joined. */
  public Map<String, Object> getPreprocessedFeatures() {
    standing();
    finish();
    return Collections.unmodifiableMap(Objects.requireNonNull(preprocessed));
  }

  private boolean isDict() {
    return outputMode.equals("dict");
  }

  private Feature standing(String name) {
    return Objects.requireNonNull(standing().get(name), name);
  }

  // ---- outside of a model

  /**
   * Encodes a table for {@code outputMode("dict")}.
   *
   * @param data as of the class comment
   * @return one tensor for each feature and cross
   * @throws IllegalStateException if the features are joined: {@link #invoke(Object)} gives them
   */
  @SuppressWarnings("unchecked")
  public Map<String, Object> invokeEach(Object data) {
    if (!isDict()) {
      throw new IllegalStateException(
          label() + ": joins its features to one tensor, which invoke(data) gives");
    }
    return (Map<String, Object>) invokeNested(data, CallArgs.of());
  }

  @Override
  protected Object call(@Nullable Object data, CallContext context) {
    Map<String, Feature> all = standing();
    finish();
    Map<String, Object> columns = Columns.of(label(), data);
    Map<String, Object> converted = new LinkedHashMap<>();
    boolean[] single = {false};
    all.forEach((name, f) -> {
      Object v = columns.get(name);
      if (v == null) {
        throw new IllegalArgumentException(
            label() + ": has a feature '" + name + "', got " + columns.keySet());
      }
      single[0] |= Columns.isScalar(v);
      if (v instanceof Tensor t && (!t.shape().isKnown() || ProbedSizes.areStandIns())) {
        throw new IllegalArgumentException(
            label() + ": is no layer of a model, as in Keras: getInputs()"
                + " and getEncodedFeatures() are the inputs of one and what becomes of them");
      }
      converted.put(name, Columns.column(label(), name, v, f.dtype()));
    });
    Object out = encoding.encode(all, crosses, encoding.preprocess(all, converted), isDict());
    return single[0]
        ? Objects.requireNonNull(Nest.map(out, x -> x instanceof Tensor t ? withoutRow(t) : x))
        : out;
  }

  // of a single row
  private static Tensor withoutRow(Tensor t) {
    return t.rank() == 2 && t.shape().dim(0) == 1 ? Ops.squeeze(t, 0) : t;
  }

  // ---- files

  /** Writes the space with what it took of data as {@code .keras}; Python's Keras opens it too. */
  public void save(Path file) {
    standing();
    Model.Files.find().saveLayer(this, file, Save.defaults());
  }

  /**
   * Reads a space from a {@code .keras} file, this library's or Python's.
   *
   * @throws RuntimeException if it cannot be read, or holds something else ({@code ModelFileException})
   */
  public static FeatureSpace load(Path file) {
    return load(file, Load.defaults());
  }

  /** Likewise, within limits of one's own, or with classes that the file may name. */
  public static FeatureSpace load(Path file, Load options) {
    return Model.Files.find().loadLayer(FeatureSpace.class, file, options);
  }

  /** As Keras's class has them: files hold the layers of features under {@code preprocessors}. */
  @Override
  public Map<String, Object> trackedAttributes() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("preprocessors", preprocessors());
    out.putAll(encoding.attributes());
    return out;
  }

  @Override
  public @Nullable Map<String, Object> getBuildConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    standing().forEach((name, f) -> out.put(name, f.preprocessor().getBuildConfig()));
    return out;
  }

  @Override
  public void buildFromConfig(Map<String, Object> config) {
    standing().forEach((name, f) -> {
      Object c = config.get(name);
      if (c instanceof Map<?, ?> m && !f.preprocessor().isBuilt()) {
        Map<String, Object> named = new LinkedHashMap<>();
        m.forEach((k, v) -> named.put((String) k, v));
        f.preprocessor().buildFromConfig(named);
      }
    });
    adapted = true;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("features", features == null && given.isEmpty() ? Map.of() : standing());
    out.put("output_mode", outputMode);
    out.put("crosses", crosses);
    out.put("crossing_dim", crossingDim);
    out.put("hashing_dim", hashingDim);
    out.put("num_discretization_bins", numDiscretizationBins);
    return out;
  }

  @Override
  @SuppressWarnings("unchecked")
  public void setConfig(Map<String, Object> config) {
    features(
        (Map<String, ?>) ConfigEntries.map("FeatureSpace", "features", config.get("features")));
    if (config.get("crosses") != null) {
      crosses(ConfigEntries.list("FeatureSpace", "crosses", config.get("crosses")));
    }
    if (config.get("output_mode") != null) {
      outputMode(ConfigEntries.text("FeatureSpace", "output_mode", config.get("output_mode")));
    }
    crossingDim = integer(config, "crossing_dim", crossingDim);
    hashingDim = integer(config, "hashing_dim", hashingDim);
    numDiscretizationBins = integer(config, "num_discretization_bins", numDiscretizationBins);
  }

  private static int integer(Map<String, Object> config, String key, int otherwise) {
    return config.get(key) == null
        ? otherwise
        : ConfigEntries.integer("FeatureSpace", key, config.get(key));
  }
}
