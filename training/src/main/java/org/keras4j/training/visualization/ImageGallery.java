package org.keras4j.training.visualization;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.internal.io.AtomicFile;

/**
 * Many images in one, in rows and columns, with their classes, boxes or masks ({@code
 * keras.visualization.plot_image_gallery}, {@code plot_bounding_box_gallery}, {@code plot_segmentation_mask_gallery}).
 * Needs no display.
 *
 * <pre>{@code
 * BufferedImage gallery = new ImageGallery().labelMap(names).plot(images, labels, null);
 * new ImageGallery().valueRange(0, 1).write(Path.of("images.png"), images);
 * }</pre>
 */
public final class ImageGallery {
  private static final int TITLE = 8; // points of 1/72 inch, as Keras's titles
  private static final Color[] LEGEND = {new Color(0, 188, 212), new Color(255, 235, 59)};

  private @Nullable Integer rows;
  private @Nullable Integer cols;
  private double low;
  private double high = 255;
  private double scale = 2;
  private int dpi = 60;
  private boolean transparent = true;
  private boolean legend;
  private Map<Integer, String> labelMap = Map.of();
  private @Nullable Map<Integer, String> groundTruthMapping;
  private @Nullable Map<Integer, String> predictionMapping;
  private Color trueColor = LEGEND[0];
  private Color predColor = LEGEND[1];
  private BoxStyle boxStyle = new BoxStyle(2, 1, null);

  // how lines and names of boxes are drawn
  private record BoxStyle(
      int lineThickness, double fontScale, @Nullable Integer textThickness) {}

  private String dataFormat = Pictures.defaultFormat();

  /** With Keras's settings. */
  public ImageGallery() {}

  /**
   * How many rows there are.
   *
   * @param value as many as make a square by default
   * @return this
   */
  public ImageGallery rows(int value) {
    this.rows = value;
    return this;
  }

  /**
   * How many columns there are; images that find no place are left out.
   *
   * @param value as many as all images need by default
   * @return this
   */
  public ImageGallery cols(int value) {
    this.cols = value;
    return this;
  }

  /**
   * Which numbers are black and white.
   *
   * @param least 0 by default
   * @param most 255 by default
   * @return this
   * @throws IllegalArgumentException unless the first is less
   */
  public ImageGallery valueRange(double least, double most) {
    if (!(least < most)) {
      throw new IllegalArgumentException(
          "ImageGallery: valueRange expects two rising numbers, got " + least + ", " + most);
    }
    this.low = least;
    this.high = most;
    return this;
  }

  /**
   * How large an image is shown.
   *
   * @param inches of each image, 2 by default
   * @param dotsPerInch 60 by default
   * @return this
   * @throws IllegalArgumentException unless both are positive
   */
  public ImageGallery scale(double inches, int dotsPerInch) {
    if (!(inches > 0) || dotsPerInch <= 0) {
      throw new IllegalArgumentException(
          "ImageGallery: scale expects positive numbers, got " + inches + ", " + dotsPerInch);
    }
    this.scale = inches;
    this.dpi = dotsPerInch;
    return this;
  }

  /**
   * Whether what no image covers is transparent, and not white.
   *
   * @param value true by default
   * @return this
   */
  public ImageGallery transparent(boolean value) {
    this.transparent = value;
    return this;
  }

  /**
   * Whether a line below tells which boxes are true and which predicted.
   *
   * @param value false by default
   * @return this
   */
  public ImageGallery legend(boolean value) {
    this.legend = value;
    return this;
  }

  /**
   * The names of classes.
   *
   * @param value by class; needed to show classes
   * @return this
   */
  public ImageGallery labelMap(Map<Integer, String> value) {
    this.labelMap = new LinkedHashMap<>(value);
    return this;
  }

  /**
   * The names of the classes of true boxes.
   *
   * @param value by class; {@link #labelMap} by default
   * @return this
   */
  public ImageGallery groundTruthMapping(Map<Integer, String> value) {
    this.groundTruthMapping = new LinkedHashMap<>(value);
    return this;
  }

