package org.keras4j.models;

import java.util.ArrayList;
import java.util.List;

/** A table in box-drawing characters, its cells wrapped at spaces; a heavy frame around the header. */
final class Table {
  private final int[] widths;

  /**
   * @param widths the columns' shares
   * @param length the table's width with its frame
   */
  Table(int[] widths, int length) {
    this.widths = new int[widths.length];
    // the frame takes three columns a cell and one more, from the widest cells first
    int inner = length - 3 * widths.length - 1;
    int sum = 0;
    for (int w : widths) {
      sum += w;
    }
    int excess = sum - inner;
    System.arraycopy(widths, 0, this.widths, 0, widths.length);
    while (excess > 0) {
      int widest = 0;
      for (int i = 0; i < widths.length; i++) {
        if (this.widths[i] > this.widths[widest]) {
          widest = i;
        }
      }
      this.widths[widest]--;
      excess--;
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
      b.append(String.valueOf(line).repeat(widths[i] + 2));
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
        String pad = " ".repeat(widths[i] - text.length());
        boolean right = i == 2;
        b.append(bar).append(' ');
        b.append(right ? pad + text : text + pad);
        b.append(' ');
      }
      b.append(bar).append('\n');
    }
  }

  static List<String> wrap(String text, int width) {
    List<String> out = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split("(?<= )")) {
      String w = word;
      if (line.length() + w.stripTrailing().length() > width && line.length() > 0) {
        out.add(line.toString().stripTrailing());
        line.setLength(0);
      }
      while (w.stripTrailing().length() > width) {
        out.add(w.substring(0, width));
        w = w.substring(width);
      }
      line.append(w);
    }
    out.add(line.toString().stripTrailing());
    return out;
  }
}
