package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** Intersection over union of some classes, the mean of theirs ({@code keras.metrics.IoU}). */
@KerasSerializable(module = "keras.metrics")
public final class IoU extends IoUBase {
  @Config
  private int numClasses;

  @Config
  private int[] targetClassIds = {};

  @Config
  private @Nullable Integer ignoreClass;

  @Config("sparse_y_true")
  private boolean sparseYTrue = true;

  @Config("sparse_y_pred")
  private boolean sparseYPred = true;

  @Config
  private int axis = -1;

  private IoU() {
    super(null);
  }

  /**
   * A metric with an automatic name.
   *
   * @param numClasses how many classes there are
   * @param targetClassIds those that count
   */
  public IoU(int numClasses, int[] targetClassIds) {
    this(numClasses, targetClassIds, null);
  }

  /** Likewise, with a name, null for an automatic one. */
  public IoU(int numClasses, int[] targetClassIds, @Nullable String name) {
    super(name);
    this.numClasses = numClasses;
    this.targetClassIds = targetClassIds.clone();
    checkTargets();
  }

  /** A class number in the targets that does not count; null (the default) for none. */
  public IoU ignoreClass(@Nullable Integer value) {
    mutable("ignoreClass");
    this.ignoreClass = value;
    return this;
  }

  /** {@link #ignoreClass(Integer)} of a number. */
  public IoU ignoreClass(int value) {
    return ignoreClass((Integer) value);
  }

  /** Whether targets are class numbers, not one-hot; true by default. */
  public IoU sparseYTrue(boolean value) {
    mutable("sparseYTrue");
    this.sparseYTrue = value;
    return this;
  }

  /** Whether predictions are class numbers, not probabilities; true by default. */
  public IoU sparseYPred(boolean value) {
    mutable("sparseYPred");
    this.sparseYPred = value;
    return this;
  }

  /** The axis of the classes; the last by default. */
  public IoU axis(int value) {
    mutable("axis");
    this.axis = value;
    return this;
  }

  @Override
  int classes() {
    return numClasses;
  }

  @Override
  int[] targets() {
    return targetClassIds;
  }

  @Override
  @Nullable
  Integer ignored() {
    return ignoreClass;
  }

  @Override
  boolean sparseTrue() {
    return sparseYTrue;
  }

  @Override
  boolean sparsePred() {
    return sparseYPred;
  }

  @Override
  int classAxis() {
    return axis;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    checkTargets();
  }
}
