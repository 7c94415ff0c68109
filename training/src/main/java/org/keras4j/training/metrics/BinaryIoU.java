package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/** Intersection over union of yes and no, of predictions as probabilities ({@code keras.metrics.BinaryIoU}). */
@KerasSerializable(module = "keras.metrics")
public final class BinaryIoU extends IoUBase {
  @Config
  private int[] targetClassIds = {0, 1};

  @Config
  private double threshold = 0.5;

  public BinaryIoU() {
    this(null);
  }

  /** With a name, null for an automatic one. */
  public BinaryIoU(@Nullable String name) {
    super(name);
  }

  /** The classes that count, of 0 and 1; both by default. */
  public BinaryIoU targetClassIds(int... value) {
    mutable("targetClassIds");
    this.targetClassIds = value.clone();
    checkTargets();
    return this;
  }

  /** Predictions of at least this mean 1; 0.5 by default. */
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
