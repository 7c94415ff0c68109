package org.keras4j.models;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.keras4j.models.PlotGraph.Arrow;
import org.keras4j.models.PlotGraph.Box;
import org.keras4j.models.PlotGraph.Cell;
import org.keras4j.models.PlotGraph.Frame;
import org.keras4j.models.PlotGraph.Part;
import org.keras4j.models.PlotLayout.Point;
import org.keras4j.models.PlotLayout.Size;

/**
 * A plot as SVG. Everything is placed as if it went from top to bottom, the parts of a frame within it, and turned as it
 * is drawn.
 */
final class PlotSvg {
  private static final double GAP_ACROSS = 30;
  private static final double GAP_ALONG = 40;
  private static final double PAD = 14;
  private static final double FRAME = 30;
  private static final int TITLE = 16;
  private static final int TEXT = 14;
  private static final double TITLE_HEIGHT = 38;
  private static final double ROW_HEIGHT = 34;

  /** What a rectangle takes up, in the direction in which all is placed. */
  private record Area(double x, double y, double width, double height) {
    double middle() {
      return x + width / 2;
    }

    double end() {
      return y + height;
    }
  }

  /** A frame's parts in place, and which of them holds a box. */
  private record Level(PlotLayout.Placed placed, Map<Integer, Integer> holders) {
    int holder(int box) {
      return Objects.requireNonNull(holders.get(box));
    }
  }

  private final boolean across;
  private final boolean backwards;
  private final String splines;
  private final PlotGraph graph;
  private final Map<Integer, Level> levels = new HashMap<>();
  private final Map<Integer, Area> areas = new LinkedHashMap<>();
  private final StringBuilder out = new StringBuilder();
  private double length;

  private PlotSvg(PlotGraph graph, String rankdir, String splines) {
    this.graph = graph;
    this.across = rankdir.equals("LR") || rankdir.equals("RL");
    this.backwards = rankdir.equals("BT") || rankdir.equals("RL");
    this.splines = splines;
  }

  static String write(PlotGraph graph, String rankdir, String splines) {
    return new PlotSvg(graph, rankdir, splines).write();
  }

  private String write() {
    Size inner = size(graph.root());
    length = inner.height();
    place(graph.root(), new Area(0, 0, inner.width(), inner.height()));
    double width = across ? inner.height() : inner.width();
    double height = across ? inner.width() : inner.height();
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\""
            + " viewBox=\"0 0 %s %s\" font-family=\"Helvetica, Arial, sans-serif\">",
        n(width), n(height), n(width), n(height));
    line("<defs><marker id=\"head\" markerWidth=\"9\" markerHeight=\"8\" refX=\"8\" refY=\"4\""
        + " orient=\"auto\" markerUnits=\"userSpaceOnUse\"><path d=\"M0,0 L9,4 L0,8"
        + " z\"/></marker></defs>");
    line("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
    draw(graph.root());
    for (Arrow a : graph.arrows()) {
      arrow(a);
    }
    line("</svg>");
    return out.toString();
  }

  // ---- placing

  private Size size(Part part) {
    if (part instanceof Box b) {
      Size s = sizeOf(b);
      return across ? new Size(s.height(), s.width()) : s;
    }
    Frame f = (Frame) part;
    Map<Integer, Size> sizes = new LinkedHashMap<>();
    Map<Integer, Integer> holders = new HashMap<>();
    for (Part p : f.parts()) {
      sizes.put(p.id(), size(p));
      hold(p, p.id(), holders);
    }
    Set<Arrow> here = new LinkedHashSet<>();
    for (Arrow a : graph.arrows()) {
      Integer from = holders.get(a.from());
      Integer to = holders.get(a.to());
      if (from != null && to != null && !from.equals(to)) {
        here.add(new Arrow(from, to));
      }
    }
    PlotLayout.Placed placed = PlotLayout.place(sizes, here, GAP_ACROSS, GAP_ALONG);
    levels.put(f.id(), new Level(placed, holders));
    double border = border(f);
    return new Size(placed.size().width() + 2 * border, placed.size().height() + 2 * border);
  }

