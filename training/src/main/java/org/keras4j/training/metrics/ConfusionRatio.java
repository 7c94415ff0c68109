package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/** True positives divided by themselves and another kind of answers. */
abstract class ConfusionRatio<S extends ConfusionRatio<S>> extends FluentMetric<S> {
  @Config
  private @Nullable Object thresholds;

  @Config
  private @Nullable Integer topK;

  @Config
  private @Nullable Integer classId;

  private final Confusion.Cell other;
  private final String otherName;
  private Confusion confusion;
  private Variable truePositives;
  private Variable others;

  ConfusionRatio(Confusion.Cell other, String otherName, @Nullable String name) {
    super(name);
    this.other = other;
    this.otherName = otherName;
  }

  /**
   * Predictions above it mean 1.
   *
   * @param value a number from 0 to 1, or several, for each of which there is a result; null or none for 0.5, or for any with {@link #topK}, the default
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

  /**
   * How many of the largest predictions of a sample may mean 1.
   *
   * @param value their number; null (the default) for all
   * @return this metric
   */
  public S topK(@Nullable Integer value) {
    return set("topK", () -> this.topK = value);
  }

  /** {@link #topK(Integer)} of a number. */
  public S topK(int value) {
    return topK((Integer) value);
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

  @Override
  protected void build() {
    double[] t = Confusion.thresholds(label(), thresholds, topK == null ? 0.5 : Confusion.LOWEST);
    confusion = new Confusion(t).topK(topK).classId(classId);
    truePositives = addVariable("true_positives", Shape.of(t.length), "zeros", null);
    others = addVariable(otherName, Shape.of(t.length), "zeros", null);
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    named(() -> take(yTrue, yPred, sampleWeight));
  }

  private void take(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    ensureBuilt();
    confusion.update(
        Map.of(Confusion.Cell.TRUE_POSITIVES, truePositives, other, others),
        yTrue,
        yPred,
        sampleWeight);
  }

  /** The ratio: a scalar for one threshold, else one for each. */
  @Override
  public Tensor result() {
    ensureBuilt();
    Tensor tp = truePositives.value();
    Tensor r = Ops.divideNoNan(tp, Ops.add(tp, others.value()));
    return r.shape().size() == 1 ? Ops.squeeze(r, 0) : r;
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
