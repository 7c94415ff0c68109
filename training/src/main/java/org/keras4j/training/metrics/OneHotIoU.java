package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** Intersection over union of some classes, of one-hot targets ({@code keras.metrics.OneHotIoU}). */
@KerasSerializable(module = "keras.metrics")
public final class OneHotIoU extends IoUBase {
  @Config
  private int numClasses;

  @Config
  private int[] targetClassIds = {};

  @Config
  private @Nullable Integer ignoreClass;

  @Config("sparse_y_pred")
  private boolean sparseYPred;

  @Config
  private int axis = -1;

  private OneHotIoU() {
    super(null);
  }

  /**
   * A metric with an automatic name.
   *
   * @param numClasses how many classes there are
   * @param targetClassIds those that count
   */
  public OneHotIoU(int numClasses, int[] targetClassIds) {
    this(numClasses, targetClassIds, null);
  }

  /** Likewise, with a name, null for an automatic one. */
  public OneHotIoU(int numClasses, int[] targetClassIds, @Nullable String name) {
    super(name);
    this.numClasses = numClasses;
    this.targetClassIds = targetClassIds.clone();
    checkTargets();
  }

  /** A class number in the targets that does not count; null (the default) for none. */
  public OneHotIoU ignoreClass(@Nullable Integer value) {
    mutable("ignoreClass");
    this.ignoreClass = value;
    return this;
  }

  /** {@link #ignoreClass(Integer)} of a number. */
  public OneHotIoU ignoreClass(int value) {
    return ignoreClass((Integer) value);
  }

  /** Whether predictions are class numbers, not probabilities; false by default. */
  public OneHotIoU sparseYPred(boolean value) {
    mutable("sparseYPred");
    this.sparseYPred = value;
    return this;
  }

  /** The axis of the classes; the last by default. */
  public OneHotIoU axis(int value) {
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
    return false;
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
