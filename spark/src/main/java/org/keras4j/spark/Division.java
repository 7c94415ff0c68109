package org.keras4j.spark;

import java.io.Serializable;

/**
 * Which samples of a dataset are whose: batches are made of consecutive samples, and the samples of a batch are divided
 * among the ranks in order, the first ones have one more where they do not divide evenly. All ranks have a batch of fewer
 * samples than ranks.
 *
 * @param samples of the dataset
 * @param batch samples of a batch
 * @param ranks workers
 */
record Division(long samples, int batch, int ranks) implements Serializable {
  /** How many batches there are. */
  int batches() {
    return Math.toIntExact((samples + batch - 1) / batch);
  }

  /** How many samples a batch has. */
  int size(int number) {
    return (int) Math.min(batch, samples - (long) number * batch);
  }

  private boolean isEverybodys(int number) {
    return size(number) < ranks;
  }

  /** The first sample of a batch that a rank has. */
  int first(int number, int rank) {
    int n = size(number);
    return isEverybodys(number) ? 0 : rank * (n / ranks) + Math.min(rank, n % ranks);
  }

  /** How many samples of a batch a rank has. */
  int rows(int number, int rank) {
    int n = size(number);
    return isEverybodys(number) ? n : n / ranks + (rank < n % ranks ? 1 : 0);
  }

  /** Whose a sample is; -1 for everybody's. */
  int rank(long sample) {
    int number = (int) (sample / batch);
    if (isEverybodys(number)) {
      return -1;
    }
    int place = (int) (sample % batch);
    int each = size(number) / ranks;
    int more = size(number) % ranks;
    int big = more * (each + 1);
    return place < big ? place / (each + 1) : more + (place - big) / each;
  }

  /** How many samples a rank has. */
  long rows(int rank) {
    if (samples == 0) {
      return 0;
    }
    int full = batches() - 1;
    return (long) full * (full > 0 ? rows(0, rank) : 0) + rows(full, rank);
  }
}