  /**
   * The names of the classes of predicted boxes.
   *
   * @param value by class; {@link #labelMap} by default
   * @return this
   */
  public ImageGallery predictionMapping(Map<Integer, String> value) {
    this.predictionMapping = new LinkedHashMap<>(value);
    return this;
  }

  /**
   * The color of true boxes.
   *
   * @param red from 0 to 255, 0 by default
   * @param green from 0 to 255, 188 by default
   * @param blue from 0 to 255, 212 by default
   * @return this
   */
  public ImageGallery trueColor(int red, int green, int blue) {
    this.trueColor = new Color(red, green, blue);
    return this;
  }

  /**
   * The color of predicted boxes.
   *
   * @param red from 0 to 255, 255 by default
   * @param green from 0 to 255, 235 by default
   * @param blue from 0 to 255, 59 by default
   * @return this
   */
  public ImageGallery predColor(int red, int green, int blue) {
    this.predColor = new Color(red, green, blue);
    return this;
  }

  /**
   * How thick the lines of boxes are.
   *
   * @param value in pixels, 2 by default
   * @return this
   * @throws IllegalArgumentException unless it is positive
   */
  public ImageGallery lineThickness(int value) {
    new BoxDrawing("xyxy").lineThickness(value); // checks it
    this.boxStyle = new BoxStyle(value, boxStyle.fontScale, boxStyle.textThickness);
    return this;
  }

  /**
   * How large names at boxes are.
   *
   * @param value 1 by default, for capital letters of 22 pixels
   * @return this
   */
  public ImageGallery fontScale(double value) {
    this.boxStyle = new BoxStyle(boxStyle.lineThickness, value, boxStyle.textThickness);
    return this;
  }

  /**
   * How thick the letters of names at boxes are: from 2 on, bold.
   *
   * @param value in pixels; that of lines by default
   * @return this
   * @throws IllegalArgumentException unless it is positive
   */
  public ImageGallery textThickness(int value) {
    new BoxDrawing("xyxy").textThickness(value); // checks it
    this.boxStyle = new BoxStyle(boxStyle.lineThickness, boxStyle.fontScale, value);
    return this;
  }

  /**
   * Where the channels of images are.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; Keras's setting by default
   * @return this
   */
  public ImageGallery dataFormat(String value) {
    Pictures.isFirst("ImageGallery", value);
    this.dataFormat = value;
    return this;
  }

  /** {@link #plot(Object, Object, Object)} without classes. */
  public BufferedImage plot(Object images) {
    return plot(images, null, null);
  }

  /**
   * Puts images into one.
   *
   * @param images {@code (batch, height, width, channels)} with one, three or four channels
   * @param trueLabels a class for each, written above it; null for none
   * @param predictedLabels likewise
   * @return the one image
   * @throws IllegalArgumentException if there are classes and no {@link #labelMap}, or shapes do not fit
   */
  public BufferedImage plot(
      Object images, @Nullable Object trueLabels, @Nullable Object predictedLabels) {
    boolean titled = trueLabels != null || predictedLabels != null;
    if (titled && labelMap.isEmpty()) {
      throw new IllegalArgumentException(
          "ImageGallery: to show classes, give their names by labelMap");
    }
    Pictures p = Pictures.of("ImageGallery", images, dataFormat);
    long[] known = trueLabels == null ? null : Pictures.array(trueLabels).toLongArray();
    long[] guessed =
        predictedLabels == null ? null : Pictures.array(predictedLabels).toLongArray();
    List<String> titles = new ArrayList<>();
    for (int i = 0; titled && i < p.count(); i++) {
      List<String> parts = new ArrayList<>();
      if (known != null && i < known.length) {
        parts.add("Label: " + labelMap.getOrDefault((int) known[i], "Unknown"));
      }
      if (guessed != null && i < guessed.length) {
        parts.add("Pred: " + labelMap.getOrDefault((int) guessed[i], "Unknown"));
      }
      titles.add(String.join("  ", parts));
    }
    return laid(p, titles);
  }

