package org.keras4j.training;

import org.keras4j.training.data.Batch;

/**
 * What one executable takes: a batch, or those of several steps, stacked along a new first axis.
 *
 * @param steps how many steps it is for
 */
record Portion(Batch batch, int steps) {
  Portion with(Batch other) {
    return new Portion(other, steps);
  }
}
