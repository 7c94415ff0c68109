package org.keras4j.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.applications.ResNet50;
import org.keras4j.benchmarks.networks.SmallNetworks;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.models.Model;

/**
 * From the start of a JVM to the first prediction of a saved model, in JVMs of their own: as an application starts
 * them, with an archive of classes, and as {@code bin/keras4j predict} does, which leaves out the optimizing compiler
 * too. The very first one gets an empty cache of native libraries, and so shows what extracting them costs. Other libraries of
 * the JVM start by turns with ours, each with the same network in its own format.
 */
public final class ColdStart {
  private static final String LINE = "cold-start ";
  private static final String MAIN = "org.keras4j.peers.ColdStart";

  private final Path folder;
  private final Shape input;

  private ColdStart(Path folder, Shape input) {
    this.folder = folder;
    this.input = input;
  }

  /**
   * The program that is measured: loads the model file, predicts, prints when things were done.
   *
   * @param args the file, and the shape of the input as {@code 1,784}
   */
  public static void main(String[] args) {
    long jvm = System.currentTimeMillis();
    Keras.backend();
    long backend = System.currentTimeMillis();
    Model model = Model.load(Path.of(args[0]));
    long loaded = System.currentTimeMillis();
    long[] shape = Arrays.stream(args[1].split(",")).mapToLong(Long::parseLong).toArray();
    NDArray out = model.predict(NDArray.zeros(DType.FLOAT32, Shape.of(shape)));
    long predicted = System.currentTimeMillis();
    System.out.println(
        LINE + jvm + " " + backend + " " + loaded + " " + predicted + " " + out.shape());
  }

  /**
   * Starts JVMs one after another, the programs and the ways in turn, and reports their medians.
   *
   * @param network {@code perceptron}, two hidden layers of 512, or {@code resnet50}
   * @param peers {@code onnxruntime} or {@code djl}, which need {@code peersFolder} to be built
   * @param peersFolder the project of the JVM's peers
   */
  public static void run(
      int times, String network, List<String> peers, Path peersFolder, Consumer<Row> rows)
      throws IOException, InterruptedException {
    Model m = switch (network) {
      case "perceptron" -> SmallNetworks.perceptron();
      case "resnet50" -> new ResNet50().weights(null).build();
      default ->
        throw new IllegalArgumentException(
            "cold_start: expected the network perceptron or resnet50, got '" + network + "'");
    };
    Path folder = Files.createTempDirectory("keras4j-cold-start");
    try {
      ColdStart c = new ColdStart(folder, ((KerasTensor) m.input()).shape().with(0, 1));
      List<Program> programs = new ArrayList<>();
      programs.add(c.ours(m));
      for (String peer : peers) {
        programs.add(c.peer(peer, m, peersFolder));
      }
      for (Row row : c.measure(programs, times, network)) {
        rows.accept(row.put("params", m.countParams()).finish());
      }
    } finally {
      delete(folder);
    }
  }

  /** What is started: options of the JVM, class path, main class, and the file that it loads. */
  private record Program(
      String peer,
      String backend,
      String versions,
      List<String> options,
      Map<String, String> environment,
      String classPath,
      String main,
      Path file,
      Path archive) {}

