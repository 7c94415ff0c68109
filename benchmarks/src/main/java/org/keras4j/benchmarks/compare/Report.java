package org.keras4j.benchmarks.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.keras4j.benchmarks.Workload;
import org.keras4j.benchmarks.chart.BarChart;

/** What a comparison found, as Markdown and as a picture. */
public final class Report {
  /** Backends and the library of Python's Keras that runs the same engine. */
  private static final Map<String, String> SAME_ENGINE =
      Map.of("pytorch", "torch", "tensorflow", "tensorflow", "xla", "jax");

  private static final String RATIOS =
      " The ratios say how many times faster ours is: our best backend against the best of Keras,"
          + " and each backend against Keras on the same engine.\n\n";

  private final Figures figures;
  private final Map<String, List<String>> notMeasured;

  Report(List<Contestant> contestants, List<Map<String, Object>> rows) {
    this(contestants, rows, Map.of());
  }

  /**
   * A report.
   *
   * @param notMeasured by program, the workloads that time did not suffice for
   */
  Report(
      List<Contestant> contestants,
      List<Map<String, Object>> rows,
      Map<String, List<String>> notMeasured) {
    this.figures = new Figures(contestants, rows);
    this.notMeasured = notMeasured;
  }

  /** The tables: steps, steps of {@code fit}, memory, what differs and what is left out. */
  public String markdown() {
    StringBuilder out = new StringBuilder(Host.describe(figures.rows()));
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
        "The same training through `fit` from arrays of the host; without Keras, steps that nobody"
            + " waits for.",
        "fit_step_ms",
        true);
    table(out, "Peak resident memory, MiB", "", "peak_rss_mb", false);
    if (figures.rows().stream().anyMatch(r -> "gpu".equals(r.get("device")))) {
      table(
          out,
          "Share of 989 TFLOP/s",
          "Of steps that nobody waits for: 6 operations for each token and each weight that"
              + " multiplies it, and attention, of which causal masking leaves half.",
          "fit_mfu",
          false);
      table(out, "Tokens a second", "", "fit_tokens_per_s", false);
      table(out, "Samples a second", "", "fit_samples_per_s", false);
      table(out, "Seconds of the first step above those of later ones", "", "compile_s", false);
      table(out, "Peak memory of the device, MiB", "", "device_peak_mb", false);
    }
    list(out, "Where the programs differ", Parity.differences(figures));
    failures(out);
    leftOut(out);
    return out.toString();
  }

  /** Whether each row is as fast, as lean and as cheap as it is meant to be. */
  public String targets() {
    return new Targets(figures).markdown();
  }

  /** Bars: how many times faster our best backend is than the best of Python's Keras. */
  public String svg() {
    BarChart chart = new BarChart("Speed of keras4j's best backend, that of Keras's best being 1");
    for (String w : figures.workloads()) {
      double ratio = ratio(w, "step_ms_median");
      if (Double.isFinite(ratio)) {
        chart.bar(w, ratio);
      }
    }
    return chart.svg();
  }

  private double ratio(String workload, String field) {
    return figures.best(workload, "keras", field) / figures.best(workload, "keras4j", field);
  }

  private void table(
      StringBuilder out, String title, String text, String field, boolean withRatios) {
    List<String> used = figures.workloads().stream()
        .filter(w -> figures.contestants().stream()
            .anyMatch(c -> !figures.cell(w, c, field).isEmpty()))
        .toList();
    if (used.isEmpty()) {
      return;
    }
    out.append("\n### ").append(title).append("\n\n");
    if (!text.isEmpty()) {
      out.append(text).append(withRatios ? RATIOS : "\n\n");
    }
    List<String> head = new ArrayList<>(List.of("workload", "batch"));
    figures.contestants().forEach(c -> head.add(c.label()));
    if (withRatios) {
      head.add("best / best");
      SAME_ENGINE.keySet().stream().sorted().forEach(head::add);
    }
    Markdown.head(out, head, 1);
    for (String w : used) {
      List<String> cells = new ArrayList<>(List.of("`" + w + "`", figures.batch(w)));
      figures.contestants().forEach(c -> cells.add(figures.cell(w, c, field).text()));
      if (withRatios) {
        cells.add(Cell.number(ratio(w, field)));
        SAME_ENGINE.keySet().stream().sorted().forEach(b -> cells.add(sameEngine(w, b, field)));
      }
      Markdown.line(out, cells);
    }
  }

  private String sameEngine(String workload, String backend, String field) {
    double mine = figures.median(workload, "keras4j", backend, field);
    String engine = SAME_ENGINE.getOrDefault(backend, backend);
    return Cell.number(figures.median(workload, "keras", engine, field) / mine);
  }

  private void failures(StringBuilder out) {
    Set<String> lines = new LinkedHashSet<>();
    for (Map<String, Object> r : figures.rows()) {
      if (r.get("error") instanceof String error) {
        lines.add("%s %s, `%s`: %s"
            .formatted(
                r.get("peer"),
                r.get("backend"),
                r.get("workload"),
                error.replaceAll("\\s+", " ").strip()));
      }
    }
    list(out, "What gave no number", List.copyOf(lines));
  }

  private void leftOut(StringBuilder out) {
    List<String> lines = new ArrayList<>();
    Map<String, List<String>> unwritten = new LinkedHashMap<>();
    for (Contestant c : figures.contestants()) {
      String names = java.util.Arrays.stream(Workload.values())
          .filter(w -> !c.canDo(w))
          .map(w -> "`" + w.label() + "`")
          .collect(Collectors.joining(", "));
      if (!names.isEmpty()) {
        unwritten.computeIfAbsent(names, n -> new ArrayList<>()).add(c.label());
      }
    }
    unwritten.forEach((names, labels) ->
        lines.add("%s: %s have no program".formatted(String.join(", ", labels), names)));
    notMeasured.forEach((label, names) ->
        lines.add("%s: %s, the time was over".formatted(label, String.join(", ", names))));
    list(out, "What is left out", lines);
  }

  private static void list(StringBuilder out, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      out.append("\n### ").append(title).append("\n\n");
      lines.forEach(l -> out.append("- ").append(l).append('\n'));
    }
  }
}
