package org.keras4j.data;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of comma-separated values (RFC 4180), read by FastCSV ({@code de.siegmar:fastcsv}). Its first line names the columns,
 * unless {@link #columns} does. A file whose name ends in {@code .gz} is unpacked while it is read. An empty cell has no value.
 */
public final class CsvTable implements Table {
  private final Path file;
  private char separator = ',';
  private char quote = '"';
  private Charset charset = StandardCharsets.UTF_8;
  private @Nullable List<String> columns;

  private CsvTable(Path file) {
    this.file = file;
  }

  /** A file whose first line names the columns. */
  public static CsvTable of(Path file) {
    return new CsvTable(file);
  }

  /** What stands between cells; a comma by default. */
  public CsvTable separator(char value) {
    separator = value;
    return this;
  }

  /** What stands around cells that hold separators; a double quote by default. */
  public CsvTable quote(char value) {
    quote = value;
    return this;
  }

  /** How the file is encoded; UTF-8 by default. */
  public CsvTable charset(Charset value) {
    charset = value;
    return this;
  }

  /** Names for the columns of a file that has no line with names. */
  public CsvTable columns(String... names) {
    columns = List.of(names);
    return this;
  }

  @Override
  public Rows open(List<String> wanted) {
    Jars.require("de.siegmar.fastcsv.reader.CsvReader", "de.siegmar:fastcsv", "CsvTable");
    return new Pass(wanted);
  }

  @Override
  public String toString() {
    return file.toString();
  }

  static InputStream stream(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    if (!file.getFileName().toString().endsWith(".gz")) {
      return in;
    }
    try {
      return new GZIPInputStream(new BufferedInputStream(in), 1 << 16);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private final class Pass implements Rows {
    private final CsvReader<CsvRecord> reader;
    private final Iterator<CsvRecord> records;
    private final int[] places;
    private String[] cells = new String[0];

    Pass(List<String> wanted) {
      try {
        Reader text = new InputStreamReader(stream(file), charset);
        reader =
            CsvReader.builder().fieldSeparator(separator).quoteCharacter(quote).ofCsvRecord(text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      try {
        records = reader.iterator();
        List<String> names = columns;
        if (names == null) {
          if (!records.hasNext()) {
            throw new IllegalArgumentException(file + " is empty: expected a line with names");
          }
          names = records.next().getFields();
        }
        places = Names.places(wanted, names, file);
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    @Override
    public boolean next() {
      if (!records.hasNext()) {
        return false;
      }
      CsvRecord r = records.next();
      if (cells.length != places.length) {
        cells = new String[places.length];
      }
      int n = r.getFieldCount();
      for (int i = 0; i < cells.length; i++) {
        if (places[i] >= n) {
          throw new IllegalArgumentException(file + ", line " + r.getStartingLineNumber() + ": has "
              + n + " cells, expected at least " + (Arrays.stream(places).max().orElse(0) + 1));
        }
        cells[i] = r.getField(places[i]);
      }
      return true;
    }

    @Override
    public @Nullable Object value(int column) {
      return isNull(column) ? null : cells[column];
    }

    @Override
    public boolean isNull(int column) {
      return cells[column].isEmpty();
    }

    @Override
    public double number(int column) {
      return Cells.parse(cells[column]);
    }

    @Override
    public void close() {
      try {
        reader.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
