package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The best precision where the recall is at least a value ({@code keras.metrics.PrecisionAtRecall}), over evenly
 * spaced thresholds.
 *
 * <p>Targets, 0 or 1, and predictions, from 0 to 1, have one shape {@code (batch, ...)}. Weights, one a sample, may
 * be given; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new PrecisionAtRecall(0.5);
 * metric.updateState(new double[] {0, 0, 1, 1}, new double[] {0, 0.5, 0.3, 0.9});
 * Tensor value = metric.result();
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class PrecisionAtRecall extends ThresholdSearch<PrecisionAtRecall> {
  @Config
  private double recall;

  private PrecisionAtRecall() {
    super(null);
  }

  /**
   * With an automatic name.
   *
   * @param recall the least value, from 0 to 1
   * @throws IllegalArgumentException unless it is from 0 to 1
   */
  public PrecisionAtRecall(double recall) {
    this(recall, null);
  }

  /**
   * With a name.
   *
   * @param recall the least value, from 0 to 1
   * @param name the name, by which logs call it; null for an automatic one
   * @throws IllegalArgumentException unless the value is from 0 to 1
   */
  public PrecisionAtRecall(double recall, @Nullable String name) {
    super(name);
    this.recall = recall;
    validate();
  }

  @Override
  void validate() {
    check("recall", recall);
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    return best(sensitivityRates(), precisionRates(), recall);
  }
}
