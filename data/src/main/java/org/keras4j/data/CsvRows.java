package org.keras4j.data;

import java.nio.charset.Charset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rows of comma-separated values in which nothing is quoted, read where they lie. */
final class CsvRows implements Rows {
  // powers of ten that a double holds exactly
  private static final double[] TENS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final int EXACT_DIGITS = 15;
  private static final int LONG_DIGITS = 18;
  private static final int MOST_OF_EXPONENT = 1000;

  private final TextParts.Part part;
  private final byte[] data;
  private final byte separator;
  private final Charset charset;
  private final int[] wanted;
  private final int[] starts;
  private final int[] ends;
  private final int needed;
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
  }

  @Override
  public boolean next() {
    int n = data.length;
    int i = next;
    while (i < n && (data[i] == '\n' || data[i] == '\r')) {
      i++; // empty lines
    }
    if (i == n) {
      next = n;
      return false;
    }
    int begin = i;
    int start = i;
    int column = 0;
    for (; ; i++) {
      byte b = i < n ? data[i] : (byte) '\n';
      boolean last = b == '\n' || b == '\r';
      if (b == separator || last) {
        if (column < needed) {
          int w = wanted[column];
          if (w >= 0) {
            starts[w] = start;
            ends[w] = i;
          }
        }
        column++;
        start = i + 1;
        if (last) {
          break;
        }
      }
    }
    next = Math.min(n, start);
    if (column < needed) {
      throw new IllegalArgumentException(part.file() + ", line " + part.line(begin) + ": has "
          + column + " cells, expected at least " + needed);
    }
    return true;
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

  /** Digits and power of ten are both exact where there are few enough, and so rounded once. */
  @Override
  public double number(int column) {
    int i = starts[column];
    int end = ends[column];
    boolean negative = data[i] == '-';
    i += negative || data[i] == '+' ? 1 : 0;
    long digits = 0;
    int count = 0;
    int scale = 0;
    boolean fraction = false;
    for (; i < end; i++) {
      int c = data[i] - '0';
      if (c >= 0 && c <= 9) {
        digits = digits * 10 + c;
        count += digits == 0 ? 0 : 1;
        scale -= fraction ? 1 : 0;
        if (count > EXACT_DIGITS) {
          return Cells.parse(text(column));
        }
      } else if (data[i] == '.' && !fraction) {
        fraction = true;
      } else {
        break;
      }
    }
    boolean any =
        i > starts[column] + (negative || data[starts[column]] == '+' ? 1 : 0) + (fraction ? 1 : 0);
    if (i < end && any && (data[i] == 'e' || data[i] == 'E')) {
      boolean down = i + 1 < end && data[i + 1] == '-';
      int from = i + 1 + (down || (i + 1 < end && data[i + 1] == '+') ? 1 : 0);
      int exponent = 0;
      for (i = from; i < end && exponent < MOST_OF_EXPONENT; i++) {
        int c = data[i] - '0';
        if (c < 0 || c > 9) {
          return Cells.parse(text(column));
        }
        exponent = exponent * 10 + c;
      }
      any = i > from;
      scale += down ? -exponent : exponent;
    }
    if (i < end || !any || Math.abs(scale) >= TENS.length) {
      return Cells.parse(text(column));
    }
    double d = scale < 0 ? digits / TENS[-scale] : digits * TENS[scale];
    return negative ? -d : d;
  }

  @Override
  public long integer(int column) {
    int i = starts[column];
    int end = ends[column];
    boolean negative = data[i] == '-';
    i += negative ? 1 : 0;
    if (i == end || end - i > LONG_DIGITS) {
      return Cells.integer(text(column));
    }
    long digits = 0;
    for (; i < end; i++) {
      int c = data[i] - '0';
      if (c < 0 || c > 9) {
        return Cells.integer(text(column));
      }
      digits = digits * 10 + c;
    }
    return negative ? -digits : digits;
  }

  @Override
  public void close() {}
}
