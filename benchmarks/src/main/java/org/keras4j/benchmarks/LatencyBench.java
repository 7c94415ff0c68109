package org.keras4j.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.keras4j.core.NDArray;

/**
 * {@code predict} of one row from 1, 4 and 16 threads: percentiles of a call's time, calls a second, and whether all
 * calls gave the very same bits.
 */
final class LatencyBench {
  private static final int[] THREADS = {1, 4, 16};
  private static final int MOST_CALLS = 1 << 17; // whose times are kept, each thread

  private LatencyBench() {}

  static void run(Measurement m) {
    Object x = m.data(m.batch).x();
    NDArray expected = m.model.predict(x);
    double seconds = m.options.maxSeconds() / (2 * THREADS.length);
    for (int threads : THREADS) {
      AtomicBoolean equal = new AtomicBoolean(true);
      Runnable call = () -> {
        if (!m.model.predict(x).equals(expected)) {
          equal.set(false);
        }
      };
      calls(call, threads, Samples.WARM_UP_SECONDS);
      double cpu = Machine.cpuMs();
      long start = System.nanoTime();
      double[] ms = calls(call, threads, seconds);
      double wall = Samples.seconds(start);
      Samples s = new Samples(ms, (Machine.cpuMs() - cpu) / ms.length);
      double perSecond = ms.length / wall;
      m.emit(m.row(Integer.toString(threads))
          .put(s, m.batch)
          .put("threads", threads)
          .put("bit_equal", equal.get())
          .put("step_ms_p50", Row.round(s.median(), 4))
          .put("step_ms_p99", Row.round(s.quantile(0.99), 4))
          .put("step_ms_p999", Row.round(s.quantile(0.999), 4))
          .put("us_per_call", Row.round(s.median() * 1e3, 1))
          .put("calls_per_s", Row.round(perSecond, 1))
          .put("samples_per_s", Row.round(perSecond * m.batch, 1)));
    }
  }

  private static double[] calls(Runnable call, int threads, double seconds) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<double[]>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        parts.add(pool.submit(() -> calls(call, seconds)));
      }
      List<double[]> done = new ArrayList<>();
      for (Future<double[]> f : parts) {
        done.add(f.get());
      }
      return done.stream().flatMapToDouble(Arrays::stream).toArray();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("predict failed: " + e.getCause().getMessage(), e.getCause());
    } finally {
      pool.shutdown();
    }
  }

  private static double[] calls(Runnable call, double seconds) {
    double[] ms = new double[MOST_CALLS];
    int n = 0;
    long start = System.nanoTime();
    do {
      long a = System.nanoTime();
      call.run();
      ms[n++] = (System.nanoTime() - a) / 1e6;
    } while (n < MOST_CALLS && Samples.seconds(start) < seconds);
    return Arrays.copyOf(ms, n);
  }
}
