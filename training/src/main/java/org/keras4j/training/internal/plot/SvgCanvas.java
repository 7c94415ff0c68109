package org.keras4j.training.internal.plot;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A drawing as SVG text. */
final class SvgCanvas implements Canvas {
  private final StringBuilder out = new StringBuilder();

  SvgCanvas(int width, int height) {
    out.append(String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " font-family=\"Helvetica, Arial, sans-serif\">%n",
        width,
        height,
        width,
        height));
  }

  @Override
  public void fill(double x, double y, double width, double height, String color) {
    add(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>",
        n(x), n(y), n(width), n(height), color);
  }

  @Override
  public void line(List<Point> points, String color, double width) {
    String at =
        points.stream().map(p -> n(p.x()) + "," + n(p.y())).collect(Collectors.joining(" "));
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\""
            + " stroke-linejoin=\"round\"/>",
        at, color, n(width));
  }

  @Override
  public void dot(Point center, double radius, String color) {
    add(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"/>",
        n(center.x()), n(center.y()), n(radius), color);
  }

  @Override
  public void text(Point at, Anchor anchor, int size, boolean bold, String color, String text) {
    add(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" font-size=\"%d\"%s fill=\"%s\">%s</text>",
        n(at.x()),
        n(at.y()),
        anchor.name().toLowerCase(Locale.ROOT),
        size,
        bold ? " font-weight=\"bold\"" : "",
        color,
        text.replace("&", "&amp;").replace("<", "&lt;"));
  }

  String text() {
    return out + "</svg>\n";
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String n(double v) {
    String s = String.format(Locale.ROOT, "%.1f", v);
    return s.endsWith(".0") ? s.substring(0, s.length() - 2) : s;
  }
}
