package org.keras4j.benchmarks.chart;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Horizontal bars of ratios on a logarithmic axis, with a line at 1. */
public final class BarChart {
  private static final int WIDTH = 760;
  private static final int LEFT = 260;
  private static final int RIGHT = 60;
  private static final int TOP = 50;
  private static final int BAR = 20;

  private final String title;
  private final Map<String, Double> bars = new LinkedHashMap<>();

  public BarChart(String title) {
    this.title = title;
  }

  /** Adds a bar. */
  public BarChart bar(String name, double ratio) {
    if (!(ratio > 0)) {
      throw new IllegalArgumentException("A bar needs a positive ratio, got " + ratio);
    }
    bars.put(name, ratio);
    return this;
  }

  /** The picture. */
  public String svg() {
    double least = Math.min(0.5, bars.values().stream().min(Double::compare).orElse(0.5));
    double most = Math.max(2, bars.values().stream().max(Double::compare).orElse(2.0));
    double low = Math.floor(Math.log(least) / Math.log(2));
    double high = Math.ceil(Math.log(most) / Math.log(2));
    int bottom = TOP + BAR * bars.size();
    Svg svg = new Svg(WIDTH, bottom + 20);
    svg.text(WIDTH / 2.0, 20, "middle", title);
    for (double p = low; p <= high; p++) {
      double x = x(p, low, high);
      svg.line(x, TOP - 6, x, bottom, p == 0 ? "#000000" : "#dddddd");
      svg.text(
          x, TOP - 10, "middle", p >= 0 ? Long.toString(1L << (int) p) : "1/" + (1L << (int) -p));
    }
    double one = x(0, low, high);
    double y = TOP;
    for (Map.Entry<String, Double> b : bars.entrySet()) {
      double end = x(Math.log(b.getValue()) / Math.log(2), low, high);
      String color = b.getValue() >= 1 ? Svg.COLORS[0] : Svg.COLORS[1];
      svg.text(LEFT - 8, y + 14, "end", b.getKey());
      svg.bar(Math.min(one, end), y + 3, Math.abs(end - one), BAR - 6, color);
      svg.text(
          Math.max(one, end) + 4,
          y + 14,
          "start",
          String.format(Locale.ROOT, b.getValue() < 10 ? "%.2f" : "%.0f", b.getValue()));
      y += BAR;
    }
    return svg.end();
  }

  private static double x(double power, double low, double high) {
    return LEFT + (power - low) / (high - low) * (WIDTH - LEFT - RIGHT);
  }
}
