package org.keras4j.benchmarks;

import org.keras4j.training.Fit;

/** Epochs of {@code fit} of a network so small that the loop around it is what is measured. */
final class FitBench {
  private FitBench() {}

  static void run(Measurement m) {
    int rows = m.options.sizes().rows();
    int n = (rows + m.batch - 1) / m.batch;
    SyntheticData d = m.data(rows);
    Fit options = Fit.epochs(1).batchSize(m.batch).verbose(0);
    long start = System.nanoTime();
    m.model.fit(d.x(), d.y(), options);
    double first = Samples.seconds(start);
    Samples s =
        Samples.take(k -> m.model.fit(d.x(), d.y(), options), n, m.steps, m.options.maxSeconds());
    double perSecond = Row.round(rows * 1e3 / (s.median() * n), 1);
    m.emit(m.row("")
        .put(s, m.batch)
        .put("us_per_step", Row.round(s.median() * 1e3, 1))
        .put("rows_per_s", perSecond)
        .put("samples_per_s", perSecond)
        .put("compile_s", Row.round(first - s.median() * n / 1e3, 3)));
  }
}
