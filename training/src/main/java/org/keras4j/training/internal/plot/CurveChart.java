package org.keras4j.training.internal.plot;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.training.internal.plot.Canvas.Anchor;
import org.keras4j.training.internal.plot.Canvas.Point;

/** Losses and metrics over epochs: a panel for each name, with the curve of training and that of validation. */
public final class CurveChart {
  private static final int PANEL_WIDTH = 420;
  private static final int PANEL_HEIGHT = 280;
  private static final int COLUMNS = 2;
  private static final int LEFT = 66;
  private static final int RIGHT = 18;
  private static final int TOP = 42;
  private static final int BOTTOM = 44;
  private static final String TRAIN = "#1f77b4";
  private static final String VALIDATION = "#d9541e";
  private static final String INK = "#333333";
  private static final String GRID = "#e4e4e4";
  private static final int SCALE = 2;

  private record Curve(String label, String color, List<Double> values) {}

  private final List<Integer> epochs;
  private final Map<String, List<Curve>> panels = new LinkedHashMap<>();

  /**
   * A chart.
   *
   * @param epochs counted from 0; they are shown from 1 on
   * @param history numbers by name, one an epoch; {@code val_NAME} stands with {@code NAME}, at the last epochs if they
   *     are fewer
   */
  public CurveChart(List<Integer> epochs, Map<String, List<Double>> history) {
    this.epochs = epochs;
    history.forEach((name, values) -> {
      boolean validation = name.startsWith("val_");
      panels
          .computeIfAbsent(validation ? name.substring(4) : name, n -> new ArrayList<>())
          .add(new Curve(
              validation ? "validation" : "training", validation ? VALIDATION : TRAIN, values));
    });
  }

  private int columns() {
    return Math.min(COLUMNS, panels.size());
  }

  private int width() {
    return columns() * PANEL_WIDTH;
  }

  private int height() {
    return (panels.size() + columns() - 1) / columns() * PANEL_HEIGHT;
  }

  /** The chart as SVG. */
  public String svg() {
    SvgCanvas canvas = new SvgCanvas(width(), height());
    draw(canvas);
    return canvas.text();
  }

  /** The chart as an image, two dots a point. */
  public BufferedImage image() {
    ImageCanvas canvas = new ImageCanvas(width(), height(), SCALE);
    draw(canvas);
    return canvas.image();
  }

  private void draw(Canvas canvas) {
    canvas.fill(0, 0, width(), height(), "#ffffff");
    int i = 0;
    for (Map.Entry<String, List<Curve>> e : panels.entrySet()) {
      int x = i % columns() * PANEL_WIDTH;
      int y = i / columns() * PANEL_HEIGHT;
      panel(canvas, x, y, e.getKey(), e.getValue());
      i++;
    }
  }

  private void panel(Canvas canvas, int left, int top, String name, List<Curve> curves) {
    double x0 = left + LEFT;
    double x1 = left + PANEL_WIDTH - RIGHT;
    double y0 = top + TOP;
    double y1 = top + PANEL_HEIGHT - BOTTOM;
    double[] finite = curves.stream()
        .flatMap(c -> c.values.stream())
        .mapToDouble(Double::doubleValue)
        .filter(Double::isFinite)
        .toArray();
    double min = finite.length == 0 ? 0 : java.util.Arrays.stream(finite).min().getAsDouble();
    double max = finite.length == 0 ? 1 : java.util.Arrays.stream(finite).max().getAsDouble();
    double room = (max - min) * 0.05;
    Axis values = Axis.of(min - room, max + room, 5, false);
    Axis steps = Axis.of(epochs.get(0) + 1, epochs.get(epochs.size() - 1) + 1, 7, true);
    canvas.text(new Point(x0, top + 24), Anchor.START, 15, true, INK, name);
    for (double v : values.marks()) {
      double y = y1 - values.place(v) * (y1 - y0);
      canvas.line(List.of(new Point(x0, y), new Point(x1, y)), GRID, 1);
      canvas.text(new Point(x0 - 6, y + 4), Anchor.END, 11, false, INK, Axis.text(v));
    }
    for (double v : steps.marks()) {
      double x = x0 + steps.place(v) * (x1 - x0);
      canvas.line(List.of(new Point(x, y1), new Point(x, y1 + 4)), INK, 1);
      canvas.text(new Point(x, y1 + 17), Anchor.MIDDLE, 11, false, INK, Axis.text(v));
    }
    canvas.line(List.of(new Point(x0, y0), new Point(x0, y1), new Point(x1, y1)), INK, 1);
    canvas.text(new Point((x0 + x1) / 2, y1 + 34), Anchor.MIDDLE, 11, false, INK, "epoch");
    double legend = x1;
    for (int i = curves.size() - 1; i >= 0; i--) {
      Curve c = curves.get(i);
      canvas.text(new Point(legend, top + 24), Anchor.END, 12, false, INK, c.label);
      legend -= c.label.length() * 6.5 + 8;
      canvas.line(
          List.of(new Point(legend - 18, top + 20), new Point(legend, top + 20)), c.color, 3);
      legend -= 32;
    }
    for (Curve c : curves) {
      int shift = epochs.size() - c.values.size();
      List<Point> run = new ArrayList<>();
      for (int i = 0; i <= c.values.size(); i++) {
        if (i < c.values.size() && Double.isFinite(c.values.get(i))) {
          double x = x0 + steps.place(epochs.get(i + shift) + 1) * (x1 - x0);
          run.add(new Point(x, y1 - values.place(c.values.get(i)) * (y1 - y0)));
        } else if (!run.isEmpty()) {
          // a number that is none ends the line
          if (run.size() == 1) {
            canvas.dot(run.get(0), 3, c.color);
          } else {
            canvas.line(run, c.color, 2);
          }
          run = new ArrayList<>();
        }
      }
    }
  }
}
