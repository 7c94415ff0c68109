package org.keras4j.tck.pages;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.keras4j.tck.pages.NameTable.Fate;
import org.keras4j.tck.pages.NameTable.Row;

/**
 * The page of the names of Keras that are not here, or by another name, made from {@link Differences}.
 */
public final class NamesPage {
  private NamesPage() {}

  /** The page's text. */
  public static String text() {
    Differences all = Differences.compare();
    StringBuilder out = new StringBuilder("""
        # The names of Keras

        All public names of Keras 3.15, aliases not counted, with the arguments of functions and constructors, beside this library. Made by
        `NamesPage` of the module `tck` from Keras's own list (`scripts/record_names.py`), the code, and a table of what goes by
        another name or is not here; a test fails where one of the three changes alone.

        """);
    out.append("Keras has ")
        .append(all.names())
        .append(" names. ")
        .append(all.same())
        .append(" are here under the same name in Java's case: [functions](ops.md),"
            + " [classes](components.md), ")
        .append("[networks](applications.md). The others, and arguments that are given otherwise,"
            + " follow.\n");
    section(out, all, Fate.HERE, "By another name", "Keras | Java | how");
    section(out, all, Fate.LATER, "Not there yet", "Keras | until then");
    section(out, all, Fate.NONE, "Without a place in Java", "Keras | why");
    return out.toString();
  }

  private static void section(
      StringBuilder out, Differences all, Fate fate, String title, String head) {
    // the names that one line of the table is about together
    Map<Row, List<String>> lines = new LinkedHashMap<>();
    all.found().forEach((name, row) -> {
      if (row.fate() == fate) {
        lines.computeIfAbsent(row, r -> new java.util.ArrayList<>()).add(name);
      }
    });
    long whole = lines.values().stream()
        .flatMap(List::stream)
        .filter(n -> !n.endsWith(")"))
        .count();
    long arguments = lines.values().stream().mapToLong(List::size).sum() - whole;
    out.append("\n## ").append(title).append("\n\n");
    out.append(whole + " names, " + arguments + " arguments.\n\n");
    out.append("| ").append(head).append(" |\n|").append("---|".repeat(head.split("\\|").length));
    out.append('\n');
    lines.forEach((row, names) -> {
      out.append("| ")
          .append(names.stream()
              .map(n -> "`" + n.replaceFirst("^keras\\.", "") + "`")
              .collect(Collectors.joining(", ")))
          .append(" | ");
      if (fate == Fate.HERE) {
        out.append(row.places().stream()
                .map(p -> "`" + p.replace('#', '.') + "`")
                .collect(Collectors.joining(", ")))
            .append(" | ");
      }
      out.append(row.remark()).append(" |\n");
    });
  }
}
