package org.keras4j.layers.image;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Formats of bounding boxes relative to anchors ({@code keras.utils.bounding_boxes.encode_box_to_deltas}, {@code
 * decode_deltas_to_boxes}).
 *
 * <pre>{@code
 * BoundingBoxes.encodeBoxToDeltas(
 *     anchors, boxes, BoxCoding.formats("xyxy", "center_xywh").variance(0.1, 0.1, 0.2, 0.2));
 * }</pre>
 */
public final class BoxCoding {
  private final String anchorFormat;
  private final String boxFormat;
  private String encodingFormat = "center_yxhw";
  private double @Nullable [] variance;
  private @Nullable List<Integer> imageShape;

  private BoxCoding(String anchorFormat, String boxFormat) {
    this.anchorFormat = anchorFormat;
    this.boxFormat = boxFormat;
  }

  /**
   * These formats, and Keras's defaults.
   *
   * @param anchorFormat the format of the anchors, {@code "xyxy"} or another
   * @param boxFormat the format of the boxes
   * @return options
   */
  public static BoxCoding formats(String anchorFormat, String boxFormat) {
    return new BoxCoding(anchorFormat, boxFormat);
  }

  /** See {@link #formats}. */
  public String anchorFormat() {
    return anchorFormat;
  }

  /** See {@link #formats}. */
  public String boxFormat() {
    return boxFormat;
  }

  /**
   * The format of deltas.
   *
   * @param value {@code "center_yxhw"} (the default) or {@code "center_xywh"}
   * @return these options
   */
  public BoxCoding encodingFormat(String value) {
    this.encodingFormat = value;
    return this;
  }

  /** See {@link #encodingFormat(String)}. */
  public String encodingFormat() {
    return encodingFormat;
  }

  /**
   * What deltas are divided by as they are made, and multiplied with as they are read.
   *
   * @param value four numbers; none by default
   * @return these options
   */
  public BoxCoding variance(double... value) {
    this.variance = value.clone();
    return this;
  }

  /** See {@link #variance(double...)}. */
  public double @Nullable [] variance() {
    return variance == null ? null : variance.clone();
  }

  /**
   * The shape of the images, needed if a format is relative.
   *
   * @param value height, width and channels; none by default
   * @return these options
   */
  public BoxCoding imageShape(int... value) {
    this.imageShape = Arrays.stream(value).boxed().toList();
    return this;
  }

  /** See {@link #imageShape(int...)}. */
  public @Nullable List<Integer> imageShape() {
    return imageShape;
  }
}
