package org.keras4j.layers.regularizers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Fluent;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.Registry;

/**
 * Turns a weight or an output into a penalty, a scalar ({@code keras.regularizers.Regularizer}).
 *
 * <pre>{@code
 * final class Sum extends Regularizer {
 *   @Override public Tensor call(Tensor x) {
 *     return Ops.multiply(0.01, Ops.abs(Ops.sum(x)));
 *   }
 * }
 * var layer = new Dense(3).kernelRegularizer(new Sum());
 * }</pre>
 */
public abstract class Regularizer implements Configurable {
  /**
   * The penalty.
   *
   * @param x a weight or an output, of any shape
   * @return a scalar
   */
  public abstract Tensor call(Tensor x);

  /**
   * The regularizer that an identifier means ({@code keras.regularizers.get}).
   *
   * @param identifier a name ({@code "l2"}), a config, or a regularizer, which is itself; null for none
   * @return the regularizer, null for none
   * @throws IllegalArgumentException if there is none of that name, listing what there is
   */
  public static @Nullable Regularizer get(@Nullable Object identifier) {
    return Registry.resolve("keras.regularizers", Regularizer.class, identifier);
  }

  /**
   * The regularizer of a name, for setters.
   *
   * @param name {@code "l2"}; {@code "none"} or null for none
   * @return the regularizer, null for none
   * @throws IllegalArgumentException if there is none of that name, listing what there is
   */
  public static @Nullable Regularizer named(@Nullable String name) {
    return get(Fluent.nameOrNull(name));
  }

  static double factor(double value, String name) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "A regularizer's " + name + " expects a finite number of at least 0, got " + value);
    }
    return value;
  }
}
