package org.keras4j.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.benchmarks.Workload;
import org.keras4j.benchmarks.compare.Comparison;
import org.keras4j.benchmarks.compare.MarkedFile;
import org.keras4j.benchmarks.compare.Report;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench compare}: this library and others, alternately. */
@Command(
    name = "compare",
    description = {
      "Measures this library and others alternately, and writes tables and a picture.",
      "The others' programs, keras_bench.py and native_bench.py, print one line of JSON a workload."
          + " Without Python only this library is measured."
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
      defaultValue = "../shared/peers",
      description = "Where the others' programs lie, ${DEFAULT-VALUE} by default.")
  private Path folder;

  @Option(
      names = "--peers",
      split = ",",
      defaultValue = "keras-torch,keras-tensorflow,keras-jax,native-torch,native-jax",
      description = "Which others, ${DEFAULT-VALUE} by default.")
  private List<String> peers;

  @Option(
      names = "--backends",
      split = ",",
      defaultValue = "pytorch,tensorflow,xla",
      description = "Our backends, ${DEFAULT-VALUE} by default.")
  private List<String> backends;

  @Option(
      names = "--only",
      split = ",",
      defaultValue = "all",
      description = "Which workloads, ${DEFAULT-VALUE} by default.")
  private List<String> only;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often, ${DEFAULT-VALUE} by default.")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "4",
      description = "Roughly how long each timed part takes, ${DEFAULT-VALUE} by default.")
  private double seconds;

  @Option(
      names = "--timeout",
      defaultValue = "180",
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
        .timeout(timeout);
    if (totalSeconds != null) {
      c.totalTime(totalSeconds);
    }
    PrintWriter print = spec.commandLine().getOut();
    if (python != null && !python.isEmpty()) {
      c.peers(folder, python, peers);
    }
    if (results.toAbsolutePath().getParent() != null) {
      Files.createDirectories(results.toAbsolutePath().getParent());
    }
    Report report = c.run(results, line -> {
      print.println(line);
      print.flush();
    });
    Files.createDirectories(svg.toAbsolutePath().getParent());
    Files.writeString(svg, report.svg());
    MarkedFile.write(
        out,
        "compare",
        "Beside others",
        report.markdown() + "\n![Speed against Keras](" + relative() + ")\n");
    return 0;
  }

  private String relative() {
    Path from = out.toAbsolutePath().getParent();
    return from.relativize(svg.toAbsolutePath()).toString().replace('\\', '/');
  }

  /** How this JVM was started, up to the name of the program. */
  private static List<String> thisProgram() {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current()
        .info()
        .command()
        .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return command;
  }
}
