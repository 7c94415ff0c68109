package org.keras4j.ops.grad;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.context.Context;

/**
 * Says which layers made while it is open forget what they computed, and run again for their gradient
 * ({@code keras.RematScope}). Scopes nest; the innermost counts.
 */
public final class RematScope implements AutoCloseable {
  private static final Context.Key<RematScope> CURRENT = Context.Key.inherited("remat scope");
  private static final List<String> MODES =
      List.of("full", "activations", "larger_than", "list_of_layers");

  private final Context.Place<RematScope> place;
  private final @Nullable String mode;
  private final long outputSizeThreshold;
  private final List<String> layerNames;

  /** Every layer. */
  public RematScope() {
    this("full");
  }

  /** A mode with Keras's defaults. */
  public RematScope(@Nullable String mode) {
    this(mode, 1024, List.of());
  }

  /**
   * Opens a scope.
   *
   * @param mode {@code "full"}: every layer; {@code "activations"}: activation functions in layers; {@code
   *     "larger_than"}: layers with more output elements than the threshold; {@code "list_of_layers"}: those
   *     named; null: none
   * @param outputSizeThreshold for {@code "larger_than"}
   * @param layerNames for {@code "list_of_layers"}
   */
  public RematScope(@Nullable String mode, long outputSizeThreshold, List<String> layerNames) {
    if (mode != null && !MODES.contains(mode)) {
      throw new IllegalArgumentException(
          "RematScope: expected a mode of " + MODES + " or null, got '" + mode + "'");
    }
    this.mode = mode;
    this.outputSizeThreshold = outputSizeThreshold;
    this.layerNames = List.copyOf(layerNames);
    this.place = CURRENT.open(this);
  }

  /** The innermost scope in force, or null. */
  public static @Nullable RematScope current() {
    return CURRENT.get();
  }

  public @Nullable String mode() {
    return mode;
  }

  public long outputSizeThreshold() {
    return outputSizeThreshold;
  }

  public List<String> layerNames() {
    return layerNames;
  }

  @Override
  public void close() {
    place.close();
  }
}
