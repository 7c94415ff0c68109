package org.keras4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keras4j.core.NDArray;
import org.keras4j.data.Table;
import org.keras4j.data.TableSource;
import org.keras4j.models.Model;
import org.keras4j.training.Fit;

/** Epochs of {@code fit} from tables of every kind, by turns with epochs from arrays of the same rows. */
final class TablesBench {
  private TablesBench() {}

  static void run(Measurement m) {
    int rows = m.options.sizes().rows() * 8;
    SyntheticData d = m.data(rows);
    NDArray x = (NDArray) d.x();
    NDArray y = (NDArray) d.y();
    try {
      Path folder = Files.createTempDirectory("keras4j-tables");
      Map<String, Table> tables = SyntheticTables.of(folder, x, y);
      for (Map.Entry<String, Table> t : tables.entrySet()) {
        run(m, t.getKey(), t.getValue(), x, y);
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

  private static void run(Measurement m, String kind, Table table, NDArray x, NDArray y) {
    int rows = (int) x.shape().dim(0);
    TableSource source = TableSource.of(table).x(names(x)).y("y").batchSize(m.batch);
    Model fromTable = Networks.of(m.workload, m.options.sizes());
    Model fromArrays = Networks.of(m.workload, m.options.sizes());
    Fit arrays = Fit.epochs(1).batchSize(m.batch).shuffle(false).verbose(0);
    Fit streamed = Fit.epochs(1).verbose(0);
    int n = (rows + m.batch - 1) / m.batch;
    Samples[] s = Samples.byTurns(
        k -> fromTable.fit(source, streamed),
        k -> fromArrays.fit(x, y, arrays),
        n,
        m.steps,
        m.options.maxSeconds());
    m.emit(m.row(kind)
        .put(s[0], m.batch)
        .put("rows_per_s", Row.round(rows * 1e3 / (s[0].median() * n), 1))
        .put("arrays_rows_per_s", Row.round(rows * 1e3 / (s[1].median() * n), 1))
        .put("of_arrays", Row.round(s[1].median() / s[0].median(), 3)));
  }

  static String[] names(NDArray x) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < x.shape().dim(1); i++) {
      out.add("c" + i);
    }
    return out.toArray(new String[0]);
  }
}
