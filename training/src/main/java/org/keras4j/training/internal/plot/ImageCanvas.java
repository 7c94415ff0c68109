package org.keras4j.training.internal.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** A drawing as an image, made without a display, with so many dots for a point. */
final class ImageCanvas implements Canvas {
  private final BufferedImage image;
  private final Graphics2D graphics;

  ImageCanvas(int width, int height, int scale) {
    image = new BufferedImage(width * scale, height * scale, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.scale(scale, scale);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
  }

  @Override
  public void fill(double x, double y, double width, double height, String color) {
    graphics.setColor(Color.decode(color));
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
  }

  @Override
  public void line(List<Point> points, String color, double width) {
    Path2D path = new Path2D.Double();
    path.moveTo(points.get(0).x(), points.get(0).y());
    points.stream().skip(1).forEach(p -> path.lineTo(p.x(), p.y()));
    graphics.setColor(Color.decode(color));
    graphics.setStroke(
        new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
    graphics.draw(path);
  }

  @Override
  public void dot(Point center, double radius, String color) {
    graphics.setColor(Color.decode(color));
    graphics.fill(
        new Ellipse2D.Double(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius));
  }

  @Override
  public void text(Point at, Anchor anchor, int size, boolean bold, String color, String text) {
    graphics.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size));
    double width = graphics.getFontMetrics().stringWidth(text);
    double shift = switch (anchor) {
      case START -> 0;
      case MIDDLE -> width / 2;
      case END -> width;
    };
    graphics.setColor(Color.decode(color));
    graphics.drawString(text, (float) (at.x() - shift), (float) at.y());
  }

  BufferedImage image() {
    graphics.dispose();
    return image;
  }
}
