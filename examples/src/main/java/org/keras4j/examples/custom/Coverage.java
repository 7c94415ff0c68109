package org.keras4j.examples.custom;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.training.metrics.Metric;

/** A metric: the share of targets that are at most the prediction; sample weights are left aside. */
@KerasSerializable(pkg = "examples")
public final class Coverage extends Metric {
  private Variable covered;
  private Variable count;

  /** Called {@code coverage}. */
  public Coverage() {
    super("coverage");
  }

  @Override
  protected void build() {
    covered = addVariable("covered", Shape.SCALAR, "zeros");
    count = addVariable("count", Shape.SCALAR, "zeros");
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    ensureBuilt();
    Tensor hits = Ops.cast(Ops.lessEqual(yTrue, yPred), dtype());
    covered.assign(Ops.add(covered, Ops.sum(hits)));
    count.assign(Ops.add(count, Ops.sum(Ops.onesLike(hits))));
  }

  @Override
  public Object result() {
    ensureBuilt();
    return Ops.divideNoNan(covered, count);
  }
}
