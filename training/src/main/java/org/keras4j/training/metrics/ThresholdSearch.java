package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** The best of one rate where another is at least a value, over many thresholds. */
abstract class ThresholdSearch extends ThresholdCounts {
  @Config
  private @Nullable Integer classId;

  private Confusion confusion;

  ThresholdSearch(@Nullable String name) {
    super(name);
  }

  final void setClassId(@Nullable Integer value) {
    mutable("classId");
    this.classId = value;
  }

  abstract void validate();

  abstract int count();

  final void check(String setting, double value, int numThresholds) {
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
    int n = count();
    confusion = n == 1 ? new Confusion(new double[] {0.5}, false) : new Confusion(evenly(n), true);
    confusion.classId(classId);
    makeCounts(Shape.of(n));
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
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
