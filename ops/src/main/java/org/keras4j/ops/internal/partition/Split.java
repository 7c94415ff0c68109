package org.keras4j.ops.internal.partition;

import org.keras4j.core.spi.Collectives;

/**
 * How the samples of a batch are divided among processes: in their order, the first ranks have one more where they do not
 * divide evenly.
 *
 * @param group the processes
 * @param batch how many samples there are; at least one for each process
 */
public record Split(Collectives group, long batch) {
  /** How many samples a rank has. */
  long rows(int rank) {
    return batch / group.size() + (rank < batch % group.size() ? 1 : 0);
  }

  /** The first sample of a rank. */
  long start(int rank) {
    return rank * (batch / group.size()) + Math.min(rank, batch % group.size());
  }

  /** How many samples this process has. */
  public long rows() {
    return rows(group.rank());
  }

  /** The first sample of this process. */
  public long start() {
    return start(group.rank());
  }
}
