package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The best recall where the precision is at least a value ({@code keras.metrics.RecallAtPrecision}), over evenly
 * spaced thresholds.
 *
 * <p>Targets, 0 or 1, and predictions, from 0 to 1, have one shape {@code (batch, ...)}. Weights, one a sample, may
 * be given; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new RecallAtPrecision(0.8);
 * metric.updateState(new double[] {0, 0, 1, 1}, new double[] {0, 0.5, 0.3, 0.9});
 * Tensor value = metric.result(); // 0.5
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class RecallAtPrecision extends ThresholdSearch<RecallAtPrecision> {
  @Config
  private double precision;

  private RecallAtPrecision() {
    super(null);
  }

  /**
   * With an automatic name.
   *
   * @param precision the least value, from 0 to 1
   * @throws IllegalArgumentException unless it is from 0 to 1
   */
  public RecallAtPrecision(double precision) {
    this(precision, null);
  }

  /**
   * With a name.
   *
   * @param precision the least value, from 0 to 1
   * @param name the name, by which logs call it; null for an automatic one
   * @throws IllegalArgumentException unless the value is from 0 to 1
   */
  public RecallAtPrecision(double precision, @Nullable String name) {
    super(name);
    this.precision = precision;
    validate();
  }

  @Override
  void validate() {
    check("precision", precision);
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    return best(precisionRates(), sensitivityRates(), precision);
  }
}
