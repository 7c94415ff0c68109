package org.keras4j.training.metrics;

import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * How often the target's class number is among the k largest predictions, as {@link
 * Metrics#sparseTopKCategoricalAccuracy} has it ({@code keras.metrics.SparseTopKCategoricalAccuracy}).
 */
@KerasSerializable(module = "keras.metrics")
public final class SparseTopKCategoricalAccuracy extends MeanMetricWrapper {
  @Config
  private int k = 5;

  @Config
  private boolean fromSortedIds;

  public SparseTopKCategoricalAccuracy() {
    super("sparse_top_k_categorical_accuracy");
  }

  public SparseTopKCategoricalAccuracy(String name) {
    super(name);
  }

  /** How many predictions count; 5 by default. */
  public SparseTopKCategoricalAccuracy k(int value) {
    this.k = value;
    return this;
  }

  /** Whether predictions are class numbers, the likeliest first; false by default. */
  public SparseTopKCategoricalAccuracy fromSortedIds(boolean value) {
    this.fromSortedIds = value;
    return this;
  }

  @Override
  protected Tensor compute(Object yTrue, Object yPred) {
    return Metrics.sparseTopKCategoricalAccuracy(yTrue, yPred, k, fromSortedIds);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> config = super.getConfig();
    if (!fromSortedIds) {
      config.remove("from_sorted_ids"); // as Keras, whose older versions do not know it
    }
    return config;
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
