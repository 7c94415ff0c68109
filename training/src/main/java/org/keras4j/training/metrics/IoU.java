package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Intersection over union of some classes, the mean of theirs ({@code keras.metrics.IoU}):
 *
 * <pre>{@code
 * truePositives / (truePositives + falsePositives + falseNegatives)
 * }</pre>
 *
 * <p>Targets and predictions are class numbers {@code (batch, ...)}, or one-hot and scores {@code (batch, ...,
 * classes)} if they are not {@link #sparseYTrue sparse}. Weights, one a sample, may be given; {@link #result} is a
 * scalar of float32.
 *
 * <pre>{@code
 * var metric = new IoU(2, new int[] {0});
 * metric.updateState(new int[] {0, 0, 1, 1}, new int[] {0, 1, 0, 1});
 * Tensor value = metric.result(); // 0.333
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class IoU extends ClassIoU<IoU> {
  @Config
  private int[] targetClassIds = {};

  @Config("sparse_y_true")
  private boolean sparseYTrue = true;

  private IoU() {
    super(0, true, null);
  }

  /**
   * With an automatic name.
   *
   * @param numClasses how many classes there are
   * @param targetClassIds those that count, from 0 on
   * @throws IllegalArgumentException if a class is not one of these
   */
  public IoU(int numClasses, int[] targetClassIds) {
    this(numClasses, targetClassIds, null);
  }

  /**
   * With a name.
   *
   * @param numClasses how many classes there are
   * @param targetClassIds those that count, from 0 on
   * @param name the name, by which logs call it; null for an automatic one
   * @throws IllegalArgumentException if a class is not one of these
   */
  public IoU(int numClasses, int[] targetClassIds, @Nullable String name) {
    super(numClasses, true, name);
    this.targetClassIds = targetClassIds.clone();
    checkTargets();
  }

  /**
   * Whether targets are class numbers, not one-hot.
   *
   * @param value true by default
   * @return this metric
   */
  public IoU sparseYTrue(boolean value) {
    return set("sparseYTrue", () -> this.sparseYTrue = value);
  }

  @Override
  int[] targets() {
    return targetClassIds;
  }

  @Override
  boolean sparseTrue() {
    return sparseYTrue;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    checkTargets();
  }
}
