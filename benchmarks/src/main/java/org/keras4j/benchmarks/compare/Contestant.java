package org.keras4j.benchmarks.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.benchmarks.Workload;

/**
 * A program that measures workloads in a process of its own, and prints lines of JSON.
 *
 * @param peer {@code keras4j}, {@code keras}, {@code plain}, {@code djl}, {@code dl4j}, {@code tfjava} or {@code
 *     onnxruntime}
 * @param backend the engine by the name that the program knows it by
 * @param label the name in tables
 * @param command how it starts, before the arguments about the workload
 * @param workloads those that it can do
 */
public record Contestant(
    String peer, String backend, String label, List<String> command, Set<Workload> workloads) {
  /** What is written for an engine itself. */
  private static final Set<Workload> PLAIN = EnumSet.of(
      Workload.MLP_TRAIN,
      Workload.CNN_TRAIN,
      Workload.RESNET50_INFER,
      Workload.RESNET50_TRAIN,
      Workload.LSTM_TRAIN,
      Workload.TRANSFORMER_TRAIN,
      Workload.GPT2_TRAIN,
      Workload.DECODER_1B_TRAIN,
      Workload.BERT_LARGE_TRAIN,
      Workload.BERT_BASE_INFER);

  /** What is written for engines alone. */
  private static final EnumSet<Workload> NOT_IN_KERAS =
      EnumSet.of(Workload.DECODER_1B_TRAIN, Workload.BERT_LARGE_TRAIN);

  /** What is written for the JVM's other libraries. */
  private static final Set<Workload> JVM = EnumSet.of(
      Workload.MLP_TRAIN,
      Workload.CNN_TRAIN,
      Workload.LSTM_TRAIN,
      Workload.COMPILED_DISPATCH_3,
      Workload.FIT_LOOP,
      Workload.PREDICT_LATENCY);

  /** What there are files of ONNX for. */
  private static final Set<Workload> IMAGES = EnumSet.of(
      Workload.RESNET50_INFER,
      Workload.MOBILENETV2_INFER,
      Workload.EFFICIENTNETB0_INFER,
      Workload.CONVNEXTTINY_INFER,
      Workload.RESNET50_INFER_32,
      Workload.MOBILENETV2_INFER_32,
      Workload.EFFICIENTNETB0_INFER_32,
      Workload.CONVNEXTTINY_INFER_32);

  private static final Map<String, String> JVM_ENGINES =
      Map.of("djl", "pytorch", "dl4j", "nd4j", "tfjava", "tensorflow", "onnxruntime", "cpu");

  /** This library on one of its backends. */
  static Contestant ours(String backend, List<String> bench) {
    return new Contestant(
        "keras4j", backend, "keras4j " + backend, bench, EnumSet.allOf(Workload.class));
  }

  /**
   * Libraries of Python.
   *
   * @param folder where {@code measure.py} lies
   * @param names {@code keras-jax}, {@code plain-torch} and so on
   * @throws IllegalArgumentException if a name is not of that form
   */
  static List<Contestant> python(Path folder, String python, List<String> names) {
    List<Contestant> out = new ArrayList<>();
    String program = folder.resolve("measure.py").toAbsolutePath().toString();
    for (String name : names) {
      String[] parts = name.split("-", 2);
      if (parts.length < 2 || !(parts[0].equals("keras") || parts[0].equals("plain"))) {
        throw new IllegalArgumentException(
            "Expected a library of Python such as keras-jax or plain-torch, got '" + name + "'");
      }
      out.add(new Contestant(
          parts[0],
          parts[1],
          parts[0] + " " + parts[1],
          List.of(python, program, "--library", parts[0]),
          parts[0].equals("plain") ? PLAIN : EnumSet.complementOf(NOT_IN_KERAS)));
    }
    return out;
  }

  /**
   * Libraries of the JVM.
   *
   * @param folder the built project with a module for each
   * @throws IOException if one is not built
   */
  static List<Contestant> jvm(Path folder, String java, List<String> names) throws IOException {
    List<Contestant> out = new ArrayList<>();
    for (String name : names) {
      String engine = JVM_ENGINES.get(name);
      if (engine == null) {
        throw new IllegalArgumentException(
            "Expected djl, dl4j, tfjava or onnxruntime as a library of the JVM, got '" + name
                + "'");
      }
      Path target = folder.resolve(name).resolve("target");
      Path classPath = target.resolve("classpath.txt");
      if (!Files.exists(classPath)) {
        throw new IOException(
            "There is no " + classPath + ": build the project in " + folder + " with Maven first");
      }
      Set<Workload> workloads = EnumSet.copyOf(name.equals("onnxruntime") ? IMAGES : JVM);
      if (name.equals("tfjava")) {
        workloads.remove(Workload.FIT_LOOP);
      }
      out.add(new Contestant(
          name,
          engine,
          name,
          List.of(
              java,
              "-Dmodels=" + target.resolve("models"),
              "-cp",
              target.resolve("classes")
                  + File.pathSeparator
                  + Files.readString(classPath).strip(),
              "org.keras4j.peers.Main"),
          workloads));
    }
    return out;
  }

  boolean isOurs() {
    return peer.equals("keras4j");
  }

  boolean canDo(Workload w) {
    return workloads.contains(w);
  }

  /**
   * The command that measures a workload.
   *
   * @param where more arguments that all programs know, as {@code --device gpu}
   */
  List<String> command(Workload w, double seconds, List<String> where) {
    List<String> out = new ArrayList<>(command);
    if (isOurs()) {
      out.addAll(List.of("bench", w.label(), "--json"));
    } else {
      out.addAll(List.of("--workload", w.label()));
    }
    out.addAll(List.of("--backend", backend, "--max-seconds", Double.toString(seconds)));
    out.addAll(where);
    return out;
  }
}
