package org.keras4j.training.metrics;

import java.util.Map;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * How often the target's class number is among the k largest predictions ({@code
 * keras.metrics.SparseTopKCategoricalAccuracy}).
 *
 * <p>Targets are class numbers {@code (batch, ...)} or {@code (batch, ..., 1)}, predictions {@code (batch, ...,
 * classes)}. Weights, one a sample, may be given; {@link #result} is a scalar of the metric's dtype.
 *
 * <pre>{@code
 * var metric = new SparseTopKCategoricalAccuracy().k(2);
 * metric.updateState(new int[] {2, 1}, new double[][] {{0.1, 0.6, 0.3}, {0.05, 0.95, 0}});
 * Tensor value = metric.result(); // 1.0
 * }</pre>
 *
 * @see Metrics#sparseTopKCategoricalAccuracy
 */
@KerasSerializable(module = "keras.metrics")
public final class SparseTopKCategoricalAccuracy
    extends FunctionMetric<SparseTopKCategoricalAccuracy> {
  @Config
  private int k = 5;

  @Config
  private boolean fromSortedIds;

  /** Named {@code sparse_top_k_categorical_accuracy}. */
  public SparseTopKCategoricalAccuracy() {
    super("sparse_top_k_categorical_accuracy");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public SparseTopKCategoricalAccuracy(String name) {
    super(name);
  }

  /**
   * How many predictions count.
   *
   * @param value 5 by default
   * @return this metric
   */
  public SparseTopKCategoricalAccuracy k(int value) {
    return set("k", () -> this.k = value);
  }

  /**
   * Whether predictions are class numbers, the likeliest first.
   *
   * @param value false by default
   * @return this metric
   */
  public SparseTopKCategoricalAccuracy fromSortedIds(boolean value) {
    return set("fromSortedIds", () -> this.fromSortedIds = value);
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
