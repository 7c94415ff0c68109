package org.keras4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.keras4j.models.Model;
import org.keras4j.models.Summary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code summary}: the layers of a saved model. */
@Command(
    name = "summary",
    description = "Prints the layers and weights of a .keras file.",
    mixinStandardHelpOptions = true)
final class SummaryCommand implements Callable<Integer> {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Parameters(
      paramLabel = "FILE.keras",
      description = "A model of this library or of Python's Keras.")
  private Path file;

  @Option(names = "--expand-nested", description = "List the layers of models inside too.")
  private boolean expandNested;

  @Option(names = "--trainable", description = "Show which layers are trainable.")
  private boolean trainable;

  @Override
  public Integer call() {
    Summary s =
        Model.load(file).summaryOptions().expandNested(expandNested).showTrainable(trainable);
    spec.commandLine().getOut().print(s);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
