package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The best recall where the precision is at least a value ({@code keras.metrics.RecallAtPrecision}). */
@KerasSerializable(module = "keras.metrics")
public final class RecallAtPrecision extends ThresholdSearch {
  @Config
  private int numThresholds = 200;

  @Config
  private double precision;

  private RecallAtPrecision() {
    super(null);
  }

  /** With a value from 0 to 1. */
  public RecallAtPrecision(double precision) {
    this(precision, null);
  }

  /** With a value from 0 to 1, and a name, null for an automatic one. */
  public RecallAtPrecision(double precision, @Nullable String name) {
    super(name);
    this.precision = precision;
    validate();
  }

  /** How many thresholds are tried; 200 by default. */
  public RecallAtPrecision numThresholds(int value) {
    mutable("numThresholds");
    this.numThresholds = value;
    validate();
    return this;
  }

  /** The one class that counts; null (the default) for all. */
  public RecallAtPrecision classId(@Nullable Integer value) {
    setClassId(value);
    return this;
  }

  /** {@link #classId(Integer)} of a number. */
  public RecallAtPrecision classId(int value) {
    return classId((Integer) value);
  }

  @Override
  void validate() {
    check("precision", precision, numThresholds);
  }

  @Override
  int count() {
    return numThresholds;
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    return best(precisionRates(), sensitivityRates(), precision);
  }
}