  private Program ours(Model m) {
    Path file = folder.resolve("model.keras");
    m.save(file);
    List<String> options =
        new ArrayList<>(inherited(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    options.add("-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"));
    options.add("-Dkeras4j.backend=" + Keras.backend().name());
    Row named = Row.of("cold_start", 1, BenchOptions.DEFAULT);
    return new Program(
        "keras4j",
        Keras.backend().name(),
        String.valueOf(named.fields().get("versions")),
        options,
        Map.of(),
        System.getProperty("java.class.path"),
        ColdStart.class.getName(),
        file,
        folder.resolve("ours.jsa"));
  }

  private Program peer(String name, Model m, Path peers) throws IOException {
    boolean onnx = name.equals("onnxruntime");
    if (!onnx && !name.equals("djl")) {
      throw new IllegalArgumentException(
          "cold_start: expected the peers onnxruntime or djl, got '" + name + "'");
    }
    Path target = peers.resolve(name).resolve("target");
    Path classPath = target.resolve("classpath.txt");
    if (!Files.exists(classPath)) {
      throw new IOException(
          "There is no " + classPath + ": build the project in " + peers + " with Maven first");
    }
    Path file = folder.resolve(onnx ? "model.onnx" : "model.pt");
    m.export(file, onnx ? "onnx" : "torchscript");
    return new Program(
        name,
        onnx ? "cpu" : "pytorch",
        "java " + System.getProperty("java.version"),
        List.of("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve(name))),
        Map.of("DJL_CACHE_DIR", folder.resolve(name).toString()),
        target.resolve(name + "-1.jar")
            + java.io.File.pathSeparator
            + Files.readString(classPath).strip(),
        MAIN,
        file,
        folder.resolve(name + ".jsa"));
  }

  private List<Row> measure(List<Program> programs, int times, String network)
      throws IOException, InterruptedException {
    Map<Program, double[]> first = new LinkedHashMap<>();
    Map<Program, List<List<double[]>>> starts = new LinkedHashMap<>();
    for (Program p : programs) {
      first.put(p, start(p));
      List<List<double[]>> ways = new ArrayList<>(List.of(new ArrayList<>()));
      if (onlyJars(p.classPath())) {
        start(p, "-XX:ArchiveClassesAtExit=" + p.archive(), "-Xlog:disable");
        if (Files.exists(p.archive())) {
          ways.add(new ArrayList<>());
          ways.add(new ArrayList<>());
        }
      }
      starts.put(p, ways);
    }
    for (int i = 0; i < times; i++) {
      for (Program p : programs) {
        List<List<double[]>> ways = starts.get(p);
        String share = "-XX:SharedArchiveFile=" + p.archive();
        ways.get(0).add(start(p));
        if (ways.size() > 1) {
          ways.get(1).add(start(p, share));
          ways.get(2).add(start(p, share, "-XX:TieredStopAtLevel=1"));
        }
      }
    }
    List<Row> out = new ArrayList<>();
    for (Program p : programs) {
      out.add(row(p, network, times, first.get(p), starts.get(p)));
    }
    return out;
  }

  private static Row row(
      Program p, String network, int times, double[] first, List<List<double[]>> ways) {
    Samples s = column(ways.get(0), 3);
    Row row = Row.of("cold_start", 1, BenchOptions.DEFAULT)
        .put("peer", p.peer())
        .put("backend", p.backend())
        .put("versions", p.versions())
        .put("network", network)
        .put("step_ms_median", s.median())
        .put("step_ms_p10", s.quantile(0.1))
        .put("step_ms_p90", s.quantile(0.9))
        .put("n", times)
        .put("jvm_ms", column(ways.get(0), 0).median())
        .put("backend_ms", column(ways.get(0), 1).median())
        .put("load_ms", column(ways.get(0), 2).median())
        .put("with_extraction_ms", first[3]);
    if (ways.size() > 1) {
      row.put("archive_ms", column(ways.get(1), 3).median())
          .put("archive_c1_ms", column(ways.get(2), 3).median());
    }
    return row;
  }

  private static Samples column(List<double[]> all, int i) {
    return new Samples(all.stream().mapToDouble(t -> t[i]).toArray(), Double.NaN);
  }

  /** Archives hold classes of jars only, and a folder on the class path forbids them. */
  private static boolean onlyJars(String classPath) {
    return Arrays.stream(classPath.split(java.io.File.pathSeparator, -1))
        .noneMatch(p -> Files.isDirectory(Path.of(p)));
  }

  /** Milliseconds from here until the program began, had a backend, a model, a prediction. */
  private double[] start(Program program, String... options)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "start", ".txt");
    Path err = Files.createTempFile(folder, "start", ".err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(program.options());
    command.addAll(List.of(options));
    command.addAll(List.of(
        "-cp",
        program.classPath(),
        program.main(),
        program.file().toString(),
        LongStream.of(input.toArray()).mapToObj(Long::toString).collect(Collectors.joining(","))));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(program.environment());
    long before = System.currentTimeMillis();
    Process p = builder.start();
    if (!p.waitFor(5, TimeUnit.MINUTES)) {
      p.destroyForcibly();
      throw new IOException("A JVM did not come to its first prediction within 5 minutes");
    }
    double[] times = times(Files.readAllLines(out), before);
    if (times == null) {
      throw new IOException(
          "A JVM of " + program.peer() + " ended without a prediction, with status " + p.exitValue()
              + ": " + Files.readString(err));
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
