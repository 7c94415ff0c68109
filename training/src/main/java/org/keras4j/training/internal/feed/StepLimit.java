package org.keras4j.training.internal.feed;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;

/** How many steps are made where {@link Keras#maxStepsPerEpoch} limits them. */
public final class StepLimit {
  private StepLimit() {}

  /**
   * The steps to make.
   *
   * @param asked how many were asked for; null for all that there are
   * @param batches how many the source has; below 0 if that is not known
   */
  public static @Nullable Integer of(@Nullable Integer asked, long batches) {
    Integer most = Keras.maxStepsPerEpoch();
    if (most == null || asked != null && asked <= most) {
      return asked;
    }
    return asked == null && batches >= 0 && batches <= most ? null : most;
  }
}
