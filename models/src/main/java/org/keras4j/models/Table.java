package org.keras4j.models;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table in box-drawing characters, its cells wrapped at spaces; a heavy frame around the header. Widths, wrapping and
 * cutting are those of the Python library that Keras prints its tables with.
 */
final class Table {
  private static final Pattern WORD = Pattern.compile("\\s*\\S+\\s*");
  private static final int PADDING = 2;

  /** Where a column's texts stand. */
  enum Side {
    LEFT,
    RIGHT,
    CENTER
  }

  private final int[] widths;
  private final List<Side> sides;

  /**
   * @param widths the columns' shares
   * @param sides where their texts stand
   * @param length the table's width with its frame
   */
  Table(int[] widths, List<Side> sides, int length) {
    this.sides = sides;
    int n = widths.length;
    this.widths = new int[n];
    int excess = n + 1 - length;
    for (int w : widths) {
      excess += w + PADDING;
    }
    long shares = 0;
    for (int w : widths) {
      shares += w + PADDING;
    }
    for (int i = 0; i < n; i++) {
      int part;
      if (excess >= 0) { // every column gives the same
        part = (int) Math.rint((double) excess / (n - i));
      } else { // and takes by its share
        part = -(int) Math.ceil((double) -excess * (widths[i] + PADDING) / shares);
        shares -= widths[i] + PADDING;
      }
      this.widths[i] = Math.max(1, widths[i] - part);
      excess -= part;
    }
  }

  String render(List<String> header, List<List<String>> rows) {
    StringBuilder b = new StringBuilder();
    rule(b, '┏', '━', '┳', '┓');
    row(b, header, '┃');
    rule(b, '┡', '━', '╇', '┩');
    for (int i = 0; i < rows.size(); i++) {
      if (i > 0) {
        rule(b, '├', '─', '┼', '┤');
      }
      row(b, rows.get(i), '│');
    }
    rule(b, '└', '─', '┴', '┘');
    return b.toString();
  }

  private void rule(StringBuilder b, char left, char line, char cross, char right) {
    b.append(left);
    for (int i = 0; i < widths.length; i++) {
      b.append(i == 0 ? "" : String.valueOf(cross));
      b.append(String.valueOf(line).repeat(widths[i] + PADDING));
    }
    b.append(right).append('\n');
  }

  private void row(StringBuilder b, List<String> cells, char bar) {
    List<List<String>> wrapped = new ArrayList<>();
    int height = 1;
    for (int i = 0; i < widths.length; i++) {
      wrapped.add(wrap(cells.get(i), widths[i]));
      height = Math.max(height, wrapped.get(i).size());
    }
    for (int k = 0; k < height; k++) {
      for (int i = 0; i < widths.length; i++) {
        String text = k < wrapped.get(i).size() ? wrapped.get(i).get(k) : "";
        int pad = widths[i] - text.length();
        int left = switch (sides.get(i)) {
          case LEFT -> 0;
          case RIGHT -> pad;
          case CENTER -> pad / 2;
        };
        b.append(bar).append(' ');
        b.append(" ".repeat(left)).append(text).append(" ".repeat(pad - left));
        b.append(' ');
      }
      b.append(bar).append('\n');
    }
  }

  /** Lines of whole words; what is longer than a line is cut. */
  static List<String> wrap(String text, int width) {
    List<String> out = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    Matcher words = WORD.matcher(text);
    while (words.find()) {
      String word = words.group();
      if (line.length() > 0 && line.length() + word.stripTrailing().length() > width) {
        out.add(cut(line, width));
        line.setLength(0);
      }
      line.append(word);
    }
    out.add(cut(line, width));
    return out;
  }

  private static String cut(StringBuilder line, int width) {
    String s = line.toString().stripTrailing();
    return s.length() <= width ? s : s.substring(0, width - 1) + "…";
  }
}
