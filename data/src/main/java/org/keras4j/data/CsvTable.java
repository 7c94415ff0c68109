package org.keras4j.data;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
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
 * A file of comma-separated values (RFC 4180), read by several threads, what is quoted by FastCSV ({@code de.siegmar:fastcsv}). Its first line names the columns,
 * unless {@link #columns} does. A file whose name ends in {@code .gz} is unpacked while it is read. An empty cell has no value.
 */
public final class CsvTable extends Divided {
  private static final char ASCII = 128;

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
  Parts divide(List<String> wanted) {
    Jars.require("de.siegmar.fastcsv.reader.CsvReader", "de.siegmar:fastcsv", "CsvTable");
    return isDivided() ? new ByteParts(wanted) : new WholeFile(wanted);
  }

  @Override
  boolean isDivided() {
    return separator < ASCII
        && quote < ASCII
        && (charset.equals(StandardCharsets.UTF_8)
            || charset.equals(StandardCharsets.ISO_8859_1)
            || charset.equals(StandardCharsets.US_ASCII));
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

  private CsvReader<CsvRecord> reader(Reader text) {
    return CsvReader.builder().fieldSeparator(separator).quoteCharacter(quote).ofCsvRecord(text);
  }

  private List<String> names(Iterator<CsvRecord> records) {
    if (!records.hasNext()) {
      throw new IllegalArgumentException(file + " is empty: expected a line with names");
    }
    return records.next().getFields();
  }

  /** Parts of whole rows: those without quotes are read where they lie, the others by FastCSV. */
  private final class ByteParts implements Parts {
    private final TextParts text;
    private final int[] places;
    private TextParts.@Nullable Part first;

    ByteParts(List<String> wanted) {
      text = new TextParts(file, this::lastEnd);
      try {
        List<String> names = columns;
        if (names == null) {
          TextParts.Part head = text.next();
          int end = head == null ? 0 : firstLine(head.bytes());
          String line = head == null ? "" : new String(head.bytes(), 0, end, charset);
          names = names(reader(new StringReader(line)).iterator());
          first = head == null ? null : head.from(end);
        }
        places = Names.places(wanted, names, file);
      } catch (RuntimeException e) {
        text.close();
        throw e;
      }
    }

    private int firstLine(byte[] bytes) {
      int from = 0;
      while (from < bytes.length && (bytes[from] == '\n' || bytes[from] == '\r')) {
        from++;
      }
      int end = end(bytes, from, bytes.length);
      return end < 0 ? bytes.length : end;
    }

    private int lastEnd(byte[] bytes, int count) {
      if (!isQuoted(bytes, count)) {
        for (int i = count - 1; i >= 0; i--) {
          if (bytes[i] == '\n') {
            return i + 1;
          }
        }
      }
      int last = 0;
      for (int end = end(bytes, 0, count); end >= 0; end = end(bytes, end, count)) {
        last = end;
      }
      return last;
    }

    private boolean isQuoted(byte[] bytes, int count) {
      return TextParts.has(bytes, count, (byte) quote);
    }

    /** Where the row ends that begins at a place, with its line end; -1 if it is not all there. */
    private int end(byte[] bytes, int from, int count) {
      boolean begins = true;
      boolean quoted = false;
      for (int i = from; i < count; i++) {
        byte b = bytes[i];
        if (quoted) {
          if (b == (byte) quote) {
            if (i + 1 == count) {
              return -1; // the next byte says what it is
            } else if (bytes[i + 1] == (byte) quote) {
              i++;
            } else {
              quoted = false;
            }
          }
        } else if (begins && b == (byte) quote) {
          quoted = true;
        } else if (b == '\n') {
          return i + 1;
        } else if (b == '\r') {
          return i + 1 == count ? -1 : bytes[i + 1] == '\n' ? i + 2 : i + 1;
        }
        begins = !quoted && b == (byte) separator;
      }
      return -1;
    }

    @Override
    public @Nullable Rows next() {
      TextParts.Part part = first == null ? text.next() : first;
      first = null;
      if (part == null) {
        return null;
      }
      byte[] bytes = part.bytes();
      if (!isQuoted(bytes, bytes.length)) {
        return new CsvRows(part, separator, charset, places);
      }
      Reader all = new InputStreamReader(new ByteArrayInputStream(bytes), charset);
      return new Pass(reader(all), part, places);
    }

    @Override
    public void close() {
      text.close();
    }
  }

  /** One part, of a file whose bytes are not understood without their charset. */
  private final class WholeFile implements Parts {
    private @Nullable Pass pass;

    WholeFile(List<String> wanted) {
      try {
        CsvReader<CsvRecord> reader = reader(new InputStreamReader(stream(file), charset));
        pass = new Pass(reader, null, new int[0]);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      try {
        List<String> names = columns == null ? names(pass.records) : columns;
        pass.places = Names.places(wanted, names, file);
      } catch (RuntimeException e) {
        pass.close();
        throw e;
      }
    }

    @Override
    public @Nullable Rows next() {
      Rows out = pass;
      pass = null;
      return out;
    }

    @Override
    public void close() {
      if (pass != null) {
        pass.close();
      }
    }
  }

  private final class Pass implements Rows {
    private final CsvReader<CsvRecord> reader;
    private final Iterator<CsvRecord> records;
    private final TextParts.@Nullable Part part;
    private int[] places;
    private String[] cells = new String[0];

    Pass(CsvReader<CsvRecord> reader, TextParts.@Nullable Part part, int... places) {
      this.reader = reader;
      this.records = reader.iterator();
      this.part = part;
      this.places = places;
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
          long line = r.getStartingLineNumber() + (part == null ? 0 : part.line(0) - 1);
          throw new IllegalArgumentException(file + ", line " + line + ": has " + n
              + " cells, expected at least " + (Arrays.stream(places).max().orElse(0) + 1));
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
