package org.keras4j.training.internal.feed;

import org.jspecify.annotations.Nullable;
import org.keras4j.ops.compile.Ready;
import org.keras4j.training.data.Batch;

/**
 * What one executable takes: a batch, or those of several steps, stacked along a new first axis.
 *
 * @param steps how many steps it is for
 * @param ready the batch made ready for its steps; null if that is still to do
 */
public record StepGroup(Batch batch, int steps, @Nullable Ready ready) {
  public StepGroup(Batch batch, int steps) {
    this(batch, steps, null);
  }

  public StepGroup with(Batch other) {
    return new StepGroup(other, steps);
  }

  public StepGroup with(Ready made) {
    return new StepGroup(batch, steps, made);
  }
}
