package org.keras4j.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.applications.Application;
import org.keras4j.core.Names;
import org.keras4j.models.Functional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code application}: writes a reference architecture as a model. */
@Command(
    name = "application",
    description = "Writes one of the networks of keras.applications as a model:"
        + " ResNet50 OUT.keras, any number of pairs.",
    mixinStandardHelpOptions = true)
final class ApplicationCommand implements Callable<Integer> {
  @Parameters(arity = "2..*", paramLabel = "NAME OUT.keras")
  private String[] pairs;

  @Option(
      names = "--weights",
      description = "\"imagenet\", \"none\" or a file; of several networks a file name with NAME in"
          + " place of the network's (default: ${DEFAULT-VALUE}).")
  private String weights = "imagenet";

  @Option(names = "--no-top", description = "Leaves the classifier out.")
  private boolean noTop;

  @Option(
      names = "--input-shape",
      split = ",",
      description = "The shape of an image, such as 224,224,3; -1 for an unknown size.")
  private long[] inputShape = {};

  @Option(names = "--pooling", description = "\"avg\" or \"max\", without the classifier.")
  private @Nullable String pooling;

  @Option(names = "--classes", description = "How many classes there are.")
  private int classes = 1000;

  @Override
  public Integer call() {
    if (pairs.length % 2 != 0) {
      throw new IllegalArgumentException(
          "application: expected names and files in pairs, got " + Arrays.toString(pairs));
    }
    int failed = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      try {
        network(pairs[i]).save(Path.of(pairs[i + 1]));
      } catch (RuntimeException e) {
        System.err.println("application: " + e.getMessage());
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
  }

  private Functional network(String name) {
    Names.reset(); // each file is as if it were the only one
    return Application.named(name)
        .includeTop(!noTop)
        .inputShape(inputShape)
        .pooling(pooling)
        .classes(classes)
        .weights(weights.equals("none") ? null : weights.replace("NAME", name))
        .build();
  }
}
