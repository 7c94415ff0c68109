package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/** The number (or summed weights) of one kind of answers. */
abstract class ConfusionCount<S extends ConfusionCount<S>> extends FluentMetric<S> {
  @Config
  private @Nullable Object thresholds;

  private final Confusion.Cell cell;
  private Confusion confusion;
  private Variable accumulator;

  ConfusionCount(Confusion.Cell cell, @Nullable String name) {
    super(name);
    this.cell = cell;
  }

  /**
   * Predictions above it mean 1.
   *
   * @param value a number from 0 to 1, or several, for each of which there is a result; null or none for 0.5, the default
   * @return this metric
   * @throws IllegalArgumentException unless they are from 0 to 1
   */
  public S thresholds(double @Nullable ... value) {
    mutable("thresholds");
    Object given =
        value == null || value.length == 0 ? null : Extent.oneOrSeveral("thresholds", value);
    Confusion.thresholds(label(), given, 0.5);
    this.thresholds = given;
    return self();
  }

  @Override
  protected void build() {
    double[] t = Confusion.thresholds(label(), thresholds, 0.5);
    confusion = new Confusion(t);
    accumulator = addVariable("accumulator", Shape.of(t.length), "zeros", null);
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    named(() -> take(yTrue, yPred, sampleWeight));
  }

  private void take(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    ensureBuilt();
    confusion.update(Map.of(cell, accumulator), yTrue, yPred, sampleWeight);
  }

  /** The count: a scalar for one threshold, else one for each. */
  @Override
  public Tensor result() {
    ensureBuilt();
    Tensor v = accumulator.value();
    return v.shape().size() == 1 ? Ops.squeeze(v, 0) : v;
  }
}
