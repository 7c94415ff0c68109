package org.keras4j.benchmarks;

import java.util.Arrays;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Times of single steps.
 *
 * @param ms milliseconds, one a step
 * @param cpuMs the mean time that all threads of the process spent on a step
 */
record Samples(double[] ms, double cpuMs) {
  private static final int LEAST = 5;
  private static final int WARM_UP = 3;
  /** How long to warm up. */
  static final double WARM_UP_SECONDS = 2;

  /**
   * Runs steps, some of them for warming up, until there are enough or the time is over.
   *
   * @param step runs one step and waits for it; gets its number
   * @param calls how many calls a step consists of: the times are those of one
   */
  static Samples take(IntConsumer step, int calls, int steps, double maxSeconds) {
    return take(step, calls, steps, maxSeconds, LEAST);
  }

  /**
   * Likewise.
   *
   * @param least how many steps are timed even when the time is over
   */
  static Samples take(IntConsumer step, int calls, int steps, double maxSeconds, int least) {
    warmUp(step, least, Math.min(maxSeconds / 3, WARM_UP_SECONDS));
    return timed(step, calls, steps, maxSeconds, least);
  }

  /**
   * Likewise, of calls so short that they are not what they will be before they have run very often: warmed up for two
   * seconds, whatever the time.
   */
  static Samples steady(IntConsumer step, int calls, int steps, double maxSeconds) {
    warmUp(step, LEAST, WARM_UP_SECONDS);
    return timed(step, calls, steps, maxSeconds, LEAST);
  }

  /** Two kinds of steps by turns, so that a busy moment of the machine falls on both. */
  static Samples[] byTurns(
      IntConsumer first, IntConsumer second, int calls, int steps, double maxSeconds) {
    double warm = Math.min(maxSeconds / 3, WARM_UP_SECONDS);
    warmUp(first, LEAST, warm);
    warmUp(second, LEAST, warm);
    double[][] ms = new double[2][steps];
    double[] cpu = new double[2];
    int n = 0;
    long start = System.nanoTime();
    while (n < steps && (n < LEAST || seconds(start) < maxSeconds)) {
      for (int i = 0; i < 2; i++) {
        double before = Machine.cpuMs();
        long a = System.nanoTime();
        (i == 0 ? first : second).accept(n);
        ms[i][n] = (System.nanoTime() - a) / 1e6 / calls;
        cpu[i] += Machine.cpuMs() - before;
      }
      n++;
    }
    return new Samples[] {
      new Samples(Arrays.copyOf(ms[0], n), cpu[0] / n / calls),
      new Samples(Arrays.copyOf(ms[1], n), cpu[1] / n / calls)
    };
  }

  private static void warmUp(IntConsumer step, int least, double warm) {
    long start = System.nanoTime();
    for (int k = 0; k < Math.min(WARM_UP, least) || seconds(start) < warm; k++) {
      step.accept(k);
      if (seconds(start) > warm) {
        break;
      }
    }
  }

  private static Samples timed(
      IntConsumer step, int calls, int steps, double maxSeconds, int least) {
    double[] ms = new double[steps];
    int n = 0;
    double cpu = Machine.cpuMs();
    long start = System.nanoTime();
    while (n < steps) {
      long a = System.nanoTime();
      step.accept(n);
      ms[n++] = (System.nanoTime() - a) / 1e6 / calls;
      if (n >= least && seconds(start) > maxSeconds) {
        break;
      }
    }
    return new Samples(Arrays.copyOf(ms, n), (Machine.cpuMs() - cpu) / n / calls);
  }

  static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }

  double median() {
    return quantile(0.5);
  }

  /** The value below which that share of the times lies, interpolated. */
  double quantile(double share) {
    double[] sorted = ms.clone();
    Arrays.sort(sorted);
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  void writeTo(Map<String, Object> row) {
    row.put("cpu_ms_mean", Row.round(cpuMs, 4));
    row.put("step_ms_median", Row.round(median(), 4));
    row.put("step_ms_p10", Row.round(quantile(0.1), 4));
    row.put("step_ms_p90", Row.round(quantile(0.9), 4));
    row.put("n", ms.length);
  }
}
