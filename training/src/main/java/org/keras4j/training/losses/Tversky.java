package org.keras4j.training.losses;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;

/**
 * The Tversky loss of segmentations ({@code keras.losses.Tversky}; Salehi et al. 2017, <a
 * href="https://arxiv.org/abs/1706.05721">Tversky loss function for image segmentation</a>), from 0, where they
 * agree, to 1; the {@link Dice} loss if alpha and beta are 0.5:
 *
 * <pre>{@code
 * both = sum(yTrue * yPred)
 * loss = 1 - both / (both + alpha * sum((1 - yPred) * yTrue) + beta * sum(yPred * (1 - yTrue)) + epsilon)
 * }</pre>
 *
 * <p>Targets and predictions have one shape {@code (batch, ..., classes)} of floats from 0 to 1. Over all axes (the
 * default) the loss is one scalar; over some {@link #axis axes}, the losses of the shape of the others are reduced to
 * a scalar, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * double[][] yTrue = {{1, 0}, {1, 1}};
 * double[][] yPred = {{0.9, 0.2}, {0.8, 0.7}};
 * Tensor loss = new Tversky().alpha(0.3).beta(0.7).invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#tversky
 */
@KerasSerializable(module = "keras.losses")
public final class Tversky extends PairwiseLoss<Tversky> {
  @Config
  private double alpha = 0.5;

  @Config
  private double beta = 0.5;

  @Config
  private @Nullable Object axis;

  /** Named {@code tversky}, reduced over the batch. */
  public Tversky() {
    super("tversky");
  }

  /**
   * The weight of targets that are not predicted, which Keras calls false positives.
   *
   * @param value 0.5 by default
   * @return this loss
   */
  public Tversky alpha(double value) {
    return set("alpha", () -> this.alpha = value);
  }

  /**
   * The weight of predictions that are no targets, which Keras calls false negatives.
   *
   * @param value 0.5 by default
   * @return this loss
   */
  public Tversky beta(double value) {
    return set("beta", () -> this.beta = value);
  }

  /**
   * The axes that are summed over.
   *
   * @param value one or several; null or none for all, the default
   * @return this loss
   */
  public Tversky axis(int @Nullable ... value) {
    return set("axis", () -> this.axis = Extent.axes(value));
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.tversky(yTrue, yPred, alpha, beta, axis);
  }
}
