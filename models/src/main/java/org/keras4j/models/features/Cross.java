package org.keras4j.models.features;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * A combination of columns of a {@link FeatureSpace}, put into bins by a hash ({@link
 * org.keras4j.layers.preprocessing.HashedCrossing}): it tells a network what it would have to learn from the columns together.
 *
 * <pre>{@code
 * Cross cross = FeatureSpace.cross(64, List.of("city", "plan")).outputMode("int");
 * }</pre>
 */
@KerasSerializable(module = "keras.src.layers.preprocessing.feature_space")
public final class Cross implements Configurable {
  private static final List<String> MODES = List.of("int", "one_hot");

  private List<String> featureNames = List.of();
  private int crossingDim;
  private String outputMode = "one_hot";

  private Cross() {}

  Cross(List<String> featureNames, int crossingDim) {
    this.featureNames = List.copyOf(featureNames);
    this.crossingDim = crossingDim;
    check();
  }

  private void check() {
    if (featureNames.size() < 2) {
      throw new IllegalArgumentException(
          "Cross: expected the names of two features at least, got " + featureNames);
    }
    if (crossingDim < 1) {
      throw new IllegalArgumentException(
          "Cross: 'crossingDim' expects an integer above 0, got " + crossingDim);
    }
  }

  /**
   * What comes out.
   *
   * @param value {@code "one_hot"} (the default): a vector of {@link #crossingDim}; {@code "int"}: the bin
   * @return this cross
   * @throws IllegalArgumentException if it is neither
   */
  public Cross outputMode(String value) {
    outputMode = FeatureKinds.choice("Cross: 'outputMode'", value, MODES);
    return this;
  }

  /** The names joined by {@code _X_}, under which the outputs of {@code "dict"} have it. */
  public String name() {
    return String.join("_X_", featureNames);
  }

  /** The columns. */
  public List<String> featureNames() {
    return featureNames;
  }

  /** How many bins there are. */
  public int crossingDim() {
    return crossingDim;
  }

  /** {@code "one_hot"} or {@code "int"}. */
  public String outputMode() {
    return outputMode;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("feature_names", featureNames);
    out.put("crossing_dim", crossingDim);
    out.put("output_mode", outputMode);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    featureNames =
        ConfigEntries.list("Cross", "feature_names", config.get("feature_names")).stream()
            .map(x -> ConfigEntries.text("Cross", "feature_names", x))
            .toList();
    crossingDim = ConfigEntries.integer("Cross", "crossing_dim", config.get("crossing_dim"));
    outputMode(ConfigEntries.text("Cross", "output_mode", config.get("output_mode")));
    check();
  }
}
