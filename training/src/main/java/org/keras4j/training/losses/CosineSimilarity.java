package org.keras4j.training.losses;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The negated cosine of the angle between targets and predictions, as {@link Losses#cosineSimilarity} has it ({@code keras.losses.CosineSimilarity}). */
@KerasSerializable(module = "keras.losses")
public final class CosineSimilarity extends PairwiseLoss {
  private @Nullable Object axis = -1;

  public CosineSimilarity() {
    super("cosine_similarity");
  }

  /** The axis of the classes, several axes, or null for all; the last by default. Keras does not save it. */
  public CosineSimilarity axis(@Nullable Object value) {
    this.axis = value;
    return this;
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
