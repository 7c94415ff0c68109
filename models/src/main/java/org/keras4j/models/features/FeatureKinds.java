package org.keras4j.models.features;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.preprocessing.Discretization;
import org.keras4j.layers.preprocessing.Hashing;
import org.keras4j.layers.preprocessing.IntegerLookup;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.Rescaling;
import org.keras4j.layers.preprocessing.StringLookup;

/** The kinds of columns that a {@link FeatureSpace} knows by name, and the layer of each. */
final class FeatureKinds {
  static final List<String> NAMES = List.of(
      "float",
      "float_rescaled",
      "float_normalized",
      "float_discretized",
      "integer_categorical",
      "string_categorical",
      "integer_hashed",
      "string_hashed");

  private FeatureKinds() {}

  /**
   * The column of a kind with its default settings.
   *
   * @param kind one of {@link #NAMES}
   * @param name of the column
   * @param bins of {@code "float_discretized"}
   * @param hashingDim bins of those that are hashed
   */
  static Feature named(String kind, String name, int bins, int hashingDim) {
    return switch (kind) {
      case "float" -> floatPlain(name);
      case "float_rescaled" -> floatRescaled(1, 0, name);
      case "float_normalized" -> floatNormalized(name);
      case "float_discretized" -> floatDiscretized(bins, name);
      case "integer_categorical" -> integerCategorical(null, 1, name);
      case "string_categorical" -> stringCategorical(null, 1, name);
      case "integer_hashed" -> integerHashed(hashingDim, name);
      default -> stringHashed(hashingDim, name);
    };
  }

  static Feature floatPlain(String name) {
    return new Feature(
        DType.FLOAT32, preprocessor(new FeatureIdentity(), name).dtype("float32"), "float");
  }

  static Feature floatRescaled(double scale, double offset, String name) {
    return new Feature(DType.FLOAT32, preprocessor(new Rescaling(scale, offset), name), "float");
  }

  static Feature floatNormalized(String name) {
    return new Feature(DType.FLOAT32, preprocessor(new Normalization(), name), "float");
  }

  static Feature floatDiscretized(int numBins, String name) {
    return new Feature(DType.FLOAT32, preprocessor(new Discretization(numBins), name), "one_hot");
  }

  static Feature floatDiscretized(double[] binBoundaries, String name) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("bin_boundaries", binBoundaries.clone());
    config.put("num_bins", binBoundaries.length + 1);
    Discretization layer = Serializer.fromConfig(Discretization.class, config);
    return new Feature(DType.FLOAT32, preprocessor(layer, name), "one_hot");
  }

  static Feature integerCategorical(@Nullable Integer maxTokens, int numOovIndices, String name) {
    IntegerLookup layer = new IntegerLookup().maxTokens(maxTokens).numOovIndices(numOovIndices);
    return new Feature(DType.INT32, preprocessor(layer, name), "one_hot");
  }

  static Feature stringCategorical(@Nullable Integer maxTokens, int numOovIndices, String name) {
    StringLookup layer = new StringLookup().maxTokens(maxTokens).numOovIndices(numOovIndices);
    return new Feature(DType.STRING, preprocessor(layer, name), "one_hot");
  }

  static Feature integerHashed(int numBins, String name) {
    return new Feature(DType.INT32, preprocessor(new Hashing(numBins), name), "one_hot");
  }

  static Feature stringHashed(int numBins, String name) {
    return new Feature(DType.STRING, preprocessor(new Hashing(numBins), name), "one_hot");
  }

  private static <L extends FluentLayer<L>> L preprocessor(L layer, String name) {
    return layer.name(name + "_preprocessor");
  }

  /** One of the names that are known. */
  static String choice(String what, String value, Collection<String> known) {
    if (!known.contains(value)) {
      throw new IllegalArgumentException(
          what + " expects one of " + known + ", got '" + value + "'");
    }
    return value;
  }
}
