package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;

/**
 * The mean over samples of the cosine of the angle between targets and predictions ({@code
 * keras.metrics.CosineSimilarity}):
 *
 * <pre>{@code
 * sum(yTrue / norm(yTrue) * yPred / norm(yPred))
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new CosineSimilarity();
 * metric.updateState(new double[][] {{0, 1}, {1, 1}}, new double[][] {{1, 0}, {1, 1}});
 * Tensor value = metric.result(); // 0.5
 * }</pre>
 *
 * @see org.keras4j.training.losses.Losses#cosineSimilarity
 */
@KerasSerializable(module = "keras.metrics")
public final class CosineSimilarity extends FunctionMetric<CosineSimilarity> {
  private @Nullable Object axis = -1;

  /** Named {@code cosine_similarity}. */
  public CosineSimilarity() {
    super("cosine_similarity");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public CosineSimilarity(String name) {
    super(name);
  }

  /**
   * The axis of the vectors, or several axes. Keras does not save it.
   *
   * @param value one or several, null or none for all; the last by default
   * @return this metric
   */
  public CosineSimilarity axis(int @Nullable ... value) {
    return set("axis", () -> this.axis = Extent.axes(value));
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.cosine(yTrue, yPred, axis);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
