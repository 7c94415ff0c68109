package org.keras4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.benchmarks.ColdStart;
import org.keras4j.core.Keras;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench cold_start}: how long until the first prediction? */
@Command(
    name = "cold_start",
    description = {
      "Measures from the start of a JVM to the first prediction of a saved model, as a line of"
          + " JSON.",
      "jvm_ms, backend_ms and load_ms say when the program began, the backend was ready and the"
          + " model was loaded; with_extraction_ms is the first start ever, which unpacks native"
          + " libraries. archive_ms is with an archive of classes, archive_c1_ms without the"
          + " optimizing compiler as well, as bin/keras4j predict starts.",
      "--jvm-peers measures other libraries by turns with ours, a line each: the same network, which"
          + " ours writes as ONNX or TorchScript (the latter needs the backend pytorch)."
    },
    mixinStandardHelpOptions = true)
final class ColdStartCommand implements Callable<Integer> {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Option(names = "--backend", description = "pytorch, tensorflow or xla.")
  private @Nullable String backend;

  @Option(
      names = "--times",
      defaultValue = "5",
      description = "How often, ${DEFAULT-VALUE} by default.")
  private int times;

  @Option(
      names = "--network",
      defaultValue = "perceptron",
      description =
          "perceptron (two hidden layers of 512) or resnet50; ${DEFAULT-VALUE} by default.")
  private String network;

  @Option(
      names = "--jvm-peers",
      split = ",",
      arity = "0..1",
      fallbackValue = "onnxruntime,djl",
      description =
          "Measures libraries of the JVM too, ${FALLBACK-VALUE} unless told otherwise; first run"
              + " ./mvnw -f benchmarks/peers/jvm/pom.xml package.")
  private List<String> jvmPeers = List.of();

  @Option(
      names = "--folder",
      defaultValue = "benchmarks/peers",
      description = "Where their programs lie, ${DEFAULT-VALUE} by default.")
  private Path folder;

  @Override
  public Integer call() throws Exception {
    if (backend != null) {
      Keras.setBackend(backend);
    }
    ColdStart.run(times, network, jvmPeers, folder.resolve("jvm"), row -> {
      spec.commandLine().getOut().println(row.json());
      spec.commandLine().getOut().flush();
    });
    return 0;
  }
}