  /**
   * Puts images with boxes into one: true ones in blue and predicted ones in yellow unless told
   * otherwise, with names of {@link #labelMap}.
   *
   * @param images as {@link #plot(Object)}
   * @param format that of boxes, {@code "xyxy"}
   * @param trueBoxes maps of {@code boxes} {@code (batch, boxes, 4)}, {@code labels} {@code (batch, boxes)} and perhaps
   *     {@code confidences}; null for none
   * @param predictedBoxes likewise
   * @return the one image
   */
  public BufferedImage plotBoundingBoxes(
      Object images,
      String format,
      @Nullable Map<String, ?> trueBoxes,
      @Nullable Map<String, ?> predictedBoxes) {
    Object drawn = Pictures.of("ImageGallery", images, dataFormat).toArray(DType.FLOAT32);
    int i = 0;
    for (Map<String, ?> boxes : java.util.Arrays.asList(trueBoxes, predictedBoxes)) {
      boolean known = i++ == 0;
      Color c = known ? trueColor : predColor;
      Map<Integer, String> names = known ? groundTruthMapping : predictionMapping;
      if (boxes == null) {
        continue;
      }
      if (boxes.get("boxes") == null || boxes.get("labels") == null) {
        throw new IllegalArgumentException(
            "ImageGallery: expected a map with 'boxes' and 'labels', got " + boxes.keySet());
      }
      BoxDrawing drawing = new BoxDrawing(format)
          .dataFormat("channels_last")
          .color(c.getRed(), c.getGreen(), c.getBlue())
          .lineThickness(boxStyle.lineThickness)
          .textThickness(
              boxStyle.textThickness == null ? boxStyle.lineThickness : boxStyle.textThickness)
          .fontScale(boxStyle.fontScale)
          .classMapping(names == null ? labelMap : names);
      drawn =
          drawing.draw(drawn, boxes.get("boxes"), boxes.get("labels"), boxes.get("confidences"));
    }
    ImageGallery whole = copy();
    if (trueBoxes != null || predictedBoxes != null) {
      whole.valueRange(0, 255);
    }
    return whole.plot(drawn);
  }

  /**
   * Puts images and what class each of their pixels is of into one, a row an image: the image, the true masks over it,
   * the predicted ones.
   *
   * @param images as {@link #plot(Object)}, of three channels from 0 to 255
   * @param masks how they are drawn
   * @param trueMasks integers {@code (batch, height, width, 1)}; null for none
   * @param predictedMasks likewise
   * @return the one image
   */
  public BufferedImage plotSegmentationMasks(
      Object images,
      SegmentationMasks masks,
      @Nullable Object trueMasks,
      @Nullable Object predictedMasks) {
    Pictures p = Pictures.of("ImageGallery", images, dataFormat);
    List<NDArray> columns = new ArrayList<>(List.of(p.toArray(DType.FLOAT32)));
    for (Object m : java.util.Arrays.asList(trueMasks, predictedMasks)) {
      if (m != null) {
        columns.add(masks.draw(images, m).astype(DType.FLOAT32));
      }
    }
    int each = p.height() * p.width() * p.channels();
    float[] all = new float[p.values().length * columns.size()];
    for (int i = 0; i < p.count(); i++) {
      for (int c = 0; c < columns.size(); c++) {
        float[] one = columns.get(c).toFloatArray();
        System.arraycopy(one, i * each, all, (i * columns.size() + c) * each, each);
      }
    }
    ImageGallery whole = copy();
    return whole
        .rows(p.count())
        .cols(columns.size())
        .plot(NDArray.of(
            all, (long) p.count() * columns.size(), p.height(), p.width(), p.channels()));
  }

  private ImageGallery copy() {
    ImageGallery out = new ImageGallery();
    out.rows = rows;
    out.cols = cols;
    out.low = low;
    out.high = high;
    out.scale = scale;
    out.dpi = dpi;
    out.transparent = transparent;
    out.legend = legend;
    out.labelMap = labelMap;
    out.trueColor = trueColor;
    out.predColor = predColor;
    out.dataFormat = "channels_last";
    return out;
  }

