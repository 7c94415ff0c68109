package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The best sensitivity (share of ones found) where the specificity (share of zeros found) is at least a value ({@code keras.metrics.SensitivityAtSpecificity}). */
@KerasSerializable(module = "keras.metrics")
public final class SensitivityAtSpecificity extends ThresholdSearch {
  @Config
  private int numThresholds = 200;

  @Config
  private double specificity;

  private SensitivityAtSpecificity() {
    super(null);
  }

  /** With a value from 0 to 1. */
  public SensitivityAtSpecificity(double specificity) {
    this(specificity, null);
  }

  /** With a value from 0 to 1, and a name, null for an automatic one. */
  public SensitivityAtSpecificity(double specificity, @Nullable String name) {
    super(name);
    this.specificity = specificity;
    validate();
  }

  /** How many thresholds are tried; 200 by default. */
  public SensitivityAtSpecificity numThresholds(int value) {
    mutable("numThresholds");
    this.numThresholds = value;
    validate();
    return this;
  }

  /** The one class that counts; null (the default) for all. */
  public SensitivityAtSpecificity classId(@Nullable Integer value) {
    setClassId(value);
    return this;
  }

  /** {@link #classId(Integer)} of a number. */
  public SensitivityAtSpecificity classId(int value) {
    return classId((Integer) value);
  }

  @Override
  void validate() {
    check("specificity", specificity, numThresholds);
  }

  @Override
  int count() {
    return numThresholds;
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    return best(specificityRates(), sensitivityRates(), specificity);
  }
}
