package org.keras4j.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.benchmarks.Bench;
import org.keras4j.benchmarks.BenchOptions;
import org.keras4j.benchmarks.Division;
import org.keras4j.benchmarks.Row;
import org.keras4j.benchmarks.Sizes;
import org.keras4j.benchmarks.Workload;
import org.keras4j.core.Keras;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench}: measures a workload. */
@Command(
    name = "bench",
    description = {
      "Measures a workload.",
      "Workloads: mlp_train, cnn_train, resnet50_infer, mobilenetv2_infer, efficientnetb0_infer,"
          + " convnexttiny_infer (each of these four also with _32), resnet50_train, lstm_train,"
          + " transformer_train, gpt2_train, decoder_1b_train, bert_large_train, bert_base_infer,"
          + " llama_1b_decode, llama_8b_decode, eager_overhead (_3, _500), compiled_dispatch (_3,"
          + " _500), fit_loop, strings, tables, quantized, predict_latency;"
          + " all of them: all."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      CompareCommand.class,
      ColdStartCommand.class,
      GrowthCommand.class,
      SoakCommand.class,
      SoakPlotCommand.class,
      MicroCommand.class
    })
final class BenchCommand implements Callable<Integer> {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "WORKLOAD", arity = "0..1")
  private @Nullable String workload;

  @Option(names = "--backend", description = "pytorch, tensorflow or xla.")
  private @Nullable String backend;

  @Option(names = "--batch", description = "Rows a batch; the workload's own by default.")
  private @Nullable Integer batch;

  @Option(names = "--steps", description = "The most timed steps; the workload's own by default.")
  private @Nullable Integer steps;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu or gpu, ${DEFAULT-VALUE} by default.")
  private String device;

  @Option(
      names = "--policy",
      defaultValue = "float32",
      description = "The dtype policy, ${DEFAULT-VALUE} by default.")
  private String policy;

  @Option(
      names = "--max-seconds",
      defaultValue = "12",
      description = "Roughly how long each timed part takes, ${DEFAULT-VALUE} by default.")
  private double maxSeconds;

  @Option(names = "--no-fit", description = "Leaves out fit beside train_on_batch.")
  private boolean noFit;

  @Option(
      names = "--devices",
      defaultValue = "1",
      description =
          "Among how many devices of XLA a step of training is divided; --batch counts the"
              + " samples of all.")
  private int devices;

  @Option(
      names = "--division",
      defaultValue = "data",
      description = "How: data, zero (the optimizer's state too), model2 or model4 (weights among"
          + " groups of devices).")
  private String division;

  @Option(names = "--json", description = "One line of JSON a measurement.")
  private boolean json;

  @Option(names = "--small", hidden = true, description = "Small networks: does everything run?")
  private boolean small;

  @Override
  public Integer call() {
    if (workload == null) {
      throw new CommandLine.ParameterException(spec.commandLine(), "Which workload?");
    }
    if (backend != null) {
      Keras.setBackend(backend);
    }
    BenchOptions options = new BenchOptions(
        batch,
        steps,
        device,
        policy,
        maxSeconds,
        !noFit,
        small ? Sizes.SMALL : Sizes.FULL,
        devices,
        Division.named(division));
    List<Workload> workloads = Workload.named(workload);
    int failed = 0;
    for (Workload w : workloads) {
      try {
        Bench.run(w, options, this::print);
      } catch (RuntimeException e) {
        if (workloads.size() == 1) {
          throw e;
        }
        spec.commandLine().getErr().println("keras4j: " + w.label() + ": " + e.getMessage());
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
  }

  private void print(Row row) {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Object> f = row.fields();
    out.println(
        json
            ? row.json()
            : "%-34s %-10s batch %-4s %10s ms a step (%s to %s), %s samples/s, %s MB"
                .formatted(
                    f.get("workload"),
                    f.get("backend"),
                    f.get("batch"),
                    f.get("step_ms_median"),
                    f.get("step_ms_p10"),
                    f.get("step_ms_p90"),
                    f.get("samples_per_s"),
                    f.get("peak_rss_mb")));
    out.flush();
  }
}