  /**
   * Writes {@link #plot(Object)} as PNG.
   *
   * @param file its name
   * @param images as {@link #plot(Object)}
   */
  public void write(Path file, Object images) {
    write(file, plot(images));
  }

  /**
   * Writes an image as PNG.
   *
   * @param file its name
   * @param image what is written
   */
  public static void write(Path file, BufferedImage image) {
    try {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(image, "png", png);
      AtomicFile.write(file, out -> out.write(png.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private BufferedImage laid(Pictures p, List<String> titles) {
    int down = rows != null ? rows : (int) Math.ceil(Math.sqrt(p.count()));
    int across = cols != null ? cols : Math.max(1, (p.count() + down - 1) / Math.max(down, 1));
    if (down <= 0 || across <= 0) {
      throw new IllegalArgumentException("ImageGallery: expected images, rows and columns, got "
          + p.count() + " images, " + down + " rows, " + across + " columns");
    }
    int side = (int) Math.round(scale * dpi);
    double shrink = Math.min((double) side / p.width(), (double) side / p.height());
    int width = Math.max(1, (int) Math.round(p.width() * shrink));
    int height = Math.max(1, (int) Math.round(p.height() * shrink));
    int head = titles.isEmpty() ? 0 : Math.round(TITLE * dpi / 72f * 1.6f);
    int foot = legend ? Math.round(TITLE * dpi / 72f * 2.2f) : 0;
    BufferedImage out = new BufferedImage(
        across * width, down * (height + head) + foot, BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = out.createGraphics();
    if (!transparent) {
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, out.getWidth(), out.getHeight());
    }
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION,
        shrink >= 1
            ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
            : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont(TITLE * dpi / 72f));
    for (int i = 0; i < Math.min(p.count(), down * across); i++) {
      int x = i % across * width;
      int y = i / across * (height + head);
      if (!titles.isEmpty()) {
        g.setColor(Color.BLACK);
        int w = g.getFontMetrics().stringWidth(titles.get(i));
        g.drawString(titles.get(i), x + (width - w) / 2, y + head - head / 4);
      }
      g.drawImage(image(p, i), x, y + head, width, height, null);
    }
    if (legend) {
      legend(g, out.getWidth(), out.getHeight() - foot, foot);
    }
    g.dispose();
    return out;
  }

  private void legend(Graphics2D g, int width, int top, int height) {
    String[] names = {"Ground Truth", "Prediction"};
    int x = Math.max(0, width / 2 - 80);
    for (int i = 0; i < 2; i++) {
      g.setColor(i == 0 ? trueColor : predColor);
      g.fillRect(x, top + height / 4, height, height / 2);
      g.setColor(Color.BLACK);
      g.drawString(names[i], x + height + 4, top + height * 3 / 4);
      x += height + 12 + g.getFontMetrics().stringWidth(names[i]);
    }
  }

  private BufferedImage image(Pictures p, int i) {
    if (p.channels() != 1 && p.channels() != 3 && p.channels() != 4) {
      throw new IllegalArgumentException(
          "ImageGallery: expected images of one, three or four channels, got " + p.channels());
    }
    BufferedImage out = new BufferedImage(p.width(), p.height(), BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < p.height(); y++) {
      for (int x = 0; x < p.width(); x++) {
        int at = p.at(i, y, x);
        int r = level(p.values()[at]);
        boolean gray = p.channels() == 1;
        int green = gray ? r : level(p.values()[at + 1]);
        int b = gray ? r : level(p.values()[at + 2]);
        int a = p.channels() == 4 ? level(p.values()[at + 3]) : 255;
        out.setRGB(x, y, a << 24 | r << 16 | green << 8 | b);
      }
    }
    return out;
  }

  private int level(float v) {
    return (int) Math.max(0, Math.min(255, (v - low) / (high - low) * 255));
  }
}
