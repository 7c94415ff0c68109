package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;

/** The circle loss of embeddings and their labels, as {@link Losses#circle} has it ({@code keras.losses.Circle}). */
@KerasSerializable(module = "keras.losses")
public final class Circle extends PairwiseLoss {
  @Config
  private double gamma = 80.0;

  @Config
  private double margin = 0.4;

  @Config
  private boolean removeDiagonal = true;

  public Circle() {
    super("circle");
  }

  /** The scale; 80 by default. */
  public Circle gamma(double value) {
    this.gamma = value;
    return this;
  }

  /** The relaxation of the decision boundary; 0.4 by default. */
  public Circle margin(double value) {
    this.margin = value;
    return this;
  }

  /** Whether a sample is no pair with itself; true by default. */
  public Circle removeDiagonal(boolean value) {
    this.removeDiagonal = value;
    return this;
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.circle(yTrue, yPred, null, null, removeDiagonal, gamma, margin);
  }
}
