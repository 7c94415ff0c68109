package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.training.losses.Reduction;

/** The root of the mean of squared differences ({@code keras.metrics.RootMeanSquaredError}). */
@KerasSerializable(module = "keras.metrics")
public final class RootMeanSquaredError extends Mean {
  public RootMeanSquaredError() {
    super("root_mean_squared_error");
  }

  public RootMeanSquaredError(String name) {
    super(name);
  }

  @Override
  public void updateState(Object yTrue, Object yPred) {
    updateState(yTrue, yPred, null);
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    Reduction.Pair y = Reduction.sameRank(
        Ops.convertToTensor(yTrue, dtype()), Ops.convertToTensor(yPred, dtype()));
    add(Ops.square(Ops.subtract(y.second(), y.first())), sampleWeight);
  }

  @Override
  public Tensor result() {
    return Ops.sqrt(super.result());
  }

  @Override
  public Direction direction() {
    return Direction.DOWN;
  }
}
