package org.keras4j.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.benchmarks.Workload;
import org.keras4j.benchmarks.compare.Comparison;
import org.keras4j.benchmarks.compare.MarkedFile;
import org.keras4j.benchmarks.compare.Report;
import org.keras4j.core.internal.io.AtomicFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench compare}: this library and others, alternately. */
@Command(
    name = "compare",
    description = {
      "Measures this library and others alternately, and writes tables and a picture.",
      "The others' programs lie in benchmarks/peers: those of Python need --python, those of the"
          + " JVM need --jvm-peers. With neither, only this library is measured.",
      "A round of everything takes about half an hour; what was measured already is kept."
    },
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--python",
      defaultValue = "${env:KERAS4J_BENCH_PYTHON}",
      description = "The Python with the other libraries; else KERAS4J_BENCH_PYTHON.")
  private @Nullable String python;

  @Option(
      names = "--peers-folder",
      defaultValue = "${sys:keras4j.home:-.}/benchmarks/peers",
      description = "Where the others' programs lie, ${DEFAULT-VALUE} by default.")
  private Path folder;

  @Option(
      names = "--peers",
      split = ",",
      defaultValue = "keras-torch,keras-tensorflow,keras-jax,plain-torch,plain-jax",
      description = "Which libraries of Python, ${DEFAULT-VALUE} by default.")
  private List<String> peers;

  @Option(
      names = "--jvm-peers",
      split = ",",
      arity = "0..1",
      fallbackValue = "djl,dl4j,tfjava,onnxruntime",
      description =
          "Measures libraries of the JVM too, ${FALLBACK-VALUE} unless told otherwise; first run"
              + " ./mvnw -f benchmarks/peers/jvm/pom.xml package, and for ONNX Runtime"
              + " benchmarks/peers/python/export_onnx.py.")
  private List<String> jvmPeers = List.of();

  @Option(
      names = "--backends",
      split = ",",
      defaultValue = "pytorch,tensorflow,xla",
      description = "Our backends, ${DEFAULT-VALUE} by default.")
  private List<String> backends;

  @Option(
      names = "--only",
      split = ",",
      defaultValue = "fit_loop,eager_overhead_3,compiled_dispatch_3,predict_latency,mlp_train,"
          + "cnn_train,lstm_train,resnet50_infer,mobilenetv2_infer,efficientnetb0_infer,"
          + "convnexttiny_infer,bert_base_infer,mobilenetv2_infer_32,efficientnetb0_infer_32,"
          + "resnet50_infer_32,convnexttiny_infer_32,"
          + "transformer_train,eager_overhead_500,compiled_dispatch_500,resnet50_train",
      description = "Which workloads and in which order; all by default, the quick ones first.")
  private List<String> only;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description =
          "cpu or gpu, ${DEFAULT-VALUE} by default; tables of a GPU have a part of their own.")
  private String device;

  @Option(
      names = "--policy",
      defaultValue = "float32",
      description = "The dtype policy, ${DEFAULT-VALUE} by default.")
  private String policy;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "How often, ${DEFAULT-VALUE} by default.")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "2",
      description = "Roughly how long each timed part takes, ${DEFAULT-VALUE} by default.")
  private double seconds;

  @Option(
      names = "--timeout",
      defaultValue = "90",
      description = "The most seconds a program, ${DEFAULT-VALUE} by default.")
  private double timeout;

  @Option(names = "--total-seconds", description = "Starts nothing more after that time.")
  private @Nullable Double totalSeconds;

  @Option(
      names = "--results",
      defaultValue = "benchmarks/target/compare.jsonl",
      description =
          "Where rows are kept; what it holds is not measured again. ${DEFAULT-VALUE} by default.")
  private Path results;

  @Option(
      names = "--out",
      defaultValue = "docs/benchmarks.md",
      description = "Where the tables go, ${DEFAULT-VALUE} by default.")
  private Path out;

  @Option(
      names = "--svg",
      defaultValue = "docs/benchmarks.svg",
      description = "Where the picture goes, ${DEFAULT-VALUE} by default.")
  private Path svg;

  @Override
  public Integer call() throws Exception {
    List<Workload> workloads =
        only.stream().flatMap(n -> Workload.named(n).stream()).toList();
    Comparison c = new Comparison(workloads)
        .ours(backends, thisProgram())
        .rounds(rounds)
        .seconds(seconds)
        .timeout(timeout)
        .on(device, policy);
    if (totalSeconds != null) {
      c.totalTime(totalSeconds);
    }
    PrintWriter print = spec.commandLine().getOut();
    if (python != null && !python.isEmpty()) {
      c.python(folder.resolve("python"), python, peers);
    }
    if (!jvmPeers.isEmpty()) {
      c.jvm(folder.resolve("jvm"), java(), jvmPeers);
    }
    if (results.toAbsolutePath().getParent() != null) {
      Files.createDirectories(results.toAbsolutePath().getParent());
    }
    Report report = c.run(results, line -> {
      print.println(line);
      print.flush();
    });
    if (!device.equals("cpu")) {
      String part = "compare-" + device + "-" + policy;
      MarkedFile.write(
          out, part, "On a " + device.toUpperCase(Locale.ROOT) + ", " + policy, report.markdown());
      return 0;
    }
    AtomicFile.writeString(svg, report.svg());
    MarkedFile.write(
        out,
        "compare",
        "Beside others",
        report.markdown() + "\n![Speed against Keras](" + relative() + ")\n");
    String targets = report.targets();
    if (!targets.isEmpty()) {
      MarkedFile.write(out, "targets", "The targets", targets);
    }
    return 0;
  }

  private String relative() {
    Path from = Objects.requireNonNull(out.toAbsolutePath().getParent(), "a folder");
    return from.relativize(svg.toAbsolutePath()).toString().replace('\\', '/');
  }

  /** How this JVM was started, up to the name of the program. */
  private static List<String> thisProgram() {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return command;
  }

  private static String java() {
    return ProcessHandle.current()
        .info()
        .command()
        .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
  }
}
