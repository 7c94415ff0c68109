package org.keras4j.benchmarks;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.distribution.Distribution;
import org.keras4j.training.Fit;

/**
 * Single steps: {@code trainOnBatch} or {@code predictOnBatch} on one of a few batches. Both give host values,
 * so each call waits for the device. Inputs lie on the host; with a GPU, on the device.
 */
final class StepBench {
  private static final int POOL = 4;
  private static final int MOST_FIT_STEPS = 32;
  private static final long MOST_FIT_BYTES = 256_000_000;

  private interface Step {
    Object run(int k);
  }

  private StepBench() {}

  static void run(Measurement m) {
    if (m.options.devices() == 1) {
      run(m, null);
      return;
    }
    if (m.workload.kind() != Workload.Kind.TRAIN) {
      throw new IllegalArgumentException("bench: steps of training are divided, not " + m.workload);
    }
    Distribution d = m.options.division().of(m.model, m.options.devices());
    d.scope(() -> run(m, d));
  }

  private static void run(Measurement m, @Nullable Distribution d) {
    boolean train = m.workload.kind() == Workload.Kind.TRAIN;
    SyntheticData all = m.data(POOL * m.batch);
    SyntheticData[] batches = new SyntheticData[POOL];
    for (int k = 0; k < POOL; k++) {
      SyntheticData b = all.batch(m.batch, k);
      batches[k] = d != null
          ? new SyntheticData(Division.laidOut(b.x(), d), Division.laidOut(b.y(), d))
          : m.options.gpu() ? b.onDevice() : b;
    }
    Step one = train
        ? k -> m.model.trainOnBatch(batches[k % POOL].x(), batches[k % POOL].y())
        : k -> m.model.predictOnBatch(batches[k % POOL].x());
    long start = System.nanoTime();
    Object result = one.run(0);
    double first = Samples.seconds(start);
    Samples s = Samples.take(one::run, 1, m.steps, m.options.maxSeconds());
    Row row = m.row("")
        .put(s, m.batch)
        .put("compile_s", Row.round(first - s.median() / 1e3, 3))
        .put("data", m.options.gpu() || d != null ? "device" : "host");
    if (d != null) {
      row.put("devices", m.options.devices())
          .put("division", m.options.division().name().toLowerCase(Locale.ROOT));
    }
    Double share = m.utilization(s.median());
    if (share != null) {
      row.put("mfu", share);
    }
    if (train) {
      double loss = (Double) ((Map<?, ?>) one.run(0)).get("loss");
      row.put("loss", Double.isFinite(loss) ? (Object) Row.round(loss, 4) : Double.toString(loss));
      if (m.options.fit()) {
        fit(m, all, s.median(), row);
      }
    } else {
      row.put("finite", isFinite((NDArray) Nest.flatten(result).get(0)));
    }
    m.emit(row);
  }

  /** Epochs of {@code fit} over the same batches: no step waits for the one before. */
  private static void fit(Measurement m, SyntheticData all, double stepMs, Row row) {
    double seconds = m.options.maxSeconds();
    int n = Math.max(4, Math.min(m.steps, MOST_FIT_STEPS));
    n = (int) Math.max(4, Math.min(n, MOST_FIT_BYTES / (all.rowBytes() * m.batch)));
    n = n * stepMs > seconds * 500 ? 4 : n;
    SyntheticData rows = all.repeated(n * m.batch);
    SyntheticData two = all.repeated(2 * m.batch);
    Fit options = Fit.epochs(1).batchSize(m.batch).verbose(0);
    m.model.fit(two.x(), two.y(), options);
    // an epoch is many steps: where they are slow, one is enough
    Samples s = Samples.take(k -> m.model.fit(rows.x(), rows.y(), options), n, 5, seconds, 1);
    Double share = m.utilization(s.median());
    if (share != null) {
      row.put("fit_mfu", share);
      long tokens = (long) m.batch * m.workload.tokens(m.options.sizes());
      row.put("fit_tokens_per_s", Row.round(1e3 * tokens / s.median(), 0));
    }
    row.put("fit_samples_per_s", Row.round(1e3 * m.batch / s.median(), 1));
    row.put("fit_step_ms", Row.round(s.median(), 4))
        .put("fit_cpu_ms", Row.round(s.cpuMs(), 4))
        .put("fit_steps_per_epoch", n);
  }

  private static boolean isFinite(NDArray a) {
    for (int i = 0; i < a.size(); i++) {
      if (!Double.isFinite(a.getDouble(i))) {
        return false;
      }
    }
    return true;
  }
}
