package org.keras4j.layers.constraints;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Fluent;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.Registry;

/**
 * Maps a weight into an allowed set after each update ({@code keras.constraints.Constraint}).
 *
 * <pre>{@code
 * final class Unit extends Constraint {
 *   @Override public Tensor call(Tensor w) {
 *     return Ops.clip(w, 0, 1);
 *   }
 * }
 * var layer = new Dense(3).kernelConstraint(new Unit());
 * }</pre>
 */
public abstract class Constraint implements Configurable {
  /**
   * The allowed weight nearest in the constraint's sense.
   *
   * @param w a weight
   * @return a tensor of its shape and dtype
   */
  public abstract Tensor call(Tensor w);

  /**
   * The constraint that an identifier means ({@code keras.constraints.get}).
   *
   * @param identifier a name ({@code "max_norm"}), a config, or a constraint, which is itself; null for none
   * @return the constraint, null for none
   * @throws IllegalArgumentException if there is none of that name, listing what there is
   */
  public static @Nullable Constraint get(@Nullable Object identifier) {
    return Registry.resolve("keras.constraints", Constraint.class, identifier);
  }

  /**
   * The constraint of a name, for setters.
   *
   * @param name {@code "max_norm"}; {@code "none"} or null for none
   * @return the constraint, null for none
   * @throws IllegalArgumentException if there is none of that name, listing what there is
   */
  public static @Nullable Constraint named(@Nullable String name) {
    return get(Fluent.nameOrNull(name));
  }
}
