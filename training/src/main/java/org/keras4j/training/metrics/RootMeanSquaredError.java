package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.training.losses.Reduction;

/**
 * The root of the mean of squared differences ({@code keras.metrics.RootMeanSquaredError}):
 *
 * <pre>{@code
 * sqrt(mean((yTrue - yPred)²))
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new RootMeanSquaredError();
 * metric.updateState(new double[][] {{0, 1}, {0, 0}}, new double[][] {{1, 1}, {0, 0}});
 * Tensor value = metric.result(); // 0.5
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class RootMeanSquaredError extends BaseMean<RootMeanSquaredError> {
  /** Named {@code root_mean_squared_error}. */
  public RootMeanSquaredError() {
    super("root_mean_squared_error");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public RootMeanSquaredError(String name) {
    super(name);
  }

  @Override
  public void updateState(Object yTrue, @Nullable Object yPred) {
    updateState(yTrue, predictions(yPred), null);
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    named(() -> take(yTrue, yPred, sampleWeight));
  }

  private void take(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
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
