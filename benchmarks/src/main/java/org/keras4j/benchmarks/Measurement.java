package org.keras4j.benchmarks;

import java.util.function.Consumer;
import org.keras4j.core.Keras;
import org.keras4j.models.Model;

/** A workload about to be measured: its network is built, its rows go to a consumer. */
final class Measurement {
  private static final double PEAK = 989e12;

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

  /**
   * The share of 989 TFLOP/s, what an H100 or H200 can at most multiply in bfloat16, that a training step of GPT-2 of so many milliseconds
   * uses: 6 operations for each weight and token, and those of attention, of which causal masking leaves half.
   */
  double utilization(double stepMs) {
    Sizes z = options.sizes();
    double attention = 6.0 * 3 * z.encoders() * z.context() * z.width();
    double each = 6.0 * model.countParams() + attention;
    double operations = each * batch * z.context();
    return Row.round(operations / (stepMs / 1e3) / PEAK, 4);
  }

  void emit(Row row) {
    rows.accept(row.put("params", model.countParams()).finish());
  }
}
