package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The best specificity (share of zeros found) where the sensitivity (share of ones found) is at least a value ({@code keras.metrics.SpecificityAtSensitivity}). */
@KerasSerializable(module = "keras.metrics")
public final class SpecificityAtSensitivity extends ThresholdSearch {
  @Config
  private int numThresholds = 200;

  @Config
  private double sensitivity;

  private SpecificityAtSensitivity() {
    super(null);
  }

  /** With a value from 0 to 1. */
  public SpecificityAtSensitivity(double sensitivity) {
    this(sensitivity, null);
  }

  /** With a value from 0 to 1, and a name, null for an automatic one. */
  public SpecificityAtSensitivity(double sensitivity, @Nullable String name) {
    super(name);
    this.sensitivity = sensitivity;
    validate();
  }

  /** How many thresholds are tried; 200 by default. */
  public SpecificityAtSensitivity numThresholds(int value) {
    mutable("numThresholds");
    this.numThresholds = value;
    validate();
    return this;
  }

  /** The one class that counts; null (the default) for all. */
  public SpecificityAtSensitivity classId(@Nullable Integer value) {
    setClassId(value);
    return this;
  }

  /** {@link #classId(Integer)} of a number. */
  public SpecificityAtSensitivity classId(int value) {
    return classId((Integer) value);
  }

  @Override
  void validate() {
    check("sensitivity", sensitivity, numThresholds);
  }

  @Override
  int count() {
    return numThresholds;
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    return best(sensitivityRates(), specificityRates(), sensitivity);
  }
}