  private static double border(Frame f) {
    return f.id() == 0 ? PAD : FRAME;
  }

  private static void hold(Part part, int holder, Map<Integer, Integer> holders) {
    if (part instanceof Frame f) {
      f.parts().forEach(p -> hold(p, holder, holders));
    } else {
      holders.put(part.id(), holder);
    }
  }

  private void place(Part part, Area area) {
    areas.put(part.id(), area);
    if (part instanceof Frame f) {
      Level level = level(f.id());
      for (Part p : f.parts()) {
        Point m = Objects.requireNonNull(level.placed.middles().get(p.id()));
        Size s = placedSize(p);
        place(
            p,
            new Area(
                area.x + border(f) + m.x() - s.width() / 2,
                area.y + border(f) + m.y() - s.height() / 2,
                s.width(),
                s.height()));
      }
    }
  }

  private Size placedSize(Part p) {
    if (p instanceof Frame f) {
      Size s = level(f.id()).placed.size();
      return new Size(s.width() + 2 * FRAME, s.height() + 2 * FRAME);
    }
    Size s = sizeOf((Box) p);
    return across ? new Size(s.height(), s.width()) : s;
  }

  private static Size sizeOf(Box b) {
    double width = textWidth(title(b), TITLE, true) + 24;
    double height = TITLE_HEIGHT;
    if (b.activation() != null) {
      width = Math.max(width, textWidth("Activation: " + b.activation(), TEXT, true) + 20);
      height += ROW_HEIGHT;
    }
    if (!b.cells().isEmpty()) {
      width = Math.max(width, b.cells().stream().mapToDouble(PlotSvg::cellWidth).sum());
      height += ROW_HEIGHT;
    }
    return new Size(Math.max(80, width), height);
  }

  private static double cellWidth(Cell c) {
    return textWidth(c.what() + c.value(), TEXT, true) + 20;
  }

  private static String title(Box b) {
    return b.name() == null ? b.type() : b.name() + " (" + b.type() + ")";
  }

