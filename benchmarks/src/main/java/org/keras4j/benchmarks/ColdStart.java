package org.keras4j.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.benchmarks.networks.SmallNetworks;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.models.Model;

/**
 * From the start of a JVM to the first prediction of a saved model, in JVMs of their own: as an application starts
 * them, with an archive of classes, and as {@code bin/keras4j predict} does, which leaves out the optimizing compiler
 * too. The very first one gets an empty cache of native libraries, and so shows what extracting them costs.
 */
public final class ColdStart {
  private static final int FEATURES = 784;
  private static final String LINE = "cold-start ";

  private final Path file;
  private final Path cache;
  private final Path archive;

  private ColdStart(Path folder) {
    this.file = folder.resolve("model.keras");
    this.cache = folder.resolve("cache");
    this.archive = folder.resolve("classes.jsa");
  }

  /** The program that is measured: loads the model file, predicts, prints when things were done. */
  public static void main(String[] args) {
    long jvm = System.currentTimeMillis();
    Keras.backend();
    long backend = System.currentTimeMillis();
    Model model = Model.load(Path.of(args[0]));
    long loaded = System.currentTimeMillis();
    NDArray out = model.predict(NDArray.zeros(DType.FLOAT32, Shape.of(1, FEATURES)));
    long predicted = System.currentTimeMillis();
    System.out.println(
        LINE + jvm + " " + backend + " " + loaded + " " + predicted + " " + out.shape());
  }

  /** Starts JVMs one after another, the ways in turn, and reports their medians. */
  public static void run(int times, BenchOptions options, Consumer<Row> rows)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("keras4j-cold-start");
    try {
      ColdStart c = new ColdStart(folder);
      Model m = SmallNetworks.perceptron();
      m.save(c.file);
      rows.accept(c.measure(times, Row.of("cold_start", 1, options))
          .put("params", m.countParams())
          .finish());
    } finally {
      delete(folder);
    }
  }

  private Row measure(int times, Row row) throws IOException, InterruptedException {
    double[] first = start();
    boolean archived = onlyJars() && archive();
    String share = "-XX:SharedArchiveFile=" + archive;
    List<double[]> plain = new ArrayList<>();
    List<double[]> shared = new ArrayList<>();
    List<double[]> quick = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      plain.add(start());
      if (archived) {
        shared.add(start(share));
        quick.add(start(share, "-XX:TieredStopAtLevel=1"));
      }
    }
    Samples s = column(plain, 3);
    row.put("step_ms_median", s.median())
        .put("step_ms_p10", s.quantile(0.1))
        .put("step_ms_p90", s.quantile(0.9))
        .put("n", times)
        .put("jvm_ms", column(plain, 0).median())
        .put("backend_ms", column(plain, 1).median())
        .put("load_ms", column(plain, 2).median())
        .put("with_extraction_ms", first[3]);
    if (archived) {
      row.put("archive_ms", column(shared, 3).median())
          .put("archive_c1_ms", column(quick, 3).median());
    }
    return row;
  }

  private static Samples column(List<double[]> all, int i) {
    return new Samples(all.stream().mapToDouble(t -> t[i]).toArray(), Double.NaN);
  }

  /** Archives hold classes of jars only, and a folder on the class path forbids them. */
  private static boolean onlyJars() {
    return Arrays.stream(
            System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1))
        .noneMatch(p -> Files.isDirectory(Path.of(p)));
  }

  private boolean archive() throws IOException, InterruptedException {
    start("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:disable");
    return Files.exists(archive);
  }

  /** Milliseconds from here until the program began, had a backend, a model, a prediction. */
  private double[] start(String... options) throws IOException, InterruptedException {
    Path out = Files.createTempFile(file.getParent(), "start", ".txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(inherited(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    command.addAll(List.of(options));
    command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
    command.add("-Dkeras4j.backend=" + Keras.backend().name());
    command.addAll(List.of(
        "-cp", System.getProperty("java.class.path"), ColdStart.class.getName(), file.toString()));
    long before = System.currentTimeMillis();
    Process p = new ProcessBuilder(command)
        .redirectOutput(out.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    if (!p.waitFor(5, TimeUnit.MINUTES)) {
      p.destroyForcibly();
      throw new IOException("A JVM did not come to its first prediction within 5 minutes");
    }
    double[] times = times(Files.readAllLines(out), before);
    if (times == null) {
      throw new IOException("A JVM ended without a prediction, with status " + p.exitValue());
    }
    return times;
  }

  /** This JVM's options without those that the measurement sets itself. */
  static List<String> inherited(List<String> options) {
    return options.stream()
        .filter(o -> !o.startsWith("-Dorg.bytedeco.javacpp.cachedir")
            && !o.startsWith("-Dkeras4j.backend")
            && !o.startsWith("-XX:SharedArchiveFile")
            && !o.startsWith("-XX:ArchiveClassesAtExit")
            && !o.startsWith("-XX:TieredStopAtLevel"))
        .toList();
  }

  /** What the program printed, after a moment; null if it did not come so far. */
  static double @Nullable [] times(List<String> lines, long before) {
    for (String line : lines) {
      if (line.startsWith(LINE)) {
        String[] parts = line.substring(LINE.length()).split(" ");
        double[] times = new double[4];
        for (int i = 0; i < times.length; i++) {
          times[i] = Long.parseLong(parts[i]) - before;
        }
        return times;
      }
    }
    return null;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path p : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }
}
