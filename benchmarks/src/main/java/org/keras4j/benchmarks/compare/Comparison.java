package org.keras4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.benchmarks.Workload;

/**
 * Measures workloads with several programs: round by round, and within a round all programs one after another on
 * the same workload, so that a busy moment of the machine falls on all.
 */
public final class Comparison {
  private final List<Contestant> contestants = new ArrayList<>();
  private final List<Workload> workloads;
  private int rounds = 3;
  private double seconds = 4;
  private double timeoutSeconds = 180;
  private double totalSeconds = Double.POSITIVE_INFINITY;
  private List<String> where = List.of();

  public Comparison(List<Workload> workloads) {
    this.workloads = workloads;
  }

  /**
   * Adds this library.
   *
   * @param bench the command whose arguments {@code bench WORKLOAD ...} measure a workload
   */
  public Comparison ours(List<String> backends, List<String> bench) {
    backends.forEach(b -> contestants.add(Contestant.ours(b, bench)));
    return this;
  }

  /**
   * Adds libraries of Python.
   *
   * @param folder where {@code measure.py} lies
   * @param python the Python that has the libraries
   * @param names {@code keras-jax}, {@code plain-torch} and so on
   */
  public Comparison python(Path folder, String python, List<String> names) {
    contestants.addAll(Contestant.python(folder, python, names));
    return this;
  }

  /**
   * Adds libraries of the JVM.
   *
   * @param folder the project with a module for each, built
   * @param names of {@code djl}, {@code dl4j}, {@code tfjava} and {@code onnxruntime}
   * @throws IOException if one is not built
   */
  public Comparison jvm(Path folder, String java, List<String> names) throws IOException {
    contestants.addAll(Contestant.jvm(folder, java, names));
    return this;
  }

  public Comparison rounds(int value) {
    this.rounds = value;
    return this;
  }

  /**
   * Measures on another device, or in other numbers, than float32 on the CPU; the JVM's other libraries cannot.
   *
   * @param device {@code "cpu"} or {@code "gpu"}
   * @param policy the dtype policy, {@code "mixed_bfloat16"}
   */
  public Comparison on(String device, String policy) {
    this.where = device.equals("cpu") && policy.equals("float32")
        ? List.of()
        : List.of("--device", device, "--policy", policy);
    return this;
  }

  /** Roughly how long a program may take for each timed part. */
  public Comparison seconds(double value) {
    this.seconds = value;
    return this;
  }

  /** How long a program may run in all. */
  public Comparison timeout(double value) {
    this.timeoutSeconds = value;
    return this;
  }

  /** When to stop starting programs. */
  public Comparison totalTime(double value) {
    this.totalSeconds = value;
    return this;
  }

  /**
   * Measures what the file does not hold yet.
   *
   * @param file where rows are kept as they come; null for nowhere
   * @param progress gets a line about each program
   */
  public Report run(@Nullable Path file, Consumer<String> progress)
      throws IOException, InterruptedException {
    Results results = new Results(file);
    long start = System.nanoTime();
    for (int round = 1; round <= rounds; round++) {
      for (Workload w : workloads) {
        for (Contestant c : contestants) {
          String job = round + "/" + w.label() + "/" + c.label();
          if (!c.canDo(w) || results.has(job)) {
            continue;
          }
          double left = totalSeconds - (System.nanoTime() - start) / 1e9;
          if (left <= 0) {
            progress.accept("the time is over");
            return new Report(contestants, results.rows(), notMeasured(results));
          }
          measure(c, w, job, Math.min(left, timeoutSeconds), results, progress);
        }
      }
    }
    return new Report(contestants, results.rows());
  }

  /** By program, the workloads that no round has measured yet. */
  private Map<String, List<String>> notMeasured(Results results) {
    Map<String, List<String>> out = new LinkedHashMap<>();
    for (Contestant c : contestants) {
      for (Workload w : workloads) {
        String job = "/" + w.label() + "/" + c.label();
        if (c.canDo(w) && IntStream.rangeClosed(1, rounds).noneMatch(r -> results.has(r + job))) {
          out.computeIfAbsent(c.label(), l -> new ArrayList<>()).add("`" + w.label() + "`");
        }
      }
    }
    return out;
  }

  private void measure(
      Contestant c,
      Workload w,
      String job,
      double limit,
      Results results,
      Consumer<String> progress)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Programs.Outcome out = Programs.run(c.command(w, seconds, where), limit);
    out.rows().forEach(r -> results.add(job, r));
    boolean cutShort = limit < timeoutSeconds && out.failure().startsWith("took more");
    if (!out.failure().isEmpty() && !cutShort) { // which a later run may do better
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("peer", c.peer());
      row.put("backend", c.backend());
      row.put("workload", w.label());
      row.put("error", out.failure());
      results.add(job, row);
    }
    progress.accept("%s: %.0f s%s"
        .formatted(
            job,
            (System.nanoTime() - start) / 1e9,
            out.failure().isEmpty() ? "" : ", " + out.failure()));
  }
}
