package org.keras4j.layers.initializers;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Numbers of mean 0 and variance {@code scale / n}, n being the inputs of a unit, its outputs, or their mean ({@code
 * keras.initializers.VarianceScaling}).
 *
 * <p>A kernel has the shape {@code (spatial..., inputs, outputs)}; its inputs and outputs are those two times the
 * spatial sizes, unless {@link #fanAxes} says otherwise.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new VarianceScaling().scale(2).mode("fan_out").distribution("uniform").seed(1));
 * }</pre>
 */
@KerasSerializable(module = "keras.initializers")
public final class VarianceScaling extends FanScaling<VarianceScaling> {
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

  /**
   * What the variance is multiplied with.
   *
   * @param value above 0; 1 by default
   * @return this initializer
   * @throws IllegalArgumentException unless it is above 0
   */
  public VarianceScaling scale(double value) {
    return set("scale", () -> {
      this.scale = value;
      check();
    });
  }

  /**
   * Which of the sizes of a unit the variance is divided by.
   *
   * @param value {@code "fan_in"} (the default), {@code "fan_out"} or {@code "fan_avg"}
   * @return this initializer
   * @throws IllegalArgumentException unless it is one of these
   */
  public VarianceScaling mode(String value) {
    return set("mode", () -> {
      this.mode = value;
      check();
    });
  }

  /**
   * How the numbers are distributed.
   *
   * @param value {@code "truncated_normal"} (the default), {@code "untruncated_normal"} or {@code "uniform"}
   * @return this initializer
   * @throws IllegalArgumentException unless it is one of these
   */
  public VarianceScaling distribution(String value) {
    return set("distribution", () -> {
      this.distribution = value;
      check();
    });
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
