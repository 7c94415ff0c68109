package org.keras4j.layers.image;

import java.util.List;
import org.keras4j.core.serialization.Config;

/**
 * Random image layers with a factor that depend on the range of the pixels' values.
 *
 * @param <S> the class itself
 * @param <T> what describes a transformation
 */
public abstract class ColorLayer<S extends ColorLayer<S, T>, T> extends FactorLayer<S, T> {
  @Config
  private List<Number> valueRange = ValueRange.BYTES;

  ColorLayer(Number low, Number high, Object factor) {
    super(low, high, factor);
  }

  @Override
  protected void configured() {
    super.configured();
    valueRange = ValueRange.of(label(), valueRange);
  }

  /**
   * The least and the greatest value of pixels; 0 and 255 by default.
   *
   * @param least the least
   * @param greatest the greatest
   * @return this layer
   */
  public S valueRange(Number least, Number greatest) {
    return set("valueRange", () -> valueRange = ValueRange.of(label(), List.of(least, greatest)));
  }

  final List<Number> valueRange() {
    return valueRange;
  }

  final double least() {
    return valueRange.get(0).doubleValue();
  }

  final double greatest() {
    return valueRange.get(1).doubleValue();
  }
}
