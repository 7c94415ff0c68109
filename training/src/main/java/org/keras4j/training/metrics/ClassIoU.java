package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;

/** Intersection over union of any number of classes. */
abstract class ClassIoU<S extends ClassIoU<S>> extends IoUBase<S> {
  @Config
  private int numClasses;

  @Config
  private @Nullable Integer ignoreClass;

  @Config("sparse_y_pred")
  private boolean sparseYPred;

  @Config
  private int axis = -1;

  ClassIoU(int numClasses, boolean sparseYPred, @Nullable String name) {
    super(name);
    this.numClasses = numClasses;
    this.sparseYPred = sparseYPred;
  }

  /**
   * The class in the targets that does not count.
   *
   * @param value its number; null (the default) for none
   * @return this metric
   */
  public S ignoreClass(@Nullable Integer value) {
    return set("ignoreClass", () -> this.ignoreClass = value);
  }

  /** {@link #ignoreClass(Integer)} of a number. */
  public S ignoreClass(int value) {
    return ignoreClass((Integer) value);
  }

  /**
   * Whether predictions are class numbers, not scores.
   *
   * @param value true by default, false for metrics of one-hot targets
   * @return this metric
   */
  public S sparseYPred(boolean value) {
    return set("sparseYPred", () -> this.sparseYPred = value);
  }

  /**
   * The axis of the classes.
   *
   * @param value the last by default
   * @return this metric
   */
  public S axis(int value) {
    return set("axis", () -> this.axis = value);
  }

  @Override
  final int classes() {
    return numClasses;
  }

  @Override
  @Nullable
  final Integer ignored() {
    return ignoreClass;
  }

  @Override
  final boolean sparsePred() {
    return sparseYPred;
  }

  @Override
  final int classAxis() {
    return axis;
  }
}
