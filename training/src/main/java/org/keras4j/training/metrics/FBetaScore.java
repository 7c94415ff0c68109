package org.keras4j.training.metrics;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * The weighted harmonic mean of precision and recall of classes ({@code keras.metrics.FBetaScore}), where recall
 * counts beta times as much as precision:
 *
 * <pre>{@code
 * (1 + beta²) * precision * recall / (beta² * precision + recall)
 * }</pre>
 *
 * <p>Targets, 0 or 1, and predictions have the shape {@code (batch, classes)}; weights {@code (batch,)} may be given.
 * {@link #result} is {@code (classes,)}, or a scalar with an {@link #average}.
 *
 * <pre>{@code
 * var metric = new FBetaScore().beta(2).threshold(0.5);
 * metric.updateState(new double[][] {{1, 1, 1}, {1, 0, 0}, {1, 1, 0}}, new double[][] {{0.2, 0.6, 0.7}, {0.2, 0.6, 0.6}, {0.6, 0.8, 0}});
 * Tensor value = metric.result();
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class FBetaScore extends BaseFScore<FBetaScore> {
  /** Named {@code fbeta_score}. */
  public FBetaScore() {
    this("fbeta_score");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public FBetaScore(String name) {
    super(name);
  }

  /**
   * How much recall counts beside precision.
   *
   * @param value 1 by default
   * @return this metric
   * @throws IllegalArgumentException unless it is more than 0
   */
  public FBetaScore beta(double value) {
    setBeta(value);
    return this;
  }
}
