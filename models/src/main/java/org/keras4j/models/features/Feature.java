package org.keras4j.models.features;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.Layer;

/**
 * What a {@link FeatureSpace} makes of one column: a layer, and whether its integers are one-hot encoded afterwards. The factories
 * of {@code FeatureSpace} make one for each kind of column.
 *
 * <pre>{@code
 * Feature city = FeatureSpace.stringCategorical().outputMode("int");
 * }</pre>
 */
@KerasSerializable(module = "keras.src.layers.preprocessing.feature_space")
public final class Feature implements Configurable {
  private static final List<String> MODES = List.of("int", "one_hot", "float");

  private DType dtype = DType.FLOAT32;
  private @Nullable Layer preprocessor;
  private String outputMode = "float";

  private Feature() {}

  Feature(DType dtype, Layer preprocessor, String outputMode) {
    this.dtype = dtype;
    this.preprocessor = preprocessor;
    outputMode(outputMode);
  }

  /**
   * What becomes of the layer's output.
   *
   * @param value {@code "int"}: integers stay; {@code "one_hot"}: a vector for each; {@code "float"}: numbers stay
   * @return this feature
   * @throws IllegalArgumentException if it is none of these
   */
  public Feature outputMode(String value) {
    outputMode = FeatureKinds.choice("Feature: 'outputMode'", value, MODES);
    return this;
  }

  /** The dtype of the column: float32, int32 or string, for the kinds of {@link FeatureSpace}. */
  public DType dtype() {
    return dtype;
  }

  /** The layer. */
  public Layer preprocessor() {
    if (preprocessor == null) {
      throw new IllegalStateException("Feature: has no preprocessor");
    }
    return preprocessor;
  }

  /** {@code "int"}, {@code "one_hot"} or {@code "float"}. */
  public String outputMode() {
    return outputMode;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dtype", dtype);
    out.put("preprocessor", preprocessor);
    out.put("output_mode", outputMode);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    dtype = DType.of(ConfigEntries.text("Feature", "dtype", config.get("dtype")));
    if (!(config.get("preprocessor") instanceof Layer l)) {
      throw new IllegalArgumentException(
          "Feature: config expects 'preprocessor' to be a layer, got "
              + ConfigEntries.shown(config.get("preprocessor")));
    }
    preprocessor = l;
    outputMode(ConfigEntries.text("Feature", "output_mode", config.get("output_mode")));
  }
}
