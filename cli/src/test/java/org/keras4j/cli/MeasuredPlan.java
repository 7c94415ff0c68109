package org.keras4j.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.spi.Collectives;
import org.keras4j.distribution.DataParallel;
import org.keras4j.distribution.Distribution;
import org.keras4j.distribution.Launcher;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/**
 * Steps as they are planned, and as processes of this machine measure them over Gloo; the link is measured first. Give the processes a
 * processor each: 1, 2 and 4 of them run.
 *
 * <pre>{@code
 * java -cp ... org.keras4j.cli.MeasuredPlan
 * }</pre>
 */
public final class MeasuredPlan {
  private static final int BATCH = 256;
  private static final int STEPS = 20;
  private static final int LARGE = 16 << 20;

  private MeasuredPlan() {}

  private enum Nets {
    WIDE {
      @Override
      Model made() {
        Model m = new Sequential(
            new Input(512),
            new Dense(1024).activation("relu"),
            new Dense(1024).activation("relu"),
            new Dense(10));
        m.compile("sgd", "mse");
        return m;
      }
    },
    NORMALIZED {
      @Override
      Model made() {
        Model m = new Sequential(
            new Input(256),
            new Dense(256),
            new BatchNormalization(),
            new Dense(256),
            new BatchNormalization(),
            new Dense(10));
        m.compile("sgd", "mse");
        return m;
      }
    };

    abstract Model made();
  }

  /** Without arguments all of it; {@code rank NET} one process of it, {@code link} of the link's. */
  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      compare();
    } else if (args[0].equals("link")) {
      Distribution.initialize();
      link(Distribution.processes());
      Distribution.shutdown();
    } else {
      if (!System.getenv("WORLD_SIZE").equals("1")) {
        Distribution.initialize();
      }
      Distribution.setDistribution(new DataParallel());
      double best = step(Nets.valueOf(args[1]).made());
      if (Distribution.isChief()) {
        System.out.println("best " + best);
      }
      Distribution.shutdown();
    }
  }

  private static double step(Model m) {
    NDArray x =
        NDArray.zeros(DType.FLOAT32, Shape.of(BATCH, m.inputs().get(0).shape().dim(1)));
    NDArray y = NDArray.zeros(DType.FLOAT32, Shape.of(BATCH, 10));
    double best = Double.MAX_VALUE;
    for (int i = 0; i < STEPS; i++) {
      long start = System.nanoTime();
      m.trainOnBatch(x, y);
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best;
  }

  private static void link(Collectives group) {
    double small = sum(group, 16);
    double large = sum(group, LARGE);
    if (group.rank() == 0) {
      System.out.println("small " + small);
      System.out.println("large " + large);
    }
  }

  private static double sum(Collectives group, int bytes) {
    ByteBuffer b = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    double best = Double.MAX_VALUE;
    for (int i = 0; i < STEPS; i++) {
      group.barrier();
      long start = System.nanoTime();
      group.allReduce(b, DType.FLOAT32, Collectives.Fold.SUM).await();
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best;
  }

  private static String launched(int n, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dkeras4j.backend=" + System.getProperty("keras4j.backend", "pytorch"),
        "-cp",
        System.getProperty("java.class.path"),
        MeasuredPlan.class.getName()));
    command.addAll(List.of(args));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(text, true, StandardCharsets.UTF_8);
    int code = new Launcher(n, command).run(to, to);
    String said = text.toString(StandardCharsets.UTF_8);
    if (code != 0) {
      throw new IllegalStateException(said);
    }
    return said;
  }

  private static double number(String text, String name) {
    return text.lines()
        .filter(l -> l.startsWith(name + " "))
        .mapToDouble(l -> Double.parseDouble(l.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static void compare() throws Exception {
    String link = launched(2, "link");
    double latency = number(link, "small") / 2;
    double bytesPerSecond = LARGE / (number(link, "large") - number(link, "small"));
    System.out.printf(
        Locale.ROOT,
        "link of two processes: %.3f GB/s, %.0f microseconds a message%n",
        bytesPerSecond / 1e9,
        latency * 1e6);
    for (Nets net : Nets.values()) {
      StepPlan plan = new StepPlan(net.made(), bytesPerSecond, latency, 1);
      for (int n : new int[] {1, 2, 4}) {
        StepPlan.Step s = plan.of(n, BATCH);
        double measured = number(launched(n, "rank", net.name()), "best");
        System.out.printf(
            Locale.ROOT,
            "%-10s %d: planned %.2f ms (computing %.2f, exchange %.2f in %d), measured %.2f ms%n",
            net,
            n,
            s.seconds() * 1e3,
            s.compute() * 1e3,
            s.exchange() * 1e3,
            s.operations(),
            measured * 1e3);
      }
    }
  }
}
