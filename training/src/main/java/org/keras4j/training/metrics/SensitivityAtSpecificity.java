package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The best sensitivity (share of ones found) where the specificity (share of zeros found) is at least a value ({@code
 * keras.metrics.SensitivityAtSpecificity}), over evenly spaced thresholds.
 *
 * <p>Targets, 0 or 1, and predictions, from 0 to 1, have one shape {@code (batch, ...)}. Weights, one a sample, may
 * be given; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new SensitivityAtSpecificity(0.5);
 * metric.updateState(new double[] {0, 0, 1, 1}, new double[] {0, 0.5, 0.3, 0.9});
 * Tensor value = metric.result();
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class SensitivityAtSpecificity extends ThresholdSearch<SensitivityAtSpecificity> {
  @Config
  private double specificity;

  private SensitivityAtSpecificity() {
    super(null);
  }

  /**
   * With an automatic name.
   *
   * @param specificity the least value, from 0 to 1
   * @throws IllegalArgumentException unless it is from 0 to 1
   */
  public SensitivityAtSpecificity(double specificity) {
    this(specificity, null);
  }

  /**
   * With a name.
   *
   * @param specificity the least value, from 0 to 1
   * @param name the name, by which logs call it; null for an automatic one
   * @throws IllegalArgumentException unless the value is from 0 to 1
   */
  public SensitivityAtSpecificity(double specificity, @Nullable String name) {
    super(name);
    this.specificity = specificity;
    validate();
  }

  @Override
  void validate() {
    check("specificity", specificity);
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    return best(specificityRates(), sensitivityRates(), specificity);
  }
}
