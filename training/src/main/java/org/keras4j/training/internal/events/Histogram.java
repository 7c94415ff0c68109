package org.keras4j.training.internal.events;

/** How many numbers are in which of several ranges of one width. */
public final class Histogram {
  private Histogram() {}

  /**
   * The buckets from the least to the largest number, each with its left edge, its right edge and how many numbers it
   * holds. Of equal numbers, all are in the last. Numbers that are no number or infinite are in none.
   *
   * @param buckets how many, above 0
   */
  public static double[][] buckets(double[] values, int buckets) {
    double[][] rows = new double[buckets][3];
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    int count = 0;
    for (double v : values) {
      if (Double.isFinite(v)) {
        min = Math.min(min, v);
        max = Math.max(max, v);
        count++;
      }
    }
    if (count == 0) {
      return rows;
    }
    if (min == max) {
      for (double[] row : rows) {
        row[0] = max;
        row[1] = max;
      }
      rows[buckets - 1][2] = count;
      return rows;
    }
    double width = (max - min) / buckets;
    for (double v : values) {
      if (Double.isFinite(v)) {
        rows[(int) Math.min(Math.floor((v - min) / width), buckets - 1)][2]++;
      }
    }
    for (int i = 0; i < buckets; i++) {
      rows[i][0] = min + i * width;
      rows[i][1] = i == buckets - 1 ? max : min + (i + 1) * width;
    }
    return rows;
  }
}
