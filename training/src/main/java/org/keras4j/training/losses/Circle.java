package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The circle loss of embeddings and their labels ({@code keras.losses.Circle}; Sun et al. 2020, <a
 * href="https://arxiv.org/abs/2002.10857">Circle Loss</a>): draws the similarity of samples of one label above that
 * of samples of different labels.
 *
 * <p>Targets are labels {@code (batch,)}, predictions embeddings {@code (batch, dims)} of L2 norm 1; {@link #invoke}
 * reduces the losses {@code (batch,)} to a scalar, unless {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * int[] yTrue = {0, 0, 1, 1};
 * double[][] yPred = {{1, 0}, {0.8, 0.6}, {0, 1}, {-0.6, 0.8}};
 * Tensor loss = new Circle().gamma(80).margin(0.4).invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#circle
 */
@KerasSerializable(module = "keras.losses")
public final class Circle extends PairwiseLoss<Circle> {
  @Config
  private double gamma = 80.0;

  @Config
  private double margin = 0.4;

  @Config
  private boolean removeDiagonal = true;

  /** Named {@code circle}, reduced over the batch. */
  public Circle() {
    super("circle");
  }

  /**
   * The scale.
   *
   * @param value 80 by default
   * @return this loss
   */
  public Circle gamma(double value) {
    return set("gamma", () -> this.gamma = value);
  }

  /**
   * The relaxation of the decision boundary.
   *
   * @param value 0.4 by default
   * @return this loss
   */
  public Circle margin(double value) {
    return set("margin", () -> this.margin = value);
  }

  /**
   * Whether a sample is no pair with itself.
   *
   * @param value true by default
   * @return this loss
   */
  public Circle removeDiagonal(boolean value) {
    return set("removeDiagonal", () -> this.removeDiagonal = value);
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.circle(yTrue, yPred, null, null, removeDiagonal, gamma, margin);
  }
}
