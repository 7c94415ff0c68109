package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * Intersection over union of some classes of one-hot targets, the mean of theirs ({@code keras.metrics.OneHotIoU}):
 *
 * <pre>{@code
 * truePositives / (truePositives + falsePositives + falseNegatives)
 * }</pre>
 *
 * <p>Targets are one-hot {@code (batch, ..., classes)}, predictions scores {@code (batch, ..., classes)} or, if they
 * are {@link #sparseYPred sparse}, class numbers {@code (batch, ...)}. Weights, one a sample, may be given; {@link
 * #result} is a scalar of float32.
 *
 * <pre>{@code
 * var metric = new OneHotIoU(3, new int[] {0, 2});
 * metric.updateState(new int[][] {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {1, 0, 0}}, new double[][] {{0.2, 0.3, 0.5}, {0.1, 0.2, 0.7}, {0.5, 0.3, 0.1}, {0.1, 0.4, 0.5}});
 * Tensor value = metric.result();
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class OneHotIoU extends ClassIoU<OneHotIoU> {
  @Config
  private int[] targetClassIds = {};

  private OneHotIoU() {
    super(0, false, null);
  }

  /**
   * With an automatic name.
   *
   * @param numClasses how many classes there are
   * @param targetClassIds those that count, from 0 on
   * @throws IllegalArgumentException if a class is not one of these
   */
  public OneHotIoU(int numClasses, int[] targetClassIds) {
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
  public OneHotIoU(int numClasses, int[] targetClassIds, @Nullable String name) {
    super(numClasses, false, name);
    this.targetClassIds = targetClassIds.clone();
    checkTargets();
  }

  @Override
  int[] targets() {
    return targetClassIds;
  }

  @Override
  boolean sparseTrue() {
    return false;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    checkTargets();
  }
}
