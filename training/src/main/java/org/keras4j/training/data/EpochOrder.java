package org.keras4j.training.data;

import java.util.SplittableRandom;

/** Random orders, one an epoch, each told by a seed and the epoch's number alone: any of them can be had again. */
final class EpochOrder {
  // spreads the seeds of neighboring epochs
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private EpochOrder() {}

  /** The numbers from 0 to {@code n} - 1 in the order of an epoch. */
  static int[] of(int n, long seed, long epoch) {
    SplittableRandom random = new SplittableRandom(seed + STEP * epoch);
    int[] p = new int[n];
    for (int i = 0; i < n; i++) {
      int k = random.nextInt(i + 1);
      p[i] = p[k];
      p[k] = i;
    }
    return p;
  }
}
