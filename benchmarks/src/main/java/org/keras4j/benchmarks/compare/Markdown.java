package org.keras4j.benchmarks.compare;

import java.util.List;

/** Tables of Markdown. */
final class Markdown {
  private Markdown() {}

  /** The head of a table whose columns are numbers, but for the first ones. */
  static void head(StringBuilder out, List<String> names, int texts) {
    line(out, names);
    out.append('|')
        .append("---|".repeat(texts))
        .append("---:|".repeat(names.size() - texts))
        .append('\n');
  }

  static void line(StringBuilder out, List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
