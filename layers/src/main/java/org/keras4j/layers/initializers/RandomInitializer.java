package org.keras4j.layers.initializers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.SeedGenerator;

/**
 * An initializer that draws random numbers. With an integer as seed, or none, each call gives the same
 * numbers; with a {@link SeedGenerator} each call gives others.
 */
abstract class RandomInitializer extends Initializer {
  @Config
  private @Nullable Object seed;

  private @Nullable Object chosen;

  /** The seed to draw with: the one given, else one chosen at random for this object. */
  final synchronized Object seed() {
    if (chosen == null) {
      chosen = seed == null ? (Object) SeedGenerator.defaultSeed() : seed;
    }
    return chosen;
  }

  final void setSeed(@Nullable Object value) {
    if (value instanceof Number || value instanceof SeedGenerator || value == null) {
      this.seed = value;
      this.chosen = null;
    } else {
      throw new IllegalArgumentException(getClass().getSimpleName()
          + ": seed expects an integer or a SeedGenerator, got " + value);
    }
  }
}
