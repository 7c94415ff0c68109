package org.keras4j.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** What was set out to reach, and whether it is: a cell shows how many times better ours is, and a mark. */
final class Targets {
  private static final List<String> OURS = List.of("pytorch", "tensorflow", "xla");
  private static final String MS = "step_ms_median";
  private static final String FIT_MS = "fit_step_ms";
  private static final String PREDICT = "compiled_dispatch_3:predict";
  private static final String BARE = "compiled_dispatch_3:jit";
  private static final String FLOOR = "compiled_dispatch_3:tiny";
  private static final double FLOOR_MS = 0.030;
  private static final double WITHIN_ONNX = 1 / 1.2; // of a runtime for inference alone

  private final Figures figures;
  private int asked;
  private int met;

  Targets(Figures figures) {
    this.figures = figures;
  }

  /** Both tables; empty if there is nothing to compare with. */
  String markdown() {
    StringBuilder rows = new StringBuilder();
    for (String w : figures.workloads()) {
      row(rows, w, w, MS);
    }
    for (String w : figures.workloads()) {
      row(rows, w, w + ", `fit`", FIT_MS);
    }
    StringBuilder single = new StringBuilder();
    overheads(single);
    concurrency(single);
    if (asked == 0) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    out.append(
            "%d of %d met. Each cell says how many times faster ours is (for memory, how many times"
                .formatted(met, asked))
        .append(" leaner), and whether that is enough: ✓ from 1 on. The first column sets our best")
        .append(" backend against the best of Keras's three, the next ones each backend against")
        .append(
            " Keras on the same engine, plain PyTorch and the JVM's others against PyTorch and our")
        .append(" best; against ONNX Runtime, which does inference alone, ✓ from 1/1.2 on.\n\n");
    Markdown.head(
        out,
        List.of(
            "workload",
            "best / best",
            "pytorch / Keras torch",
            "pytorch / plain torch",
            "tensorflow / Keras tensorflow",
            "xla / Keras jax",
            "best / DJL",
            "best / DL4J",
            "best / ONNX Runtime",
            "memory"),
        1);
    out.append(rows);
    if (!single.isEmpty()) {
      out.append("\n");
      Markdown.head(out, List.of("further target", "measured", "wanted", "met"), 1);
      out.append(single);
    }
    return out.toString();
  }

  private void row(StringBuilder out, String w, String label, String field) {
    double ours = figures.best(w, "keras4j", field);
    if (!Double.isFinite(ours)) {
      return;
    }
    boolean steps = field.equals(MS);
    List<String> cells = new ArrayList<>();
    cells.add(label.contains(",") ? label.replaceFirst("^([^,]*)", "`$1`") : "`" + label + "`");
    cells.add(times(figures.best(w, "keras", field), ours));
    cells.add(engine(w, "pytorch", "keras", "torch", field));
    boolean trains = w.endsWith("_train"); // inference is set against nothing but Keras
    cells.add(trains ? engine(w, "pytorch", "plain", "torch", field) : "");
    cells.add(engine(w, "tensorflow", "keras", "tensorflow", field));
    cells.add(engine(w, "xla", "keras", "jax", field));
    cells.add(times(figures.best(w, "djl", field), ours));
    cells.add(times(figures.best(w, "dl4j", field), ours));
    cells.add(times(figures.best(w, "onnxruntime", field), ours, WITHIN_ONNX));
    cells.add(
        steps && !w.contains(":")
            ? times(
                figures.best(w, "keras", "peak_rss_mb"), figures.best(w, "keras4j", "peak_rss_mb"))
            : "");
    if (cells.stream().skip(1).anyMatch(c -> !c.isEmpty())) {
      Markdown.line(out, cells);
    }
  }

  private String engine(String w, String mine, String peer, String theirs, String field) {
    return times(figures.median(w, peer, theirs, field), figures.median(w, "keras4j", mine, field));
  }

  private String times(double theirs, double ours) {
    return times(theirs, ours, 1);
  }

  private String times(double theirs, double ours, double wanted) {
    double ratio = theirs / ours;
    return Double.isFinite(ratio) ? Cell.number(ratio) + mark(ratio >= wanted) : "";
  }

  private String mark(boolean reached) {
    asked++;
    met += reached ? 1 : 0;
    return reached ? " ✓" : " ✗";
  }

  private void single(StringBuilder out, String name, double value, String wanted, boolean met) {
    if (Double.isFinite(value)) {
      Markdown.line(out, List.of(name, Cell.number(value), wanted, mark(met).strip()));
    }
  }

  private void overheads(StringBuilder out) {
    double loop = figures.best("fit_loop", "keras", MS) / figures.best("fit_loop", "keras4j", MS);
    single(out, "`fit_loop`: rows a second, times Keras's best", loop, "3 or more", loop >= 3);
    for (String w : List.of("eager_overhead_3", "eager_overhead_500")) {
      double eager = figures.best(w, "keras4j", MS) / figures.median(w, "keras", "torch", MS);
      String name = "`" + w + "`: time of our best as a share of Keras on PyTorch";
      single(out, name, eager, "0.1 or less", eager <= 0.1);
    }
    for (String b : OURS) {
      double bare = figures.median(BARE, "keras4j", b, MS);
      double predict = figures.median(PREDICT, "keras4j", b, MS) / bare;
      String name = "%s: `predict` of 3 layers, times the bare compiled call".formatted(b);
      single(out, name, predict, "2 or less", predict <= 2);
      double above = bare - figures.median(FLOOR, "keras4j", b, MS);
      name = "%s: the bare call above one of next to nothing, µs".formatted(b);
      single(out, name, above * 1e3, "30 or less", above <= FLOOR_MS);
    }
  }

  private void concurrency(StringBuilder out) {
    DoubleBinaryOperator most = Math::max;
    for (Contestant c : figures.contestants()) {
      if (c.isOurs()) {
        double one = figures.cell("predict_latency:1", c, "calls_per_s", most).median();
        double many = figures.cell("predict_latency:16", c, "calls_per_s", most).median();
        boolean same = figures.rows("predict_latency:16", c).stream()
            .noneMatch(r -> Boolean.FALSE.equals(r.get("bit_equal")));
        String name = "%s: calls of `predict` a second by 16 threads, times those of 1%s"
            .formatted(c.backend(), same ? "" : ", not bit-equal");
        single(out, name, many / one, "1 or more", same && many >= one);
      }
    }
  }
}
