package org.keras4j.training.losses;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Cross-entropy of class numbers, as {@link Losses#sparseCategoricalCrossentropy} has it ({@code
 * keras.losses.SparseCategoricalCrossentropy}).
 *
 * <p>In {@code fit}, {@code evaluate} and their relatives a label on the host that is no class is an {@link
 * IllegalArgumentException} that names the output and the label. The loss of a label on the device that is no class is
 * NaN. (Keras fails on TensorFlow's and PyTorch's CPUs, gives NaN on TensorFlow's GPU, and 0 on JAX.)
 */
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

  /** The labels that there may be for predictions of a shape; null if their classes are not known. */
  public @Nullable LabelRange labels(Shape predictions) {
    int at = axis < 0 ? axis + predictions.rank() : axis;
    boolean known = at >= 0 && at < predictions.rank() && predictions.dim(at) >= 0;
    return known ? new LabelRange(predictions.dim(at), ignoreClass) : null;
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
