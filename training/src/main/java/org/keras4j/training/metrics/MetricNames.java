package org.keras4j.training.metrics;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.losses.LossFunction;

/** The names that {@link Metric#get} understands besides those of classes. */
final class MetricNames {
  private static final Map<String, String> ALIASES = Map.of(
      "bce", "BinaryCrossentropy",
      "mae", "MeanAbsoluteError",
      "mse", "MeanSquaredError",
      "mape", "MeanAbsolutePercentageError",
      "msle", "MeanSquaredLogarithmicError");

  private MetricNames() {}

  static @Nullable Metric resolve(@Nullable Object identifier) {
    if (identifier instanceof MetricFunction f) {
      return new MeanMetricWrapper(f);
    }
    if (identifier instanceof LossFunction f) {
      return new MeanMetricWrapper(f::call);
    }
    if (identifier instanceof Loss l) {
      return new MeanMetricWrapper(l);
    }
    if (identifier instanceof String s) {
      String alias = s.equals(s.toUpperCase(Locale.ROOT))
          ? ALIASES.get(s.toLowerCase(Locale.ROOT))
          : ALIASES.get(s);
      return Registry.resolve("keras.metrics", Metric.class, alias == null ? s : alias);
    }
    return Registry.resolve("keras.metrics", Metric.class, identifier);
  }
}
