package org.keras4j.training.internal.plot;

import java.util.List;

/** What charts are drawn on; x goes right and y down, colors are as in CSS ({@code #rrggbb}). */
interface Canvas {
  /** Where a text stands from its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  record Point(double x, double y) {}

  void fill(double x, double y, double width, double height, String color);

  void line(List<Point> points, String color, double width);

  void dot(Point center, double radius, String color);

  void text(Point at, Anchor anchor, int size, boolean bold, String color, String text);
}
