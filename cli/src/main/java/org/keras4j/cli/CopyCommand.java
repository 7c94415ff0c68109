package org.keras4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.models.Model;
import org.keras4j.models.Save;
import org.keras4j.models.SaveWeights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code copy}: reads a model and writes it again, which shows that all of it is understood. */
@Command(
    name = "copy",
    description =
        "Reads .keras files and writes them again: IN.keras OUT.keras, any number of pairs; with"
            + " --model pairs of .weights.h5 files, through that model.",
    mixinStandardHelpOptions = true)
final class CopyCommand implements Callable<Integer> {
  @Parameters(arity = "2..*", paramLabel = "IN.keras OUT.keras")
  private Path[] files;

  @Option(
      names = "--model",
      paramLabel = "MODEL.keras",
      description =
          "The model that takes the weights and the optimizer state of .weights.h5 files.")
  private @Nullable Path model;

  @Option(
      names = "--max-shard-size",
      paramLabel = "GIGABYTES",
      description = "How much one of the files that a .weights.json lists may hold (default:"
          + " ${DEFAULT-VALUE}).")
  private double maxShardSize = 5;

  @Override
  public Integer call() {
    if (files.length % 2 != 0) {
      throw new IllegalArgumentException("copy: files come in pairs, got " + files.length);
    }
    int failed = 0;
    for (int i = 0; i < files.length; i += 2) {
      try {
        copy(files[i], files[i + 1]);
      } catch (RuntimeException e) {
        System.err.println("copy: " + e.getMessage());
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
  }

  private void copy(Path in, Path out) {
    if (model == null) {
      String name = out.toString();
      boolean file = name.endsWith(".keras") || name.endsWith(".h5") || name.endsWith(".hdf5");
      Model.load(in).save(out, Save.zipped(file));
    } else {
      Model m = Model.load(model);
      m.loadWeights(in);
      m.saveWeights(
          out,
          out.toString().endsWith(".weights.json")
              ? SaveWeights.maxShardSize(maxShardSize)
              : SaveWeights.defaults());
    }
  }
}
