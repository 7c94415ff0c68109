package org.keras4j.training.metrics;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The mean of all classes' intersection over union, of one-hot targets ({@code keras.metrics.OneHotMeanIoU}). */
@KerasSerializable(module = "keras.metrics")
public final class OneHotMeanIoU extends IoUBase {
  @Config
  private int numClasses;

  @Config
  private @Nullable Integer ignoreClass;

  @Config("sparse_y_pred")
  private boolean sparseYPred;

  @Config
  private int axis = -1;

  private OneHotMeanIoU() {
    super(null);
  }

  /**
   * A metric with an automatic name.
   *
   * @param numClasses how many classes there are
   */
  public OneHotMeanIoU(int numClasses) {
    this(numClasses, null);
  }

  /** Likewise, with a name, null for an automatic one. */
  public OneHotMeanIoU(int numClasses, @Nullable String name) {
    super(name);
    this.numClasses = numClasses;
  }

  /** A class number in the targets that does not count; null (the default) for none. */
  public OneHotMeanIoU ignoreClass(@Nullable Integer value) {
    mutable("ignoreClass");
    this.ignoreClass = value;
    return this;
  }

  /** {@link #ignoreClass(Integer)} of a number. */
  public OneHotMeanIoU ignoreClass(int value) {
    return ignoreClass((Integer) value);
  }

  /** Whether predictions are class numbers, not probabilities; false by default. */
  public OneHotMeanIoU sparseYPred(boolean value) {
    mutable("sparseYPred");
    this.sparseYPred = value;
    return this;
  }

  /** The axis of the classes; the last by default. */
  public OneHotMeanIoU axis(int value) {
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
}
