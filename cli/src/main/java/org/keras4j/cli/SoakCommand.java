package org.keras4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.benchmarks.soak.Soak;
import org.keras4j.benchmarks.soak.SoakMode;
import org.keras4j.core.Keras;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench soak}: does memory stay flat? */
@Command(
    name = "soak",
    description = {
      "Runs one thing very often, closes nothing, and watches the memory of the process.",
      "eager: functions outside compiled ones; compiled: one compiled function; compile: compiling;"
          + " predict: predict of one row; train: train_on_batch."
    },
    mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "MODE", description = "eager, compiled, compile, predict or train.")
  private String mode;

  @Option(names = "--backend", description = "pytorch, tensorflow or xla.")
  private @Nullable String backend;

  @Option(names = "--count", description = "How often; the mode's own number by default.")
  private @Nullable Long count;

  @Option(
      names = "--max-seconds",
      defaultValue = "86400",
      description = "Ends after that time, ${DEFAULT-VALUE} by default.")
  private double maxSeconds;

  @Option(names = "--csv", description = "Where the samples go.")
  private @Nullable Path csv;

  @Option(names = "--svg", description = "Where a plot of the samples goes.")
  private @Nullable Path svg;

  @Option(
      names = "--max-growth",
      description = "Fails if memory grew by more MiB between the second quarter and the last.")
  private @Nullable Double maxGrowth;

  @Override
  public Integer call() throws IOException {
    SoakMode m;
    try {
      m = SoakMode.valueOf(mode.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "Unknown mode '" + mode + "', expected eager, compiled, compile, predict or train");
    }
    if (backend != null) {
      Keras.setBackend(backend);
    }
    PrintWriter out = spec.commandLine().getOut();
    Soak soak = Soak.run(m, count == null ? m.usual() : count, maxSeconds, s -> {
      out.printf(
          Locale.ROOT,
          "%d runs, %.1f s: %.1f MiB resident, Java heap %.1f%n",
          s.runs(),
          s.seconds(),
          s.resident(),
          s.heap());
      out.flush();
    });
    if (csv != null) {
      soak.writeCsv(csv);
    }
    if (svg != null) {
      soak.writeSvg(svg, m.label() + " on " + Keras.backend().name() + ", nothing closed");
    }
    double growth = soak.growth();
    out.printf(Locale.ROOT, "growth %.1f MiB%n", growth);
    out.flush();
    return maxGrowth == null || growth <= maxGrowth ? 0 : 1;
  }
}
