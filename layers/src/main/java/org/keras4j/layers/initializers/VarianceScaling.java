package org.keras4j.layers.initializers;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Numbers of variance {@code scale / n}, n being the inputs of a unit, its outputs, or their mean ({@code
 * keras.initializers.VarianceScaling}).
 */
@KerasSerializable(module = "keras.initializers")
public final class VarianceScaling extends FanScaling {
  @Config
  private double scale = 1.0;

  @Config
  private String mode = "fan_in";

  @Config
  private String distribution = "truncated_normal";

  /** Truncated normal with the variance {@code 1 / inputs}. */
  public VarianceScaling() {}

  /**
   * With these settings.
   *
   * @param scale above 0
   * @param mode {@code "fan_in"}, {@code "fan_out"} or {@code "fan_avg"}
   * @param distribution {@code "truncated_normal"}, {@code "untruncated_normal"} or {@code "uniform"}
   */
  public VarianceScaling(double scale, String mode, String distribution) {
    this.scale = scale;
    this.mode = mode;
    this.distribution = distribution;
    check();
  }

  private void check() {
    distribution = distribution.toLowerCase(Locale.ROOT);
    if (distribution.equals("normal")) {
      distribution = "truncated_normal";
    }
    if (!(scale > 0)) {
      throw new IllegalArgumentException(
          "VarianceScaling: scale expects a number above 0, got " + scale);
    }
    if (!Set.of("fan_in", "fan_out", "fan_avg").contains(mode)) {
      throw new IllegalArgumentException(
          "VarianceScaling: mode expects 'fan_in', 'fan_out' or 'fan_avg', got '" + mode + "'");
    }
    if (!Set.of("uniform", "truncated_normal", "untruncated_normal").contains(distribution)) {
      throw new IllegalArgumentException("VarianceScaling: distribution expects 'uniform',"
          + " 'truncated_normal' or 'untruncated_normal', got '" + distribution + "'");
    }
  }

  /** The seed: an integer or a seed generator; null for one chosen at random. */
  public VarianceScaling seed(@Nullable Object value) {
    setSeed(value);
    return this;
  }

  /** The axes that are inputs and outputs of a unit; by default the last two, times those before. */
  public VarianceScaling fanAxes(int @Nullable [] inputAxes, int @Nullable [] outputAxes) {
    axes(inputAxes, outputAxes);
    return this;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    check();
  }

  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    return draw(shape, dtype, scale, mode, distribution, seed);
  }
}
