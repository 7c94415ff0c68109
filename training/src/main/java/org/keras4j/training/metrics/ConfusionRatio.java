package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.Ops;

/** True positives divided by themselves and another kind of answers. */
abstract class ConfusionRatio extends Metric {
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

  final void setThresholds(@Nullable Object value) {
    mutable("thresholds");
    Confusion.thresholds(label(), value, 0.5);
    this.thresholds = value;
  }

  final void setTopK(@Nullable Integer value) {
    mutable("topK");
    this.topK = value;
  }

  final void setClassId(@Nullable Integer value) {
    mutable("classId");
    this.classId = value;
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
