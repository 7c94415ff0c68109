package org.keras4j.training.losses;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;

/**
 * The negated cosine of the angle between targets and predictions ({@code keras.losses.CosineSimilarity}), from -1,
 * where they agree, to 1:
 *
 * <pre>{@code
 * loss = -sum(yTrue / norm(yTrue) * yPred / norm(yPred))
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, d0, ..., dN)} of floats; the losses lack {@link #axis},
 * and {@link #invoke} reduces them to a scalar, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{0, 1}, {0, 0}};
 * double[][] yPred = {{1, 1}, {1, 0}};
 * Tensor loss = new CosineSimilarity().axis(-1).invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#cosineSimilarity
 */
@KerasSerializable(module = "keras.losses")
public final class CosineSimilarity extends PairwiseLoss<CosineSimilarity> {
  private @Nullable Object axis = -1;

  /** Named {@code cosine_similarity}, reduced over the batch. */
  public CosineSimilarity() {
    super("cosine_similarity");
  }

  /**
   * The axis of the classes, or several axes. Keras does not save it.
   *
   * @param value one or several, null or none for all; the last by default
   * @return this loss
   */
  public CosineSimilarity axis(int @Nullable ... value) {
    return set("axis", () -> this.axis = Extent.axes(value));
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.cosineSimilarity(yTrue, yPred, axis);
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (rest.containsKey("axis")) {
      this.axis = rest.remove("axis");
    }
    super.setConfig(rest);
  }
}
