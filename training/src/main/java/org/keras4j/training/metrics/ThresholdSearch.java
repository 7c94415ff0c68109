package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** The best of one rate where another is at least a value, over many thresholds. */
abstract class ThresholdSearch<S extends ThresholdSearch<S>> extends ThresholdCounts<S> {
  @Config
  private int numThresholds = 200;

  @Config
  private @Nullable Integer classId;

  private Confusion confusion;

  ThresholdSearch(@Nullable String name) {
    super(name);
  }

  /**
   * How many thresholds are tried, evenly from 0 to 1.
   *
   * @param value 200 by default
   * @return this metric
   * @throws IllegalArgumentException unless it is more than 0
   */
  public S numThresholds(int value) {
    return set("numThresholds", () -> {
      this.numThresholds = value;
      validate();
    });
  }

  /**
   * The one class that counts.
   *
   * @param value its number, counted from the last if negative; null (the default) for all
   * @return this metric
   */
  public S classId(@Nullable Integer value) {
    return set("classId", () -> this.classId = value);
  }

  /** {@link #classId(Integer)} of a number. */
  public S classId(int value) {
    return classId((Integer) value);
  }

  abstract void validate();

  final void check(String setting, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          label() + ": " + setting + " expects 0 to 1, got " + value);
    }
    if (numThresholds <= 0) {
      throw new IllegalArgumentException(
          label() + ": numThresholds expects more than 0, got " + numThresholds);
    }
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    validate();
  }

  @Override
  protected void build() {
    int n = numThresholds;
    confusion = n == 1 ? new Confusion(new double[] {0.5}, false) : new Confusion(evenly(n), true);
    confusion.classId(classId);
    makeCounts(Shape.of(n));
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    named(() -> take(yTrue, yPred, sampleWeight));
  }

  private void take(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    ensureBuilt();
    confusion.update(counts(), yTrue, yPred, sampleWeight);
  }

  static Tensor best(Tensor constrained, Tensor wanted, double atLeast) {
    Tensor feasible = Ops.greaterEqual(constrained, atLeast);
    return Ops.max(Ops.where(feasible, wanted, Prims.scalarLike(wanted, 0)), null, false, 0.0);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
