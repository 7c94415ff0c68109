package org.keras4j.training.visualization;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.layers.image.BoundingBoxes;

/**
 * Draws bounding boxes over images ({@code keras.visualization.draw_bounding_boxes}): the lines pixel for pixel as Keras
 * has OpenCV draw them, labels in the JDK's font.
 *
 * <pre>{@code
 * NDArray drawn = new BoxDrawing("xyxy").color(255, 0, 0).classMapping(Map.of(0, "cat"))
 *     .draw(images, boxes, labels, null); // uint8
 * }</pre>
 */
public final class BoxDrawing {
  /** The size of a font whose capital letters are 22 pixels high, as OpenCV's are at scale 1. */
  private static final double FONT_SIZE = 30;

  private final String format;
  private int[] color = {128, 128, 128};
  private int lineThickness = 2;
  private int textThickness = 1;
  private double fontScale = 1;
  private Map<Integer, String> classMapping = Map.of();
  private String dataFormat = Pictures.defaultFormat();

  /**
   * Of boxes in a format.
   *
   * @param format one of {@link BoundingBoxes}: {@code "xyxy"}, {@code "rel_xywh"}
   */
  public BoxDrawing(String format) {
    this.format = format;
  }

  /**
   * The color of lines and labels.
   *
   * @param red from 0 to 255, 128 by default, as the others
   * @param green from 0 to 255
   * @param blue from 0 to 255
   * @return this
   */
  public BoxDrawing color(int red, int green, int blue) {
    this.color = new int[] {red, green, blue};
    return this;
  }

  /**
   * How thick lines are.
   *
   * @param value in pixels, 2 by default
   * @return this
   * @throws IllegalArgumentException unless it is positive
   */
  public BoxDrawing lineThickness(int value) {
    this.lineThickness = positive("lineThickness", value);
    return this;
  }

  /**
   * How thick letters are: from 2 on, bold.
   *
   * @param value in pixels, 1 by default
   * @return this
   * @throws IllegalArgumentException unless it is positive
   */
  public BoxDrawing textThickness(int value) {
    this.textThickness = positive("textThickness", value);
    return this;
  }

