package org.keras4j.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Do all measure the same? Weights, batch and dtype policy of a workload, ours and the others'. */
final class Parity {
  private static final List<String> FIELDS = List.of("params", "batch", "policy");

  private Parity() {}

  /** A line for each program whose workload differs from ours in a field that both report. */
  static List<String> differences(Figures figures) {
    List<String> out = new ArrayList<>();
    for (String w : figures.workloads()) {
      for (Contestant c : figures.contestants()) {
        if (c.isOurs()) {
          continue;
        }
        for (String field : FIELDS) {
          TreeSet<String> ours = new TreeSet<>();
          figures.contestants().stream()
              .filter(Contestant::isOurs)
              .forEach(o -> ours.addAll(values(figures.rows(w, o), field)));
          TreeSet<String> theirs = values(figures.rows(w, c), field);
          if (!ours.isEmpty() && !theirs.isEmpty() && !ours.equals(theirs)) {
            out.add("`%s`, %s: %s %s, ours %s"
                .formatted(
                    w, c.label(), field, String.join(" or ", theirs), String.join(" or ", ours)));
          }
        }
      }
    }
    return out;
  }

  private static TreeSet<String> values(List<Map<String, Object>> rows, String field) {
    TreeSet<String> out = new TreeSet<>();
    rows.stream()
        .filter(r -> r.containsKey(field))
        .forEach(r -> out.add(String.valueOf(r.get(field))));
    return out;
  }
}
