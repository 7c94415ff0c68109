package org.keras4j.benchmarks.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.keras4j.benchmarks.Workload;

/**
 * A program that measures workloads in a process of its own, and prints lines of JSON.
 *
 * @param peer {@code keras4j}, {@code keras} or {@code native}
 * @param backend the engine by the name that the program knows it by
 * @param label the name in tables
 * @param command how it starts, before the arguments about the workload
 * @param workloads those that it can do; empty for all but {@code predict_latency}, or really all for ours
 */
public record Contestant(
    String peer, String backend, String label, List<String> command, Set<Workload> workloads) {
  private static final Set<Workload> NETWORKS = Set.of(
      Workload.MLP_TRAIN,
      Workload.CNN_TRAIN,
      Workload.RESNET50_INFER,
      Workload.RESNET50_TRAIN,
      Workload.LSTM_TRAIN,
      Workload.TRANSFORMER_TRAIN,
      Workload.BERT_BASE_INFER);

  /** This library on one of its backends. */
  static Contestant ours(String backend, List<String> bench) {
    return new Contestant("keras4j", backend, "keras4j " + backend, bench, Set.of());
  }

  /** The programs of other libraries that lie in a folder. */
  static List<Contestant> peers(Path folder, String python, List<String> names) {
    List<Contestant> out = new ArrayList<>();
    for (String name : names) {
      String peer = name.replaceAll("-.*", "");
      String backend = name.replaceAll("^[^-]*-", "");
      String program = folder.resolve(peer + "_bench.py").toAbsolutePath().toString();
      out.add(new Contestant(
          peer,
          backend,
          peer.equals("native") ? "plain " + backend : peer + " " + backend,
          List.of(python, program),
          peer.equals("native") ? NETWORKS : Set.of()));
    }
    return out;
  }

  boolean isOurs() {
    return peer.equals("keras4j");
  }

  boolean canDo(Workload w) {
    return isOurs()
        || (workloads.isEmpty() ? w != Workload.PREDICT_LATENCY : workloads.contains(w));
  }

  /** The command that measures a workload. */
  List<String> command(Workload w, double seconds) {
    List<String> out = new ArrayList<>(command);
    if (isOurs()) {
      out.addAll(List.of("bench", w.label(), "--json"));
    } else {
      out.addAll(List.of("--workload", w.label()));
    }
    out.addAll(List.of("--backend", backend, "--max-seconds", Double.toString(seconds)));
    return out;
  }
}
