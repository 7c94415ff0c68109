package org.keras4j.layers.image;

import java.util.List;
import org.keras4j.core.serialization.Config;

/**
 * Random image layers with one factor, drawn anew for each image.
 *
 * @param <S> the class itself
 * @param <T> what describes a transformation
 */
public abstract class FactorLayer<S extends FactorLayer<S, T>, T> extends RandomImageLayer<S, T> {
  // a number or two; two once configured
  @Config
  private Object factor;

  private final Number low;
  private final Number high;

  FactorLayer(Number low, Number high, Object factor) {
    this.low = low;
    this.high = high;
    this.factor = factor;
  }

  @Override
  protected void configured() {
    super.configured();
    factor = Factors.range(label() + " factor", factor, low, high);
  }

  final void givenFactor(Object value) {
    mutable("factor");
    factor = Factors.range(label() + " factor", value, low, high);
  }

  @SuppressWarnings("unchecked")
  final List<Number> factor() {
    return (List<Number>) factor;
  }

  final double lower() {
    return factor().get(0).doubleValue();
  }

  final double upper() {
    return factor().get(1).doubleValue();
  }
}
