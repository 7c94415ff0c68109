package org.keras4j.data;

import java.nio.charset.Charset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rows of comma-separated values in which nothing is quoted, read where they lie: a number when it is come by. */
final class CsvRows implements Rows {
  private static final byte TEXT = 0;
  private static final byte NUMBER = 1;
  private static final byte INTEGER = 2;

  private final TextParts.Part part;
  private final byte[] data;
  private final byte separator;
  private final Charset charset;
  private final int[] wanted;
  private final int[] starts;
  private final int[] ends;
  private final byte[] kinds;
  private final double[] numbers;
  private final long[] integers;
  private final int needed;
  private final DecimalScanner decimal = new DecimalScanner();
  private int next;

  /**
   * Of a part.
   *
   * @param places the columns that are read
   */
  CsvRows(TextParts.Part part, char separator, Charset charset, int... places) {
    this.part = part;
    this.data = part.bytes();
    this.separator = (byte) separator;
    this.charset = charset;
    this.needed = Arrays.stream(places).max().orElse(-1) + 1;
    this.wanted = new int[needed];
    Arrays.fill(wanted, -1);
    for (int i = 0; i < places.length; i++) {
      wanted[places[i]] = i;
    }
    this.starts = new int[places.length];
    this.ends = new int[places.length];
    this.kinds = new byte[places.length];
    this.numbers = new double[places.length];
    this.integers = new long[places.length];
  }

  @Override
  public boolean next() {
    byte[] d = data;
    int n = d.length;
    int i = next;
    while (i < n && isLineEnd(d[i])) {
      i++; // empty lines
    }
    next = i;
    if (i == n) {
      return false;
    }
    int begin = i;
    for (int column = 0; column < needed; column++) {
      int w = wanted[column];
      i = w < 0 ? cellEnd(i) : cell(w, i);
      if (i < n && d[i] == separator) {
        i++;
      } else if (column + 1 < needed) {
        throw new IllegalArgumentException(part.file() + ", line " + part.line(begin) + ": has "
            + (column + 1) + " cells, expected at least " + needed);
      }
    }
    while (i < n && !isLineEnd(d[i])) {
      i++;
    }
    next = i;
    return true;
  }

  private static boolean isLineEnd(byte b) {
    return b == '\n' || b == '\r';
  }

  private int cellEnd(int from) {
    byte[] d = data;
    int i = from;
    while (i < d.length && d[i] != separator && !isLineEnd(d[i])) {
      i++;
    }
    return i;
  }

  // the place behind the cell
  private int cell(int w, int from) {
    int end = decimal.scan(data, from, data.length);
    if (end >= 0 && (end == data.length || data[end] == separator || isLineEnd(data[end]))) {
      numbers[w] = decimal.number();
      kinds[w] = NUMBER;
      if (decimal.isWhole()) {
        integers[w] = decimal.whole();
        kinds[w] = INTEGER;
      }
    } else {
      kinds[w] = TEXT;
      end = cellEnd(from);
    }
    starts[w] = from;
    ends[w] = end;
    return end;
  }

  @Override
  public @Nullable Object value(int column) {
    return isNull(column) ? null : text(column);
  }

  @Override
  public boolean isNull(int column) {
    return starts[column] == ends[column];
  }

  @Override
  public String text(int column) {
    return new String(data, starts[column], ends[column] - starts[column], charset);
  }

  @Override
  public double number(int column) {
    return kinds[column] == TEXT ? Cells.parse(text(column)) : numbers[column];
  }

  @Override
  public long integer(int column) {
    return kinds[column] == INTEGER ? integers[column] : Cells.integer(text(column));
  }

  @Override
  public void close() {}
}
