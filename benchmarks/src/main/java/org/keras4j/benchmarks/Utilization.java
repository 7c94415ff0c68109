package org.keras4j.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * The share of 989 TFLOP/s, what an H100 or H200 can at most multiply in bfloat16, that training uses: 6 operations for each token and
 * each weight that multiplies it, and those of attention, of which causal masking leaves half. What is computed again for a gradient does
 * not count.
 */
final class Utilization {
  private static final double PEAK = 989e12;

  private Utilization() {}

  /** The share that a step of so many milliseconds uses; null for workloads without that figure. */
  static @Nullable Double of(Workload w, Sizes z, long params, int batch, double stepMs) {
    long time = w.tokens(z);
    double each;
    switch (w) {
      case GPT2_TRAIN -> each = 6.0 * params + 6.0 * 3 * z.encoders() * time * z.width();
      case DECODER_1B_TRAIN -> {
        boolean full = z == Sizes.FULL;
        each = 6.0 * params + 6.0 * (full ? 16 : z.encoders()) * time * (full ? 2048 : z.width());
      }
      case BERT_LARGE_TRAIN -> {
        // the tables are looked up, not multiplied
        double width = z == Sizes.FULL ? 1024 : z.width();
        double tables = width * ((z == Sizes.FULL ? 30522 : z.vocabulary()) + time + 2);
        each = 6.0 * (params - tables) + 12.0 * 6 * z.encoders() * time * width;
      }
      default -> {
        return null;
      }
    }
    return Row.round(each * batch * time / (stepMs / 1e3) / PEAK, 4);
  }
}
