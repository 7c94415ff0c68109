package org.keras4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.keras4j.models.Model;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export}: writes the inference function of a saved model in another framework's format. */
@Command(
    name = "export",
    description = "Writes the inference function of a saved model in another framework's format.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE.keras")
  private Path file;

  @Parameters(index = "1", paramLabel = "TARGET")
  private Path target;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "onnx, tf_saved_model, stablehlo or stablehlo_bytes (default: ${DEFAULT-VALUE}).")
  private String format = "onnx";

  @Override
  public Integer call() {
    Model.load(file).export(target, format);
    return 0;
  }
}