  private static int positive(String setting, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(
          "BoxDrawing: " + setting + " expects a positive number, got " + value);
    }
    return value;
  }

  /**
   * How large letters are.
   *
   * @param value 1 by default, for capital letters of 22 pixels
   * @return this
   */
  public BoxDrawing fontScale(double value) {
    this.fontScale = value;
    return this;
  }

  /**
   * The names of classes, which are written at their boxes.
   *
   * @param value by class; none by default
   * @return this
   */
  public BoxDrawing classMapping(Map<Integer, String> value) {
    this.classMapping = new LinkedHashMap<>(value);
    return this;
  }

  /**
   * Where the channels of images are.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; Keras's setting by default
   * @return this
   */
  public BoxDrawing dataFormat(String value) {
    Pictures.isFirst("BoxDrawing", value);
    this.dataFormat = value;
    return this;
  }

  /**
   * Draws.
   *
   * @param images {@code (batch, height, width, channels)} with one, three or four channels; floats of at most 1 are taken
   *     as from 0 to 1, others as from 0 to 255
   * @param boxes {@code (batch, boxes, 4)}
   * @param labels the classes, {@code (batch, boxes)}; -1 for no box
   * @param confidences {@code (batch, boxes)}, written behind the names; null for none
   * @return the images as uint8, in the shape that they have
   * @throws IllegalArgumentException if shapes do not fit
   */
  public NDArray draw(Object images, Object boxes, Object labels, @Nullable Object confidences) {
    Pictures p = Pictures.of("BoxDrawing", images, dataFormat);
    if (p.channels() != 1 && p.channels() != 3 && p.channels() != 4) {
      throw new IllegalArgumentException(
          "BoxDrawing: expected images of one, three or four channels, got " + p.channels());
    }
    if (Pictures.array(images).dtype().isFloat()) {
      toBytes(p.values());
    }
    Tensor converted = (Tensor) BoundingBoxes.convertFormat(
        Pictures.array(boxes), format, "xyxy", p.height(), p.width(), DType.FLOAT32);
    NDArray b = converted.toNDArray();
    long[] classes = Pictures.array(labels).toLongArray();
    if (b.rank() != 3 || b.shape().dim(0) != p.count() || classes.length * 4L != b.size()) {
      throw new IllegalArgumentException("BoxDrawing: expected boxes (" + p.count()
          + ", boxes, 4) and a label for each, got boxes " + b.shape() + " and " + classes.length
          + " labels");
    }
    double[] sure = confidences == null ? null : Pictures.array(confidences).toDoubleArray();
    int each = b.shape().intDim(1);
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] == -1) {
        continue;
      }
      int[] box = new int[4];
      for (int k = 0; k < 4; k++) {
        box[k] = (int) b.getDouble(4 * i + k);
      }
      rectangle(p, i / each, box);
      String name = classMapping.get((int) classes[i]);
      if (name != null) {
        String text = sure == null ? name : String.format(Locale.ROOT, "%s | %.2f", name, sure[i]);
        label(p, i / each, box[0], box[1], text);
      }
    }
    return dataFormat.equals("channels_first") ? p.toArrayOfChannels() : p.toArray(DType.UINT8);
  }

  private static void toBytes(float[] v) {
    float max = Float.NEGATIVE_INFINITY;
    for (float x : v) {
      max = Math.max(max, x);
    }
    float scale = max <= 1 ? 255 : 1;
    for (int i = 0; i < v.length; i++) {
      v[i] = (int) (Math.max(0, Math.min(max <= 1 ? 1 : 255, v[i])) * scale);
    }
  }

  // a line of more than one pixel is a disc moved along it
  private void rectangle(Pictures p, int image, int[] box) {
    int r = lineThickness == 1 ? 0 : (lineThickness + 1) / 2;
    int left = Math.min(box[0], box[2]);
    int right = Math.max(box[0], box[2]);
    int top = Math.min(box[1], box[3]);
    int bottom = Math.max(box[1], box[3]);
    for (int d = -r; d <= r; d++) {
      int reach = (int) Math.sqrt(r * r - d * d);
      span(p, image, top + d, left - reach, right + reach);
      span(p, image, bottom + d, left - reach, right + reach);
    }
    for (int y = Math.max(top, 0); y <= Math.min(bottom, p.height() - 1); y++) {
      span(p, image, y, left - r, left + r);
      span(p, image, y, right - r, right + r);
    }
  }

  private void span(Pictures p, int image, int y, int from, int to) {
    if (y >= 0 && y < p.height()) {
      for (int x = Math.max(from, 0); x <= Math.min(to, p.width() - 1); x++) {
        pixel(p, image, y, x);
      }
    }
  }

  private void pixel(Pictures p, int image, int y, int x) {
    for (int c = 0; c < p.channels(); c++) {
      p.values()[p.at(image, y, x) + c] = c < 3 ? color[c] : 0;
    }
  }

  private void label(Pictures p, int image, int x, int y, String text) {
    int height = (int) (fontScale * 12);
    boolean above = y - 8 - 2 * height > 0;
    int left = above ? x : x + 3;
    int base = above ? y - 8 : y + 2 * height + textThickness + 3;
    BufferedImage drawn = new BufferedImage(p.width(), p.height(), BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D g = drawn.createGraphics();
    int style = textThickness > 1 ? Font.BOLD : Font.PLAIN;
    g.setFont(new Font(Font.SANS_SERIF, style, 1).deriveFont((float) (FONT_SIZE * fontScale)));
    g.drawString(text, left, base);
    g.dispose();
    for (int row = 0; row < p.height(); row++) {
      for (int column = 0; column < p.width(); column++) {
        if (drawn.getRaster().getSample(column, row, 0) > 127) {
          pixel(p, image, row, column);
        }
      }
    }
  }
}
