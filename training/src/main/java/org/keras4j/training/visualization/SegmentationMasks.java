package org.keras4j.training.visualization;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;

/**
 * Draws what class each pixel is of over images ({@code keras.visualization.draw_segmentation_masks}), to the numbers
 * that Keras comes to.
 *
 * <pre>{@code
 * NDArray drawn = new SegmentationMasks().numClasses(3).alpha(0.5).draw(images, masks); // uint8
 * }</pre>
 */
public final class SegmentationMasks {
  private static final int[] PALETTE = {(1 << 25) - 1, (1 << 15) - 1, (1 << 21) - 1};

  private @Nullable Integer numClasses;
  private @Nullable Map<Integer, int[]> colorMapping;
  private double alpha = 0.8;
  private boolean blend = true;
  private int ignoreIndex = -1;
  private String dataFormat = Pictures.defaultFormat();

  /** With Keras's settings. */
  public SegmentationMasks() {}

  /**
   * How many classes have a color, from 0 on.
   *
   * @param value the largest class by default, which is not drawn then, as in Keras
   * @return this
   */
  public SegmentationMasks numClasses(int value) {
    this.numClasses = value;
    return this;
  }

  /**
   * The colors of classes.
   *
   * @param value red, green and blue from 0 to 255 for each class from 0 on; a palette by default
   * @return this
   */
  public SegmentationMasks colorMapping(Map<Integer, int[]> value) {
    this.colorMapping = new LinkedHashMap<>(value);
    return this;
  }

  /**
   * How much of the colors is seen.
   *
   * @param value from 0 to 1, 0.8 by default
   * @return this
   * @throws IllegalArgumentException unless it is from 0 to 1
   */
  public SegmentationMasks alpha(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "SegmentationMasks: alpha expects a number from 0 to 1, got " + value);
    }
    this.alpha = value;
    return this;
  }

  /**
   * Whether colors are mixed with the images, giving uint8.
   *
   * @param value true by default; false to put the colors in the images' place, giving float32
   * @return this
   */
  public SegmentationMasks blend(boolean value) {
    this.blend = value;
    return this;
  }

  /**
   * The class of pixels that stay as they are, where colors are mixed.
   *
   * @param value -1 by default
   * @return this
   */
  public SegmentationMasks ignoreIndex(int value) {
    this.ignoreIndex = value;
    return this;
  }

  /**
   * Where the channels of images and masks are.
   *
   * @param value {@code "channels_last"} or {@code "channels_first"}; Keras's setting by default
   * @return this
   */
  public SegmentationMasks dataFormat(String value) {
    Pictures.isFirst("SegmentationMasks", value);
    this.dataFormat = value;
    return this;
  }

  /**
   * Draws.
   *
   * @param images {@code (batch, height, width, 3)}, numbers from 0 to 255
   * @param masks integers {@code (batch, height, width)} or {@code (batch, height, width, 1)}
   * @return images with channels last
   * @throws IllegalArgumentException if shapes or dtypes are others, or a class has no color
   */
  public NDArray draw(Object images, Object masks) {
    Pictures p = Pictures.of("SegmentationMasks", images, dataFormat);
    if (p.channels() != 3) {
      throw new IllegalArgumentException(
          "SegmentationMasks: expected images of three channels, got " + p.channels());
    }
    NDArray m = Pictures.array(masks);
    if (!m.dtype().isInteger() || m.size() != p.count() * p.height() * p.width()) {
      throw new IllegalArgumentException(
          "SegmentationMasks: expected a class as an integer for each"
              + " pixel of " + p.count() + " images of " + p.height() + " times " + p.width()
              + ", got "
              + m.spec());
    }
    long[] classes = m.toLongArray();
    int n = numClasses != null
        ? numClasses
        : (int) java.util.Arrays.stream(classes).max().orElse(0);
    int[][] colors = new int[Math.max(n, 0)][];
    for (int i = 0; i < colors.length; i++) {
      colors[i] = color(i);
    }
    float rest = (float) (1 - alpha);
    float part = (float) alpha;
    float[] v = p.values();
    for (int i = 0; i < classes.length; i++) {
      long c = classes[i];
      boolean colored = c >= 0 && c < colors.length;
      for (int k = 0; k < 3; k++) {
        float before = v[3 * i + k];
        float drawn = colored ? colors[(int) c][k] : before;
        v[3 * i + k] = !blend ? drawn : c == ignoreIndex ? before : before * rest + drawn * part;
      }
    }
    return p.toArray(blend ? DType.UINT8 : DType.FLOAT32);
  }

  private int[] color(int i) {
    Map<Integer, int[]> given = colorMapping;
    if (given == null) {
      int[] out = new int[3];
      for (int k = 0; k < 3; k++) {
        out[k] = (int) ((long) i * PALETTE[k] % 255);
      }
      return out;
    }
    int[] color = given.get(i);
    if (color == null || color.length != 3) {
      throw new IllegalArgumentException("SegmentationMasks: colorMapping needs three numbers for"
          + " class " + i + ", has " + (color == null ? "none" : color.length));
    }
    return color;
  }
}
