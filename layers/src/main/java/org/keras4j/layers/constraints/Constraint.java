package org.keras4j.layers.constraints;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.Registry;

/** Maps a weight into an allowed set after each update ({@code keras.constraints.Constraint}). */
public abstract class Constraint implements Configurable {
  /** The allowed weight nearest in the constraint's sense. */
  public abstract Tensor call(Tensor w);

  /** The constraint of a name ({@code "max_norm"}) or config; itself if it is one. */
  public static @Nullable Constraint get(@Nullable Object identifier) {
    return Registry.resolve("keras.constraints", Constraint.class, identifier);
  }
}
