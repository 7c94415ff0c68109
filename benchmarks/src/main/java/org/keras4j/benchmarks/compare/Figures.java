package org.keras4j.benchmarks.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;

/** What programs measured: a quantity of a workload by a program, over the rounds. */
final class Figures {
  /** The bare compiled call, as each peer's program names it. */
  private static final Set<String> BARE = Set.of(
      "jit_stateless_call", "aot_closed_over", "tf_function", "tf_function_xla", "torch_compile");

  private final List<Contestant> contestants;
  private final List<Map<String, Object>> rows;

  Figures(List<Contestant> contestants, List<Map<String, Object>> rows) {
    this.contestants = contestants;
    this.rows = rows;
  }

  List<Contestant> contestants() {
    return contestants;
  }

  List<Map<String, Object>> rows() {
    return rows;
  }

  /** The workload of a row, with its part: {@code compiled_dispatch_3:jit}. */
  static String workload(Map<String, Object> row) {
    String w = String.valueOf(row.get("workload"));
    int part = w.indexOf(':');
    return part >= 0 && BARE.contains(w.substring(part + 1)) ? w.substring(0, part) + ":jit" : w;
  }

  /** Those that somebody has a time of. */
  Set<String> workloads() {
    Set<String> out = new LinkedHashSet<>();
    rows.forEach(r -> {
      if (r.containsKey("step_ms_median")) {
        out.add(workload(r));
      }
    });
    return out;
  }

  /** The rows of one program about a workload. */
  List<Map<String, Object>> rows(String workload, Contestant c) {
    return rows.stream()
        .filter(r -> workload(r).equals(workload)
            && c.peer().equals(r.get("peer"))
            && c.backend().equals(r.get("backend")))
        .toList();
  }

  /** A quantity of which less is better. */
  Cell cell(String workload, Contestant c, String field) {
    return cell(workload, c, field, Math::min);
  }

  /** A quantity; the better one counts where a program knows several ways to the same. */
  Cell cell(String workload, Contestant c, String field, DoubleBinaryOperator better) {
    Map<Object, Double> best = new LinkedHashMap<>();
    for (Map<String, Object> r : rows(workload, c)) {
      if (r.get(field) instanceof Number n) {
        best.merge(
            String.valueOf(r.get("job")), n.doubleValue(), (a, b) -> better.applyAsDouble(a, b));
      }
    }
    return Cell.of(new ArrayList<>(best.values()));
  }

  /** The least median that a library reaches on any engine; NaN if it has none. */
  double best(String workload, String peer, String field) {
    return contestants.stream()
        .filter(c -> c.peer().equals(peer))
        .mapToDouble(c -> cell(workload, c, field).median())
        .filter(Double::isFinite)
        .min()
        .orElse(Double.NaN);
  }

  /** The median of a library on one engine; NaN if it has none. */
  double median(String workload, String peer, String backend, String field) {
    return contestants.stream()
        .filter(c -> c.peer().equals(peer) && c.backend().equals(backend))
        .mapToDouble(c -> cell(workload, c, field).median())
        .findFirst()
        .orElse(Double.NaN);
  }

  String batch(String workload) {
    Set<String> out = new TreeSet<>();
    rows.stream()
        .filter(r -> workload(r).equals(workload) && r.containsKey("batch"))
        .forEach(r -> out.add(String.valueOf(r.get("batch"))));
    return String.join(", ", out);
  }
}
