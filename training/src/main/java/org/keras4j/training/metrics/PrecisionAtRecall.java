package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The best precision where the recall is at least a value ({@code keras.metrics.PrecisionAtRecall}). */
@KerasSerializable(module = "keras.metrics")
public final class PrecisionAtRecall extends ThresholdSearch {
  @Config
  private int numThresholds = 200;

  @Config
  private double recall;

  private PrecisionAtRecall() {
    super(null);
  }

  /** With a value from 0 to 1. */
  public PrecisionAtRecall(double recall) {
    this(recall, null);
  }

  /** With a value from 0 to 1, and a name, null for an automatic one. */
  public PrecisionAtRecall(double recall, @Nullable String name) {
    super(name);
    this.recall = recall;
    validate();
  }

  /** How many thresholds are tried; 200 by default. */
  public PrecisionAtRecall numThresholds(int value) {
    mutable("numThresholds");
    this.numThresholds = value;
    validate();
    return this;
  }

  /** The one class that counts; null (the default) for all. */
  public PrecisionAtRecall classId(@Nullable Integer value) {
    setClassId(value);
    return this;
  }

  /** {@link #classId(Integer)} of a number. */
  public PrecisionAtRecall classId(int value) {
    return classId((Integer) value);
  }

  @Override
  void validate() {
    check("recall", recall, numThresholds);
  }

  @Override
  int count() {
    return numThresholds;
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    return best(sensitivityRates(), precisionRates(), recall);
  }
}
