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
record Portion(Batch batch, int steps, @Nullable Ready ready) {
  Portion(Batch batch, int steps) {
    this(batch, steps, null);
  }

  Portion with(Batch other) {
    return new Portion(other, steps);
  }

  Portion with(Ready made) {
    return new Portion(batch, steps, made);
  }
}
