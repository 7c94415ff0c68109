package org.keras4j.training.losses;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** Cross-entropy of class numbers, as {@link Losses#sparseCategoricalCrossentropy} has it ({@code keras.losses.SparseCategoricalCrossentropy}). */
@KerasSerializable(module = "keras.losses")
public final class SparseCategoricalCrossentropy extends PairwiseLoss {
  @Config
  private boolean fromLogits = false;

  @Config
  private @Nullable Integer ignoreClass;

  private int axis = -1;

  public SparseCategoricalCrossentropy() {
    super("sparse_categorical_crossentropy");
  }

  /** Whether predictions are logits, not probabilities; false by default. */
  public SparseCategoricalCrossentropy fromLogits(boolean value) {
    this.fromLogits = value;
    return this;
  }

  /** A class number whose samples do not count, or null, the default. */
  public SparseCategoricalCrossentropy ignoreClass(@Nullable Integer value) {
    this.ignoreClass = value;
    return this;
  }

  /** {@link #ignoreClass(Integer)} of a number. */
  public SparseCategoricalCrossentropy ignoreClass(int value) {
    return ignoreClass((Integer) value);
  }

  /** The axis of the classes; the last by default. Keras does not save it. */
  public SparseCategoricalCrossentropy axis(int value) {
    this.axis = value;
    return this;
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.sparseCategoricalCrossentropy(yTrue, yPred, fromLogits, ignoreClass, axis);
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (rest.containsKey("axis")) {
      this.axis = ((Number) rest.remove("axis")).intValue();
    }
    super.setConfig(rest);
  }
}
