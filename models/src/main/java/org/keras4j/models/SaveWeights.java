package org.keras4j.models;

import org.jspecify.annotations.Nullable;

/** How {@link Model#saveWeights(java.nio.file.Path, SaveWeights)} writes weights, under Keras's names. */
public final class SaveWeights {
  private @Nullable Double maxShardSize;
  private boolean overwrite = true;

  private SaveWeights() {}

  /** One file, in the place of one that is there. */
  public static SaveWeights defaults() {
    return new SaveWeights();
  }

  /**
   * Writes several files: {@code name.weights.json}, which lists them, and {@code name_00000.weights.h5} and so on
   * beside it. Python's Keras reads them too.
   *
   * @param gigabytes the most that one of them holds, in 2^30 bytes of weights; no weight may be larger
   * @return these options
   * @throws IllegalArgumentException if it is not positive
   */
  public static SaveWeights maxShardSize(double gigabytes) {
    if (!(gigabytes > 0)) {
      throw new IllegalArgumentException(
          "saveWeights: 'maxShardSize' expects a positive number of gigabytes, got " + gigabytes);
    }
    SaveWeights out = new SaveWeights();
    out.maxShardSize = gigabytes;
    return out;
  }

  /** Whether what is there is replaced; true by default. If false, something being there is an error. */
  public SaveWeights overwrite(boolean value) {
    this.overwrite = value;
    return this;
  }

  /** The most that one of several files holds, in gigabytes; null for one file alone. */
  public @Nullable Double maxShardSize() {
    return maxShardSize;
  }

  public boolean isOverwriting() {
    return overwrite;
  }
}
