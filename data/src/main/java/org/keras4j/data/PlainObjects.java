package org.keras4j.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON objects of numbers, texts without escapes, true, false and null, read where they lie. Members are looked for in the order that earlier
 * objects had. At whatever else there is, and at every fault, it says that it cannot read on.
 */
final class PlainObjects {
  /** What there is next. */
  enum Found {
    OBJECT,
    END,
    /** What somebody else has to read, from {@link #at} on. */
    OTHER
  }

  /**
   * A member.
   *
   * @param column -1 if it is not wanted
   */
  private record Member(byte[] name, int column) {}

  private final byte[] data;
  private final Map<String, Integer> places;
  private final CellRow cells;
  private final DecimalScanner decimal = new DecimalScanner();
  private final List<Member> order = new ArrayList<>();
  private int at;

  PlainObjects(byte[] data, Map<String, Integer> places, CellRow cells) {
    this.data = data;
    this.places = places;
    this.cells = cells;
  }

  /** Where the next object begins, or what is before it. */
  int at() {
    return at;
  }

  /** Reads the next object's members into the cells, which were cleared. */
  Found next() {
    int i = space(at);
    if (i == data.length) {
      return Found.END;
    }
    int end = object(i);
    if (end < 0) {
      return Found.OTHER;
    }
    at = end;
    return Found.OBJECT;
  }

  private int space(int from) {
    byte[] d = data;
    int i = from;
    while (i < d.length && (d[i] == ' ' || d[i] == '\n' || d[i] == '\r' || d[i] == '\t')) {
      i++;
    }
    return i;
  }

  private boolean is(int i, char c) {
    return i < data.length && data[i] == c;
  }

  // places behind what was read, or -1
  private int object(int from) {
    if (!is(from, '{')) {
      return -1;
    }
    int i = space(from + 1);
    if (is(i, '}')) {
      return i + 1;
    }
    for (int k = 0; ; k++) {
      int begin = i;
      i = member(begin, k);
      if (i < 0) {
        return -1;
      }
      i = space(i);
      if (is(i, '}')) {
        return i + 1;
      } else if (!is(i, ',')) {
        return -1;
      }
      i = space(i + 1);
    }
  }

  private int member(int from, int k) {
    int end = text(from);
    if (end < 0) {
      return -1;
    }
    Member m = k < order.size() ? order.get(k) : null;
    if (m == null || !Arrays.equals(m.name, 0, m.name.length, data, from + 1, end - 1)) {
      String name = string(from, end);
      m = new Member(Arrays.copyOfRange(data, from + 1, end - 1), places.getOrDefault(name, -1));
      if (k < order.size()) {
        order.set(k, m);
      } else {
        order.add(m);
      }
    }
    int i = space(end);
    return is(i, ':') ? value(space(i + 1), m.column) : -1;
  }

  // behind the closing quote
  private int text(int from) {
    if (!is(from, '"')) {
      return -1;
    }
    byte[] d = data;
    for (int i = from + 1; i < d.length; i++) {
      byte b = d[i];
      if (b == '"') {
        return i + 1;
      } else if (b == '\\' || (b >= 0 && b < ' ')) {
        return -1;
      }
    }
    return -1;
  }

  private String string(int from, int end) {
    return new String(data, from + 1, end - from - 2, StandardCharsets.UTF_8);
  }

  private int value(int from, int column) {
    if (from == data.length) {
      return -1;
    }
    switch (data[from]) {
      case '"' -> {
        int end = text(from);
        if (end >= 0 && column >= 0) {
          cells.set(column, string(from, end));
        }
        return end;
      }
      case 't' -> {
        return word(from, "true", column, true);
      }
      case 'f' -> {
        return word(from, "false", column, false);
      }
      case 'n' -> {
        return word(from, "null", column, null);
      }
      default -> {
        return number(from, column);
      }
    }
  }

  private int word(int from, String word, int column, @Nullable Object value) {
    for (int i = 0; i < word.length(); i++) {
      if (!is(from + i, word.charAt(i))) {
        return -1;
      }
    }
    if (column >= 0) {
      cells.set(column, value);
    }
    return from + word.length();
  }

  private boolean isDigit(int i) {
    return i < data.length && data[i] >= '0' && data[i] <= '9';
  }

  private int number(int from, int column) {
    int first = is(from, '-') ? from + 1 : from;
    // what JSON has not, among what is a number elsewhere: +1, .5, 01, 1.
    if (!isDigit(first) || (data[first] == '0' && isDigit(first + 1))) {
      return -1;
    }
    int end = decimal.scan(data, from, data.length);
    if (end < 0) {
      return -1;
    }
    if (!decimal.isWhole()) {
      int i = first;
      while (isDigit(i)) {
        i++;
      }
      if (is(i, '.') && !isDigit(i + 1)) {
        return -1;
      }
    }
    if (column < 0) {
      return end;
    } else if (decimal.isWhole()) {
      cells.set(column, decimal.whole());
    } else {
      cells.set(column, decimal.number());
    }
    return end;
  }
}
