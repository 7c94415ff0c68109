package org.keras4j.layers.preprocessing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.internal.engine.ArrayLike;

/**
 * Encodes integers ({@code keras.layers.CategoryEncoding}): {@code "multi_hot"} tells which of them a sample
 * has, {@code "one_hot"} encodes each, {@code "count"} counts them.
 *
 * <p>Input shape: {@code (batch, n)}, of integers from 0 to {@code numTokens - 1}; argument {@code
 * count_weights} of the same shape. Output shape: {@code (batch, numTokens)}; for one hot {@code (batch, n,
 * numTokens)}, without n if it is 1.
 *
 * <pre>{@code
 * Tensor y = new CategoryEncoding(4).outputMode("one_hot").invoke(new int[] {3, 2, 0, 1}); // (4, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class CategoryEncoding extends FluentLayer<CategoryEncoding> {
  @Config
  private int numTokens;

  @Config
  private String outputMode = "multi_hot";

  private boolean sparse;

  private CategoryEncoding() {
    convertInputs(false);
  }

  /**
   * Of this many integers.
   *
   * @param numTokens how many classes there are
   */
  public CategoryEncoding(int numTokens) {
    this();
    this.numTokens = numTokens;
    configured();
  }

  /**
   * What comes out.
   *
   * @param value {@code "multi_hot"} (the default), {@code "one_hot"} or {@code "count"}
   * @return this layer
   */
  public CategoryEncoding outputMode(String value) {
    set("outputMode", () -> outputMode = value);
    configured();
    return this;
  }

  /**
   * Whether codes are sparse tensors, which take memory for what is not 0 alone. {@code Dense} takes them as they are.
   *
   * @param value false by default
   * @return this layer
   */
  public CategoryEncoding sparse(boolean value) {
    return set("sparse", () -> sparse = value);
  }

  /** How many classes there are. */
  public int numTokens() {
    return numTokens;
  }

  @Override
  protected void configured() {
    Extent.of(label() + " numTokens", 1, 1, numTokens);
    outputMode = outputMode.equals("binary") ? "multi_hot" : outputMode;
    outputMode = Extent.choice("outputMode", outputMode, "count", "one_hot", "multi_hot");
  }

  /** Keras reads {@code sparse} and does not write it; here it is written if it is true. */
  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    if (sparse) {
      out.put("sparse", true);
    }
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    sparse = Boolean.TRUE.equals(rest.remove("sparse"));
    super.setConfig(rest);
  }

  @Override
  public boolean readsConfigKey(String key) {
    return key.equals("sparse") || super.readsConfigKey(key);
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "count_weights");
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Object weights = context.get("count_weights");
    if (weights != null && !outputMode.equals("count")) {
      throw new IllegalArgumentException(label()
          + ": 'count_weights' goes with the output mode 'count', not '" + outputMode + "'");
    }
    return CategoryCodes.encode(
        ArrayLike.tensor(inputs),
        outputMode,
        numTokens,
        variableDtype(),
        weights == null ? null : ArrayLike.tensor(weights, computeDtype()),
        sparse);
  }
}
