package org.keras4j.training.metrics;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The mean of all classes' intersection over union ({@code keras.metrics.MeanIoU}). */
@KerasSerializable(module = "keras.metrics")
public final class MeanIoU extends IoUBase {
  @Config
  private int numClasses;

  @Config
  private @Nullable Integer ignoreClass;

  @Config("sparse_y_true")
  private boolean sparseYTrue = true;

  @Config("sparse_y_pred")
  private boolean sparseYPred = true;

  @Config
  private int axis = -1;

  private MeanIoU() {
    super(null);
  }

  /**
   * A metric with an automatic name.
   *
   * @param numClasses how many classes there are
   */
  public MeanIoU(int numClasses) {
    this(numClasses, null);
  }

  /** Likewise, with a name, null for an automatic one. */
  public MeanIoU(int numClasses, @Nullable String name) {
    super(name);
    this.numClasses = numClasses;
  }

  /** A class number in the targets that does not count; null (the default) for none. */
  public MeanIoU ignoreClass(@Nullable Integer value) {
    mutable("ignoreClass");
    this.ignoreClass = value;
    return this;
  }

  /** {@link #ignoreClass(Integer)} of a number. */
  public MeanIoU ignoreClass(int value) {
    return ignoreClass((Integer) value);
  }

  /** Whether targets are class numbers, not one-hot; true by default. */
  public MeanIoU sparseYTrue(boolean value) {
    mutable("sparseYTrue");
    this.sparseYTrue = value;
    return this;
  }

  /** Whether predictions are class numbers, not probabilities; true by default. */
  public MeanIoU sparseYPred(boolean value) {
    mutable("sparseYPred");
    this.sparseYPred = value;
    return this;
  }

  /** The axis of the classes; the last by default. */
  public MeanIoU axis(int value) {
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
    return IntStream.range(0, numClasses).toArray();
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
}
