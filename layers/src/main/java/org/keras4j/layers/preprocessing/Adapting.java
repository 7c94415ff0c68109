package org.keras4j.layers.preprocessing;

/** A layer whose state is taken of data before training: statistics, a vocabulary, boundaries of bins. */
public interface Adapting {
  /**
   * Takes the state of data, replacing the former.
   *
   * @param data one array, tensor or list, or an iterable or iterator of batches
   */
  void adapt(Object data);

  /** Whether {@link #adapt} can be called: false where the state was given, and is for good. */
  default boolean isAdaptable() {
    return true;
  }
}