  /** About what a text takes in Helvetica. */
  private static double textWidth(String text, int size, boolean bold) {
    double ems = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("iljtfrI.,:;'|()[]/ ".indexOf(c) >= 0) {
        ems += 0.32;
      } else if ("mwMW@%".indexOf(c) >= 0) {
        ems += 0.88;
      } else if (Character.isUpperCase(c)) {
        ems += 0.7;
      } else {
        ems += 0.56;
      }
    }
    return ems * size * (bold ? 1.12 : 1.04);
  }

  // ---- drawing

  private Area turned(Area a) {
    double y = backwards ? length - a.y - a.height : a.y;
    return across ? new Area(y, a.x, a.height, a.width) : new Area(a.x, y, a.width, a.height);
  }

  private Point turned(Point p) {
    double y = backwards ? length - p.y() : p.y();
    return across ? new Point(y, p.x()) : new Point(p.x(), y);
  }

  private void draw(Part part) {
    Area a = turned(area(part.id()));
    if (part instanceof Frame f) {
      if (f.id() != 0) {
        rect(a, "none", "stroke=\"black\" stroke-dasharray=\"6 4\"");
        text(a.x + 8, a.y + 18, "start", "black", TEXT, PlotDot.escaped(f.name()));
      }
      f.parts().forEach(this::draw);
    } else if (part instanceof Box b) {
      box(b, a);
    }
  }

  private void box(Box b, Area a) {
    line("<g class=\"layer\">");
    rect(a, "black", "");
    String name = b.name() == null
        ? "<tspan font-weight=\"bold\">" + PlotDot.escaped(b.type()) + "</tspan>"
        : "<tspan font-weight=\"bold\">" + PlotDot.escaped(b.name()) + "</tspan> ("
            + PlotDot.escaped(b.type()) + ")";
    text(a.middle(), a.y + 25, "middle", "white", TITLE, name);
    double y = a.y + TITLE_HEIGHT;
    if (b.activation() != null) {
      cell(new Area(a.x, y, a.width, ROW_HEIGHT), new Cell("Activation: ", b.activation(), null));
      y += ROW_HEIGHT;
    }
    double all = b.cells().stream().mapToDouble(PlotSvg::cellWidth).sum();
    double x = a.x;
    for (Cell c : b.cells()) {
      double width = cellWidth(c) * a.width / all;
      cell(new Area(x, y, width, ROW_HEIGHT), c);
      x += width;
    }
    line("</g>");
  }

  private void cell(Area a, Cell c) {
    rect(a, c.color() == null ? "white" : c.color(), "stroke=\"black\"");
    text(
        a.middle(),
        a.y + 22,
        "middle",
        c.color() == null ? "black" : "white",
        TEXT,
        c.what() + "<tspan font-weight=\"bold\">" + PlotDot.escaped(c.value()) + "</tspan>");
  }

  private void rect(Area a, String fill, String more) {
    line(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\" %s/>",
        n(a.x), n(a.y), n(a.width), n(a.height), fill, more);
  }

  private void text(double x, double y, String anchor, String color, int size, String markup) {
    line(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">%s</text>",
        n(x), n(y), anchor, color, size, markup);
  }

  private Level level(int id) {
    return Objects.requireNonNull(levels.get(id));
  }

  private Area area(int id) {
    return Objects.requireNonNull(areas.get(id));
  }

  private void arrow(Arrow a) {
    Level level = level(0);
    double left = PAD;
    double top = PAD;
    while (level.holder(a.from()) == level.holder(a.to())
        && levels.containsKey(level.holder(a.from()))) {
      int inside = level.holder(a.from());
      Area inner = area(inside);
      level = level(inside);
      left = inner.x + FRAME;
      top = inner.y + FRAME;
    }
    Area from = area(a.from());
    Area to = area(a.to());
    Arrow here = new Arrow(level.holder(a.from()), level.holder(a.to()));
    List<Point> hops = new ArrayList<>(List.of(new Point(from.middle(), from.end())));
    for (Point p : level.placed.bends().getOrDefault(here, List.of())) {
      hops.add(new Point(left + p.x(), top + p.y()));
    }
    hops.add(new Point(to.middle(), to.y));
    int rank = level.placed.ranks().getOrDefault(here.from(), 0);
    StringBuilder path = new StringBuilder("M" + at(hops.get(0)));
    for (int i = 1; i < hops.size(); i++) {
      Point p = hops.get(i - 1);
      Point q = hops.get(i);
      double gap = top + level.placed.gaps().get(rank + i - 1);
      switch (splines) {
        case "line", "polyline" -> path.append(" L").append(at(q));
        case "curved", "spline" -> {
          double half = (p.y() + q.y()) / 2;
          path.append(" C").append(at(new Point(p.x(), half)));
          path.append(" ").append(at(new Point(q.x(), half))).append(" ").append(at(q));
        }
        default -> {
          if (Math.abs(p.x() - q.x()) > 0.5) {
            path.append(" L").append(at(new Point(p.x(), gap)));
            path.append(" L").append(at(new Point(q.x(), gap)));
          }
          path.append(" L").append(at(q));
        }
      }
    }
    line(
        "<path class=\"arrow\" d=\"%s\" fill=\"none\" stroke=\"black\" stroke-width=\"2\""
            + " marker-end=\"url(#head)\"/>",
        path);
  }

  private String at(Point p) {
    Point t = turned(p);
    return n(t.x()) + "," + n(t.y());
  }

  private static String n(double v) {
    String s = String.format(Locale.ROOT, "%.1f", v);
    return s.endsWith(".0") ? s.substring(0, s.length() - 2) : s;
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
