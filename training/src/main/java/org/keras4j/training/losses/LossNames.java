package org.keras4j.training.losses;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Registry;

/** The names that {@link Loss#get} understands besides those of classes. */
final class LossNames {
  private static final Map<String, String> ALIASES = Map.of(
      "bce", "BinaryCrossentropy",
      "kld", "KLDivergence",
      "mae", "MeanAbsoluteError",
      "mse", "MeanSquaredError",
      "mape", "MeanAbsolutePercentageError",
      "msle", "MeanSquaredLogarithmicError");

  private LossNames() {}

  static @Nullable Loss resolve(@Nullable Object identifier) {
    if (identifier instanceof LossFunction f) {
      return new LossFunctionWrapper(f);
    }
    if (identifier instanceof String s) {
      String alias = s.equals(s.toUpperCase(java.util.Locale.ROOT))
          ? ALIASES.get(s.toLowerCase(java.util.Locale.ROOT))
          : ALIASES.get(s);
      Loss l = Registry.resolve("keras.losses", Loss.class, alias == null ? s : alias);
      // a function goes by its own name, a class by its default one
      return l != null && !s.equals(l.getClass().getSimpleName()) ? l.name(s) : l;
    }
    return Registry.resolve("keras.losses", Loss.class, identifier);
  }
}
