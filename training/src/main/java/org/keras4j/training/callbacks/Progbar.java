package org.keras4j.training.callbacks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A progress bar with numbers behind it ({@code keras.utils.Progbar}), which looks as Keras's does. */
public final class Progbar {
  private @Nullable Integer target;
  private int width = 20;
  private int verbose = 1;
  private double interval = 0.05;
  private String unitName = "step";
  private @Nullable Set<String> statefulMetrics = Set.of();
  private @Nullable Set<String> statelessMetrics;
  private Consumer<String> out = Console::print;
  private LongSupplier clock = System::nanoTime;

  private int seen;
  private final Map<String, double[]> values = new LinkedHashMap<>();
  private double start;
  private double lastUpdate = Double.NEGATIVE_INFINITY;
  private double afterFirstStep = Double.NaN;
  private int lastWidth;

  /**
   * A bar.
   *
   * @param target the number of steps expected, null if it is not known
   */
  public Progbar(@Nullable Integer target) {
    this.target = target;
    this.start = now();
  }

  /** How many characters the bar has; 20 by default. */
  public Progbar width(int value) {
    this.width = value;
    return this;
  }

  /** 0 silent, 1 a bar (the default), 2 one line in the end. */
  public Progbar verbose(int value) {
    this.verbose = value;
    return this;
  }

  /** How many seconds pass at least between two prints; 0.05 by default. */
  public Progbar interval(double seconds) {
    this.interval = seconds;
    return this;
  }

  /** What a step is called; {@code step} by default. */
  public Progbar unitName(String value) {
    this.unitName = value;
    return this;
  }

  /** Numbers shown as they are; all others are averaged over the steps. */
  public Progbar statefulMetrics(Set<String> names) {
    this.statefulMetrics = Set.copyOf(names);
    this.statelessMetrics = null;
    return this;
  }

  /** Numbers averaged over the steps; all others are shown as they are. */
  public Progbar statelessMetrics(Set<String> names) {
    this.statelessMetrics = Set.copyOf(names);
    this.statefulMetrics = null;
    return this;
  }

  Progbar on(Consumer<String> printer, LongSupplier nanos) {
    this.out = printer;
    this.clock = nanos;
    this.start = now();
    return this;
  }

  void setTarget(int value) {
    this.target = value;
  }

  private double now() {
    return clock.getAsLong() / 1e9;
  }

  /** Shows a step more or less. */
  public void add(int steps, Map<String, Double> numbers) {
    update(seen + steps, numbers);
  }

  /** Shows how far it is, ending the line when the target is reached. */
  public void update(int current, Map<String, Double> numbers) {
    update(current, numbers, target != null && current >= target);
  }

  /**
   * Shows how far it is.
   *
   * @param current the number of steps done
   * @param numbers shown behind, in their order; read only if something is printed or averaged
   * @param finalize whether this is the last time
   */
  public void update(int current, Map<String, Double> numbers, boolean finalize) {
    double now = now();
    boolean shows =
        verbose == 1 ? finalize || now - lastUpdate >= interval : verbose == 2 && finalize;
    for (String k : numbers.keySet()) {
      boolean averaged = statefulMetrics != null
          ? !statefulMetrics.contains(k)
          : statelessMetrics == null || statelessMetrics.contains(k);
      double[] old = values.computeIfAbsent(k, n -> new double[2]);
      if (!averaged || finalize) {
        if (shows) {
          old[0] = numbers.get(k);
          old[1] = 1;
        }
      } else {
        int steps = Math.max(current - seen, 1);
        old[0] += numbers.get(k) * steps;
        old[1] += steps;
      }
    }
    seen = current;
    double perUnit = duration(current, now);
    if (verbose == 1 && shows) {
      bar(current, now, perUnit, finalize);
      lastUpdate = now;
    } else if (verbose == 2) {
      if (shows && target != null && target > 0) {
        line(current, target, now, perUnit);
      }
      lastUpdate = now;
    }
  }

  private void bar(int current, double now, double perUnit, boolean finalize) {
    StringBuilder b = new StringBuilder();
    int invisible = 0;
    int all = target == null ? 0 : target;
    if (all > 0) {
      b.append("\u001b[1m").append(count(current, all)).append("\u001b[0m ");
      invisible += 8;
      int full = (int) (width * ((double) current / all));
      if (full > 0) {
        b.append("\u001b[32m").append("━".repeat(full)).append("\u001b[0m");
        invisible += 9;
      }
      b.append("\u001b[37m").append("━".repeat(Math.max(0, width - full))).append("\u001b[0m");
      invisible += 9;
    } else {
      b.append(String.format("%7d/Unknown", current));
    }
    b.append(" \u001b[1m");
    if (all > 0 && !finalize) {
      b.append(remaining(perUnit * (all - current)));
    } else {
      b.append(PythonNumbers.fixed(now - start, 0)).append('s');
    }
    b.append("\u001b[0m");
    invisible += 8;
    b.append(time(perUnit));
    numbers(b, true);
    int total = b.length() - invisible;
    if (lastWidth > total) {
      b.append(" ".repeat(lastWidth - total));
    }
    if (finalize) {
      b.append('\n');
    }
    String before = Console.DYNAMIC ? "\b".repeat(lastWidth) + "\r" : "\n";
    lastWidth = total;
    out.accept(before + b);
  }

  private void line(int current, int all, double now, double perUnit) {
    StringBuilder b = new StringBuilder(count(current, all));
    b.append(" - ").append(PythonNumbers.fixed(now - start, 0)).append("s -").append(time(perUnit));
    numbers(b, false);
    out.accept(b.append('\n').toString());
  }

  private static String count(int current, int all) {
    int digits = (int) Math.log10(all) + 1;
    return String.format("%" + digits + "d/%d", current, all);
  }

  private void numbers(StringBuilder b, boolean bySize) {
    values.forEach((k, v) -> {
      double mean = v[0] / Math.max(1, v[1]);
      boolean plain = (bySize ? Math.abs(mean) : mean) > 0.001;
      b.append(" - ").append(k).append(": ");
      b.append(plain ? PythonNumbers.fixed(mean, 4) : PythonNumbers.scientific(mean, 4));
    });
  }

  private static String remaining(double seconds) {
    long s = (long) Math.max(0, seconds);
    if (seconds > 3600) {
      return String.format("%d:%02d:%02d", s / 3600, s % 3600 / 60, s % 60);
    } else if (seconds > 60) {
      return String.format("%d:%02d", s / 60, s % 60);
    }
    return s + "s";
  }

  private String time(double perUnit) {
    if (perUnit >= 1 || perUnit == 0) {
      return " " + PythonNumbers.fixed(perUnit, 0) + "s/" + unitName;
    } else if (perUnit >= 1e-3) {
      return " " + PythonNumbers.fixed(perUnit * 1e3, 0) + "ms/" + unitName;
    }
    return " " + PythonNumbers.fixed(perUnit * 1e6, 0) + "us/" + unitName;
  }

  // the first step, which compiles, does not count once there are others
  private double duration(int current, double now) {
    if (current == 0) {
      return 0;
    }
    double d = !Double.isNaN(afterFirstStep) && current > 1
        ? (now - afterFirstStep) / (current - 1)
        : (now - start) / current;
    if (current == 1) {
      afterFirstStep = now;
    }
    return d;
  }
}
