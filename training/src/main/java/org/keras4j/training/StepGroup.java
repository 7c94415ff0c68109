package org.keras4j.training;

import org.jspecify.annotations.Nullable;
import org.keras4j.ops.compile.Ready;
import org.keras4j.training.data.Batch;

/**
 * What one executable takes: a batch, or those of several steps, stacked along a new first axis.
 *
 * @param steps how many steps it is for
 * @param ready the batch made ready for its steps; null if that is still to do
 */
record StepGroup(Batch batch, int steps, @Nullable Ready ready) {
  StepGroup(Batch batch, int steps) {
    this(batch, steps, null);
  }

  StepGroup with(Batch other) {
    return new StepGroup(other, steps);
  }

  StepGroup with(Ready made) {
    return new StepGroup(batch, steps, made);
  }
}
