package org.keras4j.benchmarks;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.models.Model;

/** A workload about to be measured: its network is built, its rows go to a consumer. */
final class Measurement {
  final Workload workload;
  final BenchOptions options;
  final int batch;
  final int steps;
  final Model model;
  private final double buildSeconds;
  private final Consumer<Row> rows;

  Measurement(Workload workload, BenchOptions options, Consumer<Row> rows) {
    this.workload = workload;
    this.options = options;
    this.rows = rows;
    this.batch = options.batch() != null ? options.batch() : workload.batch(options.gpu());
    this.steps = options.steps() != null ? options.steps() : workload.steps();
    Keras.backend(); // loading it is no part of building a network
    long start = System.nanoTime();
    this.model = Networks.of(workload, options.sizes());
    this.buildSeconds = Samples.seconds(start);
  }

  SyntheticData data(int numRows) {
    return SyntheticData.of(workload, numRows, options.sizes());
  }

  /** A new row, for a part of the workload that is not empty. */
  Row row(String part) {
    return Row.of(workload.label() + (part.isEmpty() ? "" : ":" + part), batch, options)
        .put("build_s", Row.round(buildSeconds, 3));
  }

  /** The share of a GPU's peak that a training step of so many milliseconds uses; null for workloads without that figure. */
  @Nullable
  Double utilization(double stepMs) {
    double each = stepMs * options.devices(); // of the peak of all devices
    return Utilization.of(workload, options.sizes(), model.countParams(), batch, each);
  }

  void emit(Row row) {
    if (options.gpu()) {
      long peak = Keras.backend().memory(Keras.device()).peak();
      if (peak >= 0) {
        row.put("device_peak_mb", Row.round(peak / 1048576.0, 1));
      }
    }
    rows.accept(row.put("params", model.countParams()).finish());
  }
}
