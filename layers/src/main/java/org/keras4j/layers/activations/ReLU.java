package org.keras4j.layers.activations;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;

/**
 * The rectified linear unit ({@code keras.layers.ReLU}): {@code x} from the threshold on, at most the
 * largest value, and {@code negativeSlope * (x - threshold)} below.
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new ReLU().maxValue(6).invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class ReLU extends FluentLayer<ReLU> {
  @Config
  private @Nullable Number maxValue;

  @Config
  private Number negativeSlope = 0.0;

  @Config
  private Number threshold = 0.0;

  /** With no limits: {@code max(x, 0)}. */
  public ReLU() {
    supportsMasking(true);
    builtWithoutInput();
  }

  @Override
  protected void configured() {
    if (maxValue != null) {
      check("max_value", maxValue);
    }
    check("negative_slope", negativeSlope);
    check("threshold", threshold);
  }

  private void check(String setting, Number value) {
    if (!(value.doubleValue() >= 0)) {
      throw new IllegalArgumentException(
          label() + ": '" + setting + "' expects a number of at least 0, got " + value);
    }
  }

  /**
   * The largest value.
   *
   * @param value null (the default) for no limit
   * @return this layer
   */
  public ReLU maxValue(@Nullable Number value) {
    set("maxValue", () -> maxValue = value);
    configured();
    return this;
  }

  /**
   * The slope below the threshold.
   *
   * @param value 0 by default
   * @return this layer
   */
  public ReLU negativeSlope(Number value) {
    set("negativeSlope", () -> negativeSlope = value);
    configured();
    return this;
  }

  /**
   * Where the function leaves 0.
   *
   * @param value 0 by default
   * @return this layer
   */
  public ReLU threshold(Number value) {
    set("threshold", () -> threshold = value);
    configured();
    return this;
  }

  @Override
  protected Tensor call(Tensor x) {
    return Activations.relu(x, negativeSlope.doubleValue(), maxValue, threshold.doubleValue());
  }
}
