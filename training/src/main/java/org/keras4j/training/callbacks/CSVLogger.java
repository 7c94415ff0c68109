package org.keras4j.training.callbacks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.SavedState;

/**
 * Writes the epochs' numbers to a CSV file, as Keras writes it ({@code keras.callbacks.CSVLogger}): a column {@code
 * epoch}, from 0, and one for each loss and metric, by name.
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).validationSplit(0.2)
 *     .callbacks(new CSVLogger("training.csv").separator(";").append(true)));
 * }</pre>
 */
public final class CSVLogger extends FluentCallback<CSVLogger> {
  private final Path filename;
  private String separator = ",";
  private boolean append;
  private boolean header = true;
  private @Nullable Writer writer;
  private @Nullable List<String> keys;

  /**
   * Writes to a file.
   *
   * @param filename the file
   */
  public CSVLogger(Path filename) {
    this.filename = filename;
  }

  /**
   * Writes to a file.
   *
   * @param filename the file
   */
  public CSVLogger(String filename) {
    this(Path.of(filename));
  }

  /**
   * What stands between columns.
   *
   * @param value a comma by default
   * @return this callback
   */
  public CSVLogger separator(String value) {
    return set("separator", () -> this.separator = value);
  }

  /**
   * Whether rows are added to the file that is there.
   *
   * @param value false by default
   * @return this callback
   */
  public CSVLogger append(boolean value) {
    return set("append", () -> this.append = value);
  }

  /** Whether rank 0 alone has it: it does. */
  @Override
  public boolean isForChief() {
    return true;
  }

  @Override
  public void onTrainBegin(Logs logs) {
    close();
    keys = null;
    try {
      if (append) {
        header = !Files.exists(filename) || Files.size(filename) == 0;
        writer =
            Files.newBufferedWriter(filename, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } else {
        header = true;
        writer = Files.newBufferedWriter(filename);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    List<String> columns = keys;
    if (columns == null) {
      columns = new ArrayList<>(logs.keySet());
      if (columns.stream().noneMatch(k -> k.startsWith("val_"))) {
        // there may be validation in later epochs
        List<String> later = new ArrayList<>();
        columns.forEach(k -> later.add("val_" + k));
        columns.addAll(later);
      }
      keys = columns;
      if (header) {
        List<String> names = new ArrayList<>(List.of("epoch"));
        names.addAll(columns);
        write(names);
      }
    }
    List<String> row = new ArrayList<>(List.of(Integer.toString(epoch)));
    for (String k : columns) {
      row.add(logs.containsKey(k) ? text(logs, k) : "NA");
    }
    write(row);
  }

  private static String text(Logs logs, String key) {
    Object raw = logs.raw(key);
    NDArray a = raw instanceof Tensor t ? t.toNDArray() : raw instanceof NDArray n ? n : null;
    if (a != null && a.rank() > 0) {
      List<String> numbers = new ArrayList<>();
      for (double v : a.toDoubleArray()) {
        numbers.add(PythonNumbers.repr(v));
      }
      return "\"[" + String.join(", ", numbers) + "]\"";
    }
    Double v = logs.get(key);
    return v == null ? "" : PythonNumbers.repr(v);
  }

  private void write(List<String> row) {
    Writer w = writer;
    if (w == null) {
      throw new IllegalStateException("CSVLogger: training has not begun");
    }
    List<String> cells = new ArrayList<>();
    for (String s : row) {
      boolean quoted =
          s.contains(separator) || s.contains("\"") || s.contains("\n") || s.contains("\r");
      cells.add(quoted ? "\"" + s.replace("\"", "\"\"") + "\"" : s);
    }
    try {
      w.write(String.join(separator, cells) + "\r\n");
      w.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, Object> state() {
    try {
      return append ? Map.of("bytes", Files.size(filename)) : Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows that were written after the backup are written again: they go. */
  @Override
  public void restore(Map<String, Object> state) {
    long bytes = SavedState.number(state, "bytes").longValue();
    try (FileChannel file = FileChannel.open(filename, StandardOpenOption.WRITE)) {
      file.truncate(bytes);
      header = bytes == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onTrainEnd(Logs logs) {
    close();
  }

  private void close() {
    Writer w = writer;
    writer = null;
    if (w != null) {
      try {
        w.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
