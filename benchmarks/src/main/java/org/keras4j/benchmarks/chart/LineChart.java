package org.keras4j.benchmarks.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Lines over one axis, from zero up. */
public final class LineChart {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 300;
  private static final int LEFT = 70;
  private static final int TOP = 40;
  private static final int BOTTOM = 40;
  private static final int RIGHT = 20;

  private record Line(String name, double[] x, double[] y) {}

  private final String title;
  private final String xName;
  private final String yName;
  private final List<Line> lines = new ArrayList<>();

  public LineChart(String title, String xName, String yName) {
    this.title = title;
    this.xName = xName;
    this.yName = yName;
  }

  /** Adds a line. */
  public LineChart line(String name, double[] x, double[] y) {
    lines.add(new Line(name, x, y));
    return this;
  }

  /** The picture. */
  public String svg() {
    double maxX = max(lines.stream().map(Line::x).toList());
    double maxY = max(lines.stream().map(Line::y).toList());
    Svg svg = new Svg(WIDTH, HEIGHT);
    svg.text(WIDTH / 2.0, 20, "middle", title);
    double bottom = HEIGHT - BOTTOM;
    double step = step(maxY);
    for (double v = 0; v <= maxY * 1.001; v += step) {
      double y = y(v, maxY);
      svg.line(LEFT, y, WIDTH - RIGHT, y, "#dddddd");
      svg.text(LEFT - 6, y + 4, "end", number(v));
    }
    double stepX = step(maxX);
    for (double v = 0; v <= maxX * 1.001; v += stepX) {
      svg.text(x(v, maxX), bottom + 16, "middle", number(v));
    }
    svg.text(LEFT - 6, TOP - 10, "end", yName);
    svg.text(WIDTH - RIGHT, HEIGHT - 6, "end", xName);
    for (int i = 0; i < lines.size(); i++) {
      Line l = lines.get(i);
      StringBuilder points = new StringBuilder();
      for (int k = 0; k < l.x.length; k++) {
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(l.x[k], maxX), y(l.y[k], maxY)));
      }
      String color = Svg.COLORS[i % Svg.COLORS.length];
      svg.path(points.toString().strip(), color);
      svg.bar(LEFT + 10 + 150.0 * i, TOP - 16, 10, 10, color);
      svg.text(LEFT + 24 + 150.0 * i, TOP - 7, "start", l.name);
    }
    return svg.end();
  }

  private static double x(double v, double max) {
    return LEFT + v / max * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double v, double max) {
    return HEIGHT - BOTTOM - v / max * (HEIGHT - BOTTOM - TOP);
  }

  private static double max(List<double[]> values) {
    double m = values.stream()
        .flatMapToDouble(Arrays::stream)
        .filter(Double::isFinite)
        .max()
        .orElse(1);
    return m > 0 ? m : 1;
  }

  /** A round distance of ticks, of which four to eight fit. */
  private static double step(double max) {
    double power = Math.pow(10, Math.floor(Math.log10(max)));
    double share = max / power;
    return share >= 5 ? power : share >= 2 ? power / 2 : power / 5;
  }

  private static String number(double v) {
    return v == Math.rint(v)
        ? String.format(Locale.ROOT, "%,.0f", v)
        : String.format(Locale.ROOT, "%.3g", v);
  }
}
