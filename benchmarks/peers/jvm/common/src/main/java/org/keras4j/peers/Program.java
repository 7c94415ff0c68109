package org.keras4j.peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures a workload of a library as keras4j measures its own, and prints a line of JSON. */
public final class Program {
  private static final int LEAST = 5;
  private static final int WARM_UP = 3;
  private static final double WARM_UP_SECONDS = 2;
  private static final Map<String, Integer> MOST_STEPS = Map.ofEntries(
      Map.entry("mlp_train", 200),
      Map.entry("cnn_train", 60),
      Map.entry("lstm_train", 60),
      Map.entry("fit_loop", 40),
      Map.entry("compiled_dispatch_3", 300),
      Map.entry("predict_latency", 100_000),
      Map.entry("resnet50_infer", 40),
      Map.entry("efficientnetb0_infer", 60),
      Map.entry("convnexttiny_infer", 40),
      Map.entry("resnet50_infer_32", 10),
      Map.entry("mobilenetv2_infer_32", 20),
      Map.entry("efficientnetb0_infer_32", 10),
      Map.entry("convnexttiny_infer_32", 10));

  private Program() {}

  /** The program: {@code --workload NAME [--batch N] [--max-seconds S]}. Ends the process. */
  public static void run(Library library, String[] args) {
    List<String> a = Arrays.asList(args);
    String workload = value(a, "--workload", "mlp_train");
    int batch = Integer.parseInt(value(a, "--batch", "" + Batches.usualSize(workload)));
    double seconds = Double.parseDouble(value(a, "--max-seconds", "12"));
    int status = 0;
    try {
      Library.Job job = library.prepare(workload, new Batches(batch));
      if (job == null) {
        throw new IllegalArgumentException(library.peer() + " has nothing for " + workload);
      }
      measure(library, workload, batch, seconds, job);
    } catch (Exception | LinkageError e) {
      e.printStackTrace();
      System.err.println(workload + ": " + e);
      status = 1;
    }
    System.exit(status); // some libraries leave threads behind
  }

  private static String value(List<String> args, String name, String otherwise) {
    int i = args.indexOf(name);
    return i >= 0 && i + 1 < args.size() ? args.get(i + 1) : otherwise;
  }

  private static void measure(
      Library library, String workload, int batch, double maxSeconds, Library.Job job)
      throws Exception {
    int steps = MOST_STEPS.getOrDefault(workload, 100);
    long start = System.nanoTime();
    job.step().run(0);
    double first = seconds(start);
    start = System.nanoTime();
    boolean isShort = workload.equals("compiled_dispatch_3") || workload.equals("predict_latency");
    double warm = isShort ? WARM_UP_SECONDS : Math.min(maxSeconds / 3, WARM_UP_SECONDS);
    for (int k = 0; k < WARM_UP || seconds(start) < warm; k++) {
      job.step().run(k);
      if (seconds(start) > warm) {
        break;
      }
    }
    double[] ms = new double[steps];
    int n = 0;
    double value = 0;
    OperatingSystemMXBean os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double cpu = os.getProcessCpuTime();
    start = System.nanoTime();
    while (n < steps) {
      long before = System.nanoTime();
      value = job.step().run(n);
      ms[n++] = (System.nanoTime() - before) / 1e6 / job.calls();
      if (n >= LEAST && seconds(start) > maxSeconds) {
        break;
      }
    }
    double cpuMs = (os.getProcessCpuTime() - cpu) / 1e6 / n / job.calls();
    if (!Double.isFinite(value)) {
      throw new IllegalStateException("The result is " + value);
    }
    ms = Arrays.copyOf(ms, n);
    Arrays.sort(ms);
    double median = quantile(ms, 0.5);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("peer", library.peer());
    row.put("backend", library.backend());
    row.put("workload", job.part().isEmpty() ? workload : workload + ":" + job.part());
    row.put("batch", batch);
    row.put("device", "cpu");
    row.put("policy", "float32");
    row.put("versions", library.versions() + " java " + System.getProperty("java.version"));
    row.put("cpu_ms_mean", cpuMs);
    row.put("step_ms_median", median);
    row.put("step_ms_p10", quantile(ms, 0.1));
    row.put("step_ms_p90", quantile(ms, 0.9));
    row.put("n", n);
    row.put("samples_per_s", batch * 1e3 / median);
    row.put("compile_s", first - median * job.calls() / 1e3);
    row.put("params", job.params());
    row.put("peak_rss_mb", peakResidentMb());
    row.put("cores", Runtime.getRuntime().availableProcessors());
    row.put("load1", os.getSystemLoadAverage());
    System.out.println(json(row));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  private static double peakResidentMb() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    return -1;
  }

  private static String json(Map<String, Object> row) {
    StringBuilder out = new StringBuilder();
    row.forEach((k, v) -> {
      out.append(out.isEmpty() ? "{" : ",").append('"').append(k).append("\":");
      if (v instanceof Double d) {
        out.append(String.format(Locale.ROOT, "%.4f", d));
      } else if (v instanceof Number) {
        out.append(v);
      } else {
        out.append('"')
            .append(String.valueOf(v).replaceAll("[\"\\\\\\s]+", " "))
            .append('"');
      }
    });
    return out.append('}').toString();
  }
}
