package org.keras4j.layers.regularizers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.Registry;

/** Turns a weight or an output into a penalty, a scalar ({@code keras.regularizers.Regularizer}). */
public abstract class Regularizer implements Configurable {
  /** The penalty. */
  public abstract Tensor call(Tensor x);

  /** The regularizer of a name ({@code "l2"}) or config; itself if it is one. */
  public static @Nullable Regularizer get(@Nullable Object identifier) {
    return Registry.resolve("keras.regularizers", Regularizer.class, identifier);
  }

  static double factor(double value, String name) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "A regularizer's " + name + " expects a finite number of at least 0, got " + value);
    }
    return value;
  }
}
