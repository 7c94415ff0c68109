package org.keras4j.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.keras4j.benchmarks.networks.SmallNetworks;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.models.Model;

/**
 * From the start of a JVM to the first prediction of a saved model, in JVMs of their own. The very first one gets
 * an empty cache of native libraries, and so shows what extracting them costs.
 */
public final class ColdStart {
  private static final int FEATURES = 784;

  private ColdStart() {}

  /** The program that is measured: loads the model file, predicts, prints how long things took. */
  public static void main(String[] args) {
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    double jvm = System.currentTimeMillis() - start;
    Keras.backend();
    double backend = System.currentTimeMillis() - start;
    Model model = Model.load(Path.of(args[0]));
    double loaded = System.currentTimeMillis() - start;
    NDArray out = model.predict(NDArray.zeros(DType.FLOAT32, Shape.of(1, FEATURES)));
    double predicted = System.currentTimeMillis() - start;
    System.out.println(
        "cold-start " + jvm + " " + backend + " " + loaded + " " + predicted + " " + out.shape());
  }

  /** Starts JVMs one after another, and reports their medians. */
  public static void run(int times, BenchOptions options, Consumer<Row> rows)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("keras4j-cold-start");
    Path file = folder.resolve("model.keras");
    Model m = SmallNetworks.perceptron();
    m.save(file);
    List<double[]> all = new ArrayList<>();
    double[] first = start(file, folder.resolve("cache"));
    for (int i = 0; i < times; i++) {
      all.add(start(file, folder.resolve("cache")));
    }
    double[] total = all.stream().mapToDouble(t -> t[3]).toArray();
    Samples s = new Samples(total, Double.NaN);
    rows.accept(Row.of("cold_start", 1, options)
        .put("step_ms_median", s.median())
        .put("step_ms_p10", s.quantile(0.1))
        .put("step_ms_p90", s.quantile(0.9))
        .put("n", times)
        .put("jvm_ms", median(all, 0))
        .put("backend_ms", median(all, 1))
        .put("load_ms", median(all, 2))
        .put("with_extraction_ms", first[3])
        .put("params", m.countParams())
        .finish());
    delete(folder);
  }

  private static double median(List<double[]> all, int i) {
    return new Samples(all.stream().mapToDouble(t -> t[i]).toArray(), 0).median();
  }

  private static double[] start(Path file, Path cache) throws IOException, InterruptedException {
    Path out = Files.createTempFile(file.getParent(), "start", ".txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String a : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!a.startsWith("-Dorg.bytedeco.javacpp.cachedir")) {
        command.add(a);
      }
    }
    command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
    command.add("-Dkeras4j.backend=" + Keras.backend().name());
    command.addAll(List.of(
        "-cp", System.getProperty("java.class.path"), ColdStart.class.getName(), file.toString()));
    Process p = new ProcessBuilder(command)
        .redirectOutput(out.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    if (!p.waitFor(5, TimeUnit.MINUTES)) {
      p.destroyForcibly();
      throw new IOException("A JVM did not come to its first prediction within 5 minutes");
    }
    for (String line : Files.readAllLines(out)) {
      if (line.startsWith("cold-start ")) {
        String[] parts = line.split(" ");
        double[] times = new double[4];
        for (int i = 0; i < times.length; i++) {
          times[i] = Double.parseDouble(parts[i + 1]);
        }
        return times;
      }
    }
    throw new IOException("A JVM ended without a prediction, with status " + p.exitValue());
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path p : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }
}
