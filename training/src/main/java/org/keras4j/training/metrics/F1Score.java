package org.keras4j.training.metrics;

import java.util.Map;
import org.keras4j.core.serialization.KerasSerializable;

/** The harmonic mean of precision and recall ({@code keras.metrics.F1Score}). */
@KerasSerializable(module = "keras.metrics")
public final class F1Score extends FBetaScore {
  public F1Score() {
    this("f1_score");
  }

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
