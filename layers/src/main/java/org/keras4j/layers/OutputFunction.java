package org.keras4j.layers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;

/**
 * What a layer applies to its outputs by {@link Layer#activate}: an {@link
 * org.keras4j.layers.activations.ActivationFunction} mostly, which is what settings take.
 */
@FunctionalInterface
public interface OutputFunction {
  /**
   * The function's value.
   *
   * @param x of any shape
   * @return a tensor of the same shape
   */
  Tensor call(Tensor x);

  /** Whether it gives what it gets; false unless overridden. */
  default boolean isIdentity() {
    return false;
  }

  /** The layer that it is, whose weights belong to the layer that applies it; null unless overridden. */
  default @Nullable Layer layer() {
    return null;
  }
}
