package org.keras4j.training.metrics;

import java.util.Map;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The harmonic mean of precision and recall of classes ({@code keras.metrics.F1Score}):
 *
 * <pre>{@code
 * 2 * precision * recall / (precision + recall)
 * }</pre>
 *
 * <p>Targets, 0 or 1, and predictions have the shape {@code (batch, classes)}; weights {@code (batch,)} may be given.
 * {@link #result} is {@code (classes,)}, or a scalar with an {@link #average}.
 *
 * <pre>{@code
 * var metric = new F1Score().average("macro").threshold(0.5);
 * metric.updateState(new double[][] {{1, 1, 1}, {1, 0, 0}, {1, 1, 0}}, new double[][] {{0.2, 0.6, 0.7}, {0.2, 0.6, 0.6}, {0.6, 0.8, 0}});
 * Tensor value = metric.result();
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class F1Score extends BaseFScore<F1Score> {
  /** Named {@code f1_score}. */
  public F1Score() {
    this("f1_score");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public F1Score(String name) {
    super(name);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> config = super.getConfig();
    config.remove("beta");
    return config;
  }
}
