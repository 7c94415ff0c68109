package org.keras4j.benchmarks;

import java.util.Locale;
import java.util.SplittableRandom;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.models.Model;
import org.keras4j.training.Fit;

/**
 * Epochs of {@code fit} and calls of {@code predict} of networks that begin with a layer on strings, by turns with those of
 * the same network without it, which gets the numbers that the layer makes.
 */
final class StringsBench {
  private static final long SEED = 20240711;

  private StringsBench() {}

  static void run(Measurement m) {
    for (StringInputs in : StringInputs.values()) {
      run(m, in);
    }
  }

  private static void run(Measurement m, StringInputs in) {
    Sizes sizes = m.options.sizes();
    int rows = sizes.rows();
    SplittableRandom r = new SplittableRandom(SEED);
    NDArray strings = in.strings(r, rows, sizes);
    NDArray y = SyntheticData.binary(r, rows);
    NDArray numbers = in.encoder(sizes).invoke(strings).toNDArray();
    NDArray vectors = in == StringInputs.TEXTS ? numbers : numbers.astype(DType.FLOAT32);
    Model inside = Networks.compiled(in.network(sizes, true), Networks.YES_OR_NO);
    Model beside = Networks.compiled(in.network(sizes, false), Networks.YES_OR_NO);
    int n = (rows + m.batch - 1) / m.batch;
    Fit options = Fit.epochs(1).batchSize(m.batch).verbose(0);
    Samples[] s = Samples.byTurns(
        k -> inside.fit(strings, y, options),
        k -> beside.fit(vectors, y, options),
        n,
        m.steps,
        m.options.maxSeconds());
    int one = m.batch;
    NDArray few = strings.slice(0, one);
    NDArray fewNumbers = vectors.slice(0, one);
    Samples[] p = Samples.byTurns(
        k -> inside.predictOnBatch(few),
        k -> beside.predictOnBatch(fewNumbers),
        1,
        m.steps * 100,
        m.options.maxSeconds() / 4);
    m.emit(m.row(in.name().toLowerCase(Locale.ROOT))
        .put(s[0], m.batch)
        .put("numbers_ms", Row.round(s[1].median(), 4))
        .put("numbers_cpu_ms", Row.round(s[1].cpuMs(), 4))
        .put("times", Row.round(s[0].median() / s[1].median(), 2))
        .put("predict_ms", Row.round(p[0].median(), 4))
        .put("predict_numbers_ms", Row.round(p[1].median(), 4))
        .put("predict_times", Row.round(p[0].median() / p[1].median(), 2)));
  }
}
