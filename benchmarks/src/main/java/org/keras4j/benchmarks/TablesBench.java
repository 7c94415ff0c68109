package org.keras4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.benchmarks.networks.SmallNetworks;
import org.keras4j.core.NDArray;
import org.keras4j.data.TableSource;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;

/**
 * Passes through data of every kind, and epochs of {@code fit} from it, by turns with epochs from arrays of the same rows: of a network of two small layers, and
 * of one of two layers of 128 units with normalization and dropout ({@code wide}).
 */
final class TablesBench {
  private TablesBench() {}

  static void run(Measurement m) {
    int rows = m.options.sizes().rows() * 8;
    SyntheticData d = m.data(rows);
    NDArray x = (NDArray) d.x();
    NDArray y = (NDArray) d.y();
    try {
      Path folder = Files.createTempDirectory("keras4j-tables");
      Map<String, DataSource> sources = new LinkedHashMap<>();
      try (SyntheticTables tables = new SyntheticTables(folder, x, y)) {
        tables
            .all()
            .forEach((kind, table) ->
                sources.put(kind, TableSource.of(table).x(names(x)).y("y").batchSize(m.batch)));
        sources.putAll(SyntheticBatches.of(x, y, m.batch));
        sources.forEach((kind, source) -> read(m, kind, source, rows));
        sources.forEach((kind, source) -> run(m, kind, source, x, y, true));
        if (m.options.sizes() != Sizes.SMALL) { // which only show that it runs
          sources.forEach((kind, source) -> run(m, kind, source, x, y, false));
        }
      }
      try (var files = Files.list(folder)) {
        for (Path f : files.toList()) {
          Files.delete(f);
        }
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A pass through the batches alone: what a source can give at most. */
  private static void read(Measurement m, String kind, DataSource source, int rows) {
    Samples s = Samples.take(
        k -> {
          Iterator<Batch> all = source.iterator();
          int n = 0;
          while (all.hasNext()) {
            n += ((NDArray) all.next().x()).shape().intDim(0);
          }
          if (n != rows) {
            throw new IllegalStateException(kind + ": " + n + " rows, expected " + rows);
          }
        },
        1,
        m.steps,
        m.options.maxSeconds() / 4);
    m.emit(m.row(kind + "_read")
        .put(s, rows)
        .put("rows_per_s", Row.round(rows * 1e3 / s.median(), 1)));
  }

  private static void run(
      Measurement m, String kind, DataSource source, NDArray x, NDArray y, boolean small) {
    int rows = (int) x.shape().dim(0);
    SeedGenerator.setRandomSeed(1); // of weights and dropout
    Model fromTable = network(small);
    SeedGenerator.setRandomSeed(1);
    Model fromArrays = network(small);
    fromArrays.setWeights(fromTable.getWeights());
    Fit arrays = Fit.epochs(1).batchSize(m.batch).shuffle(false).verbose(0);
    Fit streamed = Fit.epochs(1).verbose(0);
    int n = (rows + m.batch - 1) / m.batch;
    double loss = fromTable.fit(source, streamed).get("loss").get(0);
    double arraysLoss = fromArrays.fit(x, y, arrays).get("loss").get(0);
    Samples[] s = Samples.byTurns(
        k -> fromTable.fit(source, streamed),
        k -> fromArrays.fit(x, y, arrays),
        n,
        m.steps,
        m.options.maxSeconds());
    m.emit(m.row(kind + (small ? "" : "_wide"))
        .put(s[0], m.batch)
        .put("rows_per_s", Row.round(rows * 1e3 / (s[0].median() * n), 1))
        .put("arrays_rows_per_s", Row.round(rows * 1e3 / (s[1].median() * n), 1))
        .put("arrays_cpu_ms_mean", Row.round(s[1].cpuMs(), 4))
        .put("of_arrays", Row.round(s[1].median() / s[0].median(), 3))
        .put("loss", Row.round(loss, 6))
        .put("arrays_loss", Row.round(arraysLoss, 6)));
  }

  /** One whose steps cost next to nothing, so that reading is all there is; or one as it is trained on tables. */
  private static Model network(boolean small) {
    Model m = small
        ? SmallNetworks.tiny()
        : new Sequential(
            new Input(20),
            new Dense(128).activation("relu"),
            new BatchNormalization(),
            new Dense(128).activation("relu"),
            new Dropout(0.2),
            new Dense(1).activation("sigmoid"));
    return Networks.compiled(m, Networks.YES_OR_NO);
  }

  static String[] names(NDArray x) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < x.shape().dim(1); i++) {
      out.add("c" + i);
    }
    return out.toArray(new String[0]);
  }
}
