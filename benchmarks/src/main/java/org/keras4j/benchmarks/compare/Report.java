package org.keras4j.benchmarks.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.keras4j.benchmarks.chart.BarChart;

/** What a comparison found, as Markdown and as a picture. */
public final class Report {
  /** The bare compiled call, as each peer's program names it. */
  private static final Set<String> BARE = Set.of(
      "jit_stateless_call", "aot_closed_over", "tf_function", "tf_function_xla", "torch_compile");

  /** Backends and the library of Python's Keras that runs the same engine. */
  private static final Map<String, String> SAME_ENGINE =
      Map.of("pytorch", "torch", "tensorflow", "tensorflow", "xla", "jax");

  private final List<Contestant> contestants;
  private final List<Map<String, Object>> rows;

  Report(List<Contestant> contestants, List<Map<String, Object>> rows) {
    this.contestants = contestants;
    this.rows = rows;
  }

  /** The tables: steps, steps of {@code fit}, memory, and what failed. */
  public String markdown() {
    StringBuilder out = new StringBuilder(Host.describe(rows));
    table(
        out,
        "Milliseconds a step",
        "Medians of the rounds, and how far these lie apart: `train_on_batch` and"
            + " `predict_on_batch` for networks, a step of `fit` for `fit_loop`, one call for the"
            + " rest.",
        "step_ms_median",
        true);
    table(
        out,
        "Milliseconds a step of `fit`",
        "The same training through `fit` from arrays of the host.",
        "fit_step_ms",
        true);
    table(out, "Peak resident memory, MiB", "", "peak_rss_mb", false);
    failures(out);
    return out.toString();
  }

  /** Bars: how many times faster our best backend is than the best of Python's Keras. */
  public String svg() {
    BarChart chart = new BarChart("Speed of keras4j's best backend, that of Keras's best being 1");
    for (String w : workloads()) {
      double ratio = ratio(w, "step_ms_median");
      if (Double.isFinite(ratio)) {
        chart.bar(w, ratio);
      }
    }
    return chart.svg();
  }

  private static String workload(Map<String, Object> row) {
    String w = String.valueOf(row.get("workload"));
    int part = w.indexOf(':');
    return part >= 0 && BARE.contains(w.substring(part + 1)) ? w.substring(0, part) + ":jit" : w;
  }

  private Set<String> workloads() {
    Set<String> out = new LinkedHashSet<>();
    rows.forEach(r -> {
      if (r.containsKey("step_ms_median")) {
        out.add(workload(r));
      }
    });
    return out;
  }

  private Cell cell(String workload, Contestant c, String field) {
    // a program may report several ways to the same: the best counts, round by round
    Map<Object, Double> best = new LinkedHashMap<>();
    for (Map<String, Object> r : rows) {
      if (workload(r).equals(workload)
          && c.peer().equals(r.get("peer"))
          && c.backend().equals(r.get("backend"))
          && r.get(field) instanceof Number n) {
        best.merge(String.valueOf(r.get("job")), n.doubleValue(), Math::min);
      }
    }
    return Cell.of(new ArrayList<>(best.values()));
  }

  private double best(String workload, String peer, String field) {
    return contestants.stream()
        .filter(c -> c.peer().equals(peer))
        .map(c -> cell(workload, c, field))
        .filter(c -> !c.isEmpty())
        .mapToDouble(Cell::median)
        .min()
        .orElse(Double.NaN);
  }

  private double ratio(String workload, String field) {
    return best(workload, "keras", field) / best(workload, "keras4j", field);
  }

  private void table(
      StringBuilder out, String title, String text, String field, boolean withRatios) {
    List<String> used = workloads().stream()
        .filter(w -> contestants.stream().anyMatch(c -> !cell(w, c, field).isEmpty()))
        .toList();
    if (used.isEmpty()) {
      return;
    }
    out.append("\n### ").append(title).append("\n\n");
    if (!text.isEmpty()) {
      out.append(text)
          .append(
              withRatios
                  ? " The ratios say how many times faster ours is: our best backend against the"
                      + " best of Keras, and each backend against Keras on the same engine.\n\n"
                  : "\n\n");
    }
    List<String> head = new ArrayList<>(List.of("workload", "batch"));
    contestants.forEach(c -> head.add(c.label()));
    if (withRatios) {
      head.add("best / best");
      SAME_ENGINE.keySet().stream().sorted().forEach(b -> head.add(b));
    }
    line(out, head);
    out.append("|---|").append("---:|".repeat(head.size() - 1)).append('\n');
    for (String w : used) {
      List<String> cells = new ArrayList<>(List.of("`" + w + "`", batch(w)));
      contestants.forEach(c -> cells.add(cell(w, c, field).text()));
      if (withRatios) {
        cells.add(Cell.number(ratio(w, field)));
        SAME_ENGINE.keySet().stream().sorted().forEach(b -> cells.add(sameEngine(w, b, field)));
      }
      line(out, cells);
    }
  }

  private String sameEngine(String workload, String backend, String field) {
    double mine = median(workload, "keras4j", backend, field);
    double theirs = median(workload, "keras", SAME_ENGINE.getOrDefault(backend, backend), field);
    return Cell.number(theirs / mine);
  }

  private double median(String workload, String peer, String backend, String field) {
    return contestants.stream()
        .filter(c -> c.peer().equals(peer) && c.backend().equals(backend))
        .mapToDouble(c -> cell(workload, c, field).median())
        .findFirst()
        .orElse(Double.NaN);
  }

  private String batch(String workload) {
    Set<String> out = new TreeSet<>();
    rows.stream()
        .filter(r -> workload(r).equals(workload) && r.containsKey("batch"))
        .forEach(r -> out.add(String.valueOf(r.get("batch"))));
    return String.join(", ", out);
  }

  private static void line(StringBuilder out, List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private void failures(StringBuilder out) {
    Set<String> lines = new LinkedHashSet<>();
    for (Map<String, Object> r : rows) {
      if (r.get("error") instanceof String error) {
        lines.add("- %s %s, `%s`: %s"
            .formatted(
                r.get("peer"),
                r.get("backend"),
                r.get("workload"),
                error.replaceAll("\\s+", " ").strip()));
      }
    }
    if (!lines.isEmpty()) {
      out.append("\n### What gave no number\n\n")
          .append(String.join("\n", lines))
          .append('\n');
    }
  }
}
