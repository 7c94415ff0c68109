package org.keras4j.training.losses;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The Tversky loss of segmentations, as {@link Losses#tversky} has it ({@code keras.losses.Tversky}). */
@KerasSerializable(module = "keras.losses")
public final class Tversky extends PairwiseLoss {
  @Config
  private double alpha = 0.5;

  @Config
  private double beta = 0.5;

  @Config
  private @Nullable Object axis;

  public Tversky() {
    super("tversky");
  }

  /** The weight of targets that are not predicted, which Keras calls false positives; 0.5 by default. */
  public Tversky alpha(double value) {
    this.alpha = value;
    return this;
  }

  /** The weight of predictions that are no targets, which Keras calls false negatives; 0.5 by default. */
  public Tversky beta(double value) {
    this.beta = value;
    return this;
  }

  /** The axes that are summed over, null (the default) for all. */
  public Tversky axis(@Nullable Object value) {
    this.axis = value;
    return this;
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.tversky(yTrue, yPred, alpha, beta, axis);
  }
}
