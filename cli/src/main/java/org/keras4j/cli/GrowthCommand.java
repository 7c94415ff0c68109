package org.keras4j.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.benchmarks.BenchOptions;
import org.keras4j.benchmarks.Growth;
import org.keras4j.core.Keras;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench growth}: how cost grows with layers, parameters, batch, vocabulary, inputs, models and shapes. */
@Command(
    name = "growth",
    description = {
      "Measures how cost grows with one size at a time, a line of JSON for each: chains of layers,"
          + " units of two layers, rows of a batch, words of a vocabulary, inputs of a model,"
          + " models in one process, and shapes that one model was called with.",
      "first_ms is the first call, which traces and compiles (of models and shapes: of all since"
          + " the row before), call_ms one after it."
    },
    mixinStandardHelpOptions = true)
final class GrowthCommand implements Callable<Integer> {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Option(names = "--backend", description = "pytorch, tensorflow or xla.")
  private @Nullable String backend;

  @Option(
      names = "--most",
      defaultValue = "5000",
      description = "The most layers of a chain, ${DEFAULT-VALUE} by default.")
  private int most;

  @Override
  public Integer call() throws Exception {
    if (backend != null) {
      Keras.setBackend(backend);
    }
    Growth.run(most, BenchOptions.DEFAULT, row -> {
      spec.commandLine().getOut().println(row.json());
      spec.commandLine().getOut().flush();
    });
    return 0;
  }
}
