package org.keras4j.layers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.random.SeedGenerator;

/**
 * A layer that draws random numbers from a generator of its own, whose state is among its variables.
 *
 * @param <S> the class itself
 */
public abstract class SeededLayer<S extends SeededLayer<S>> extends FluentLayer<S> {
  @Config
  private @Nullable Number seed;

  private @Nullable SeedGenerator generator;

  protected SeededLayer() {}

  /** Whether the settings make it draw at all; otherwise it has no generator. */
  protected boolean draws() {
    return true;
  }

  /** Makes the generator for the settings as they are; constructors end with it. */
  protected final void reseed() {
    untrackSeeds();
    generator = draws() ? track(new SeedGenerator(seed)) : null;
  }

  /**
   * The seed of the generator, an integer.
   *
   * @param value null (the default) for a random one
   * @return this layer
   */
  public S seed(@Nullable Number value) {
    set("seed", () -> seed = value);
    reseed();
    return self();
  }

  protected final @Nullable Number seed() {
    return seed;
  }

  /** The generator to draw with. */
  protected final SeedGenerator generator() {
    if (generator == null) {
      throw new IllegalStateException(label() + ": draws no random numbers");
    }
    return generator;
  }

  @Override
  protected void configured() {
    reseed();
  }
}
