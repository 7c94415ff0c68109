package org.keras4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.keras4j.models.Model;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code copy}: reads a model and writes it again, which shows that all of it is understood. */
@Command(
    name = "copy",
    description =
        "Reads .keras files and writes them again: IN.keras OUT.keras, any number of pairs.",
    mixinStandardHelpOptions = true)
final class CopyCommand implements Callable<Integer> {
  @Parameters(arity = "2..*", paramLabel = "IN.keras OUT.keras")
  private Path[] files;

  @Override
  public Integer call() {
    if (files.length % 2 != 0) {
      throw new IllegalArgumentException("copy: files come in pairs, got " + files.length);
    }
    int failed = 0;
    for (int i = 0; i < files.length; i += 2) {
      try {
        Model.load(files[i]).save(files[i + 1]);
      } catch (RuntimeException e) {
        System.err.println("copy: " + e.getMessage());
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
  }
}
