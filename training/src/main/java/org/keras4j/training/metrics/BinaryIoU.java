package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Intersection over union of yes and no, of predictions as probabilities ({@code keras.metrics.BinaryIoU}):
 *
 * <pre>{@code
 * truePositives / (truePositives + falsePositives + falseNegatives)
 * }</pre>
 *
 * <p>Targets, 0 or 1, and predictions, floats, have one shape {@code (batch, ...)}. Weights, one a sample, may be
 * given; {@link #result} is a scalar of float32.
 *
 * <pre>{@code
 * var metric = new BinaryIoU().targetClassIds(0, 1).threshold(0.3);
 * metric.updateState(new int[] {0, 1, 0, 1}, new double[] {0.1, 0.2, 0.4, 0.7});
 * Tensor value = metric.result(); // 0.333
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class BinaryIoU extends IoUBase<BinaryIoU> {
  @Config
  private int[] targetClassIds = {0, 1};

  @Config
  private double threshold = 0.5;

  /** With an automatic name. */
  public BinaryIoU() {
    this(null);
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it; null for an automatic one
   */
  public BinaryIoU(@Nullable String name) {
    super(name);
  }

  /**
   * The classes that count, of 0 and 1.
   *
   * @param value both by default
   * @return this metric
   */
  public BinaryIoU targetClassIds(int... value) {
    mutable("targetClassIds");
    this.targetClassIds = value.clone();
    checkTargets();
    return this;
  }

  /**
   * Predictions of at least this mean 1.
   *
   * @param value 0.5 by default
   * @return this metric
   */
  public BinaryIoU threshold(double value) {
    mutable("threshold");
    this.threshold = value;
    return this;
  }

  @Override
  int classes() {
    return 2;
  }

  @Override
  int[] targets() {
    return targetClassIds;
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    Object yes = Ops.greaterEqual(Ops.convertToTensor(yPred, DType.FLOAT32), threshold);
    super.updateState(yTrue, yes, sampleWeight);
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    checkTargets();
  }
}
