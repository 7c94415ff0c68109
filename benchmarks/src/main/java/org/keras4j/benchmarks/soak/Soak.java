package org.keras4j.benchmarks.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.ToDoubleFunction;
import org.keras4j.benchmarks.chart.LineChart;

/** Runs an action many times on the backend in use, and samples the memory of the process. */
public final class Soak {
  private static final int SAMPLES = 200;

  private final List<MemorySample> samples;

  private Soak(List<MemorySample> samples) {
    this.samples = samples;
  }

  /**
   * Runs it.
   *
   * @param count how often
   * @param maxSeconds ends early after that time
   * @param progress gets each sample as it is taken
   */
  public static Soak run(
      SoakMode mode, long count, double maxSeconds, Consumer<MemorySample> progress) {
    LongConsumer action = mode.start();
    List<MemorySample> samples = new ArrayList<>();
    long every = Math.max(1, count / SAMPLES);
    long start = System.nanoTime();
    for (long i = 0; i < count; i++) {
      action.accept(i);
      if ((i + 1) % every == 0 || i + 1 == count) {
        double seconds = (System.nanoTime() - start) / 1e9;
        MemorySample s = MemorySample.now(i + 1, seconds);
        samples.add(s);
        progress.accept(s);
        if (seconds > maxSeconds) {
          break;
        }
      }
    }
    return new Soak(samples);
  }

  public List<MemorySample> samples() {
    return samples;
  }

  /**
   * By how many MiB the memory outside the Java heap of the last quarter of the samples lies above that of the
   * second quarter, medians: by then everything is compiled, and caches are full.
   */
  public double growth() {
    int n = samples.size();
    return median(samples.subList(n * 3 / 4, n)) - median(samples.subList(n / 4, n / 2 + 1));
  }

  private static double median(List<MemorySample> part) {
    double[] v = part.stream().mapToDouble(MemorySample::outsideHeap).sorted().toArray();
    return v.length == 0 ? Double.NaN : v[v.length / 2];
  }

  /** Reads what {@link #writeCsv} wrote. */
  public static Soak readCsv(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.get(0).equals(MemorySample.CSV_HEADER)) {
      throw new IOException(file + " holds no samples of a soak");
    }
    List<MemorySample> samples = new ArrayList<>();
    for (String l : lines.subList(1, lines.size())) {
      samples.add(MemorySample.parse(l));
    }
    return new Soak(samples);
  }

  /** Writes the samples as comma-separated values. */
  public void writeCsv(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(MemorySample.CSV_HEADER);
    samples.forEach(s -> lines.add(s.csv()));
    Files.write(file, lines);
  }

  /** Draws the samples. */
  public void writeSvg(Path file, String title) throws IOException {
    LineChart chart = new LineChart(title, "runs", "MiB");
    line(chart, "outside the heap", MemorySample::outsideHeap);
    line(chart, "Java heap", MemorySample::heap);
    Files.writeString(file, chart.svg());
  }

  /** Draws the memory outside the Java heap of several soaks, by name. */
  public static void writeSvg(Path file, String title, Map<String, Soak> soaks) throws IOException {
    LineChart chart = new LineChart(title, "runs", "MiB");
    soaks.forEach((name, soak) -> soak.line(chart, name, MemorySample::outsideHeap));
    Files.writeString(file, chart.svg());
  }

  private void line(LineChart chart, String name, ToDoubleFunction<MemorySample> value) {
    chart.line(
        name,
        samples.stream().mapToDouble(MemorySample::runs).toArray(),
        samples.stream().mapToDouble(value).toArray());
  }
}
