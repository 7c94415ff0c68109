package org.keras4j.layers.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Functions on bounding boxes ({@code keras.utils.bounding_boxes}): tensors {@code (..., 4)} in one of the
 * formats {@code "xyxy"} (left, top, right, bottom), {@code "yxyx"}, {@code "xywh"} (left, top, width,
 * height), {@code "center_xywh"}, {@code "center_yxhw"}, or, in parts of the image's width and height, {@code
 * "rel_xyxy"}, {@code "rel_yxyx"}, {@code "rel_xywh"}, {@code "rel_center_xywh"}. Where it says so, also maps
 * with {@code boxes} and {@code labels}.
 */
public final class BoundingBoxes extends BoxDeltas {
  static final DType DTYPE = DType.FLOAT32;

  private static final List<String> FORMATS = List.of(
      "xyxy",
      "yxyx",
      "xywh",
      "center_xywh",
      "center_yxhw",
      "rel_xyxy",
      "rel_yxyx",
      "rel_xywh",
      "rel_center_xywh");

  private BoundingBoxes() {}

  /** {@link #convertFormat(Object, String, String, Object, Object, Object)} of absolute formats, as float32. */
  public static Tensor convertFormat(Object boxes, String source, String target) {
    return (Tensor) convertFormat(ArrayLike.tensor(boxes), source, target, null, null, DTYPE);
  }

  /**
   * Boxes in another format ({@code keras.utils.bounding_boxes.convert_format}).
   *
   * @param boxes {@code (..., 4)}, or a map in which {@code boxes} are such
   * @param source the format they have
   * @param target the format wanted
   * @param height the images' height, needed if one of the formats is relative and one is not
   * @param width likewise
   * @param dtype of the result
   * @return a tensor, or the map with other {@code boxes}
   * @throws IllegalArgumentException if a format is unknown, a size is missing, or the last axis is not 4
   */
  public static Object convertFormat(
      Object boxes,
      String source,
      String target,
      @Nullable Object height,
      @Nullable Object width,
      @Nullable Object dtype) {
    DType d = DType.from(dtype, DTYPE);
    if (boxes instanceof Map<?, ?> m) {
      Map<Object, Object> out = new LinkedHashMap<>(m);
      out.put("boxes", convertFormat(entry(m, "boxes"), source, target, height, width, d));
      return out;
    }
    return converted(ArrayLike.tensor(boxes), source, target, height, width, d);
  }

  private static Object entry(Map<?, ?> boxes, String key) {
    Object v = boxes.get(key);
    if (v == null) {
      throw new IllegalArgumentException(
          "Bounding boxes: expected a map with 'boxes' and 'labels', got keys " + boxes.keySet());
    }
    return v;
  }

  private static String format(String given) {
    String lower = given.toLowerCase(Locale.ROOT);
    if (!FORMATS.contains(lower)) {
      throw new IllegalArgumentException(
          "Bounding boxes: expected one of the formats " + FORMATS + ", got '" + given + "'");
    }
    return lower;
  }

  static Tensor converted(
      Tensor boxes,
      String from,
      String to,
      @Nullable Object height,
      @Nullable Object width,
      DType dtype) {
    Tensor x = ArrayLike.convert(corners(boxes), dtype);
    String source = format(from);
    String target = format(to);
    boolean wasRelative = source.startsWith("rel_");
    boolean becomesRelative = target.startsWith("rel_");
    if ((wasRelative || becomesRelative) && (height == null || width == null)) {
      throw new IllegalArgumentException("Bounding boxes: conversion from '" + source + "' to '"
          + target + "' needs height and width, got " + height + " and " + width);
    }
    if (source.equals(target)) {
      return x;
    }
    List<Tensor> p = toCorners(source.replace("rel_", ""), Ops.split(x, 4, -1));
    if (wasRelative != becomesRelative) {
      p = scaled(p, wasRelative, ArrayLike.tensor(width, dtype), ArrayLike.tensor(height, dtype));
    }
    return Ops.concatenate(fromCorners(target.replace("rel_", ""), p), -1);
  }

  private static Tensor corners(Tensor boxes) {
    if (boxes.rank() < 1 || boxes.shape().last() != 4) {
      throw new IllegalArgumentException(
          "Bounding boxes: expected a tensor (..., 4), got shape " + boxes.shape());
    }
    return boxes;
  }

  private static List<Tensor> scaled(List<Tensor> p, boolean up, Tensor width, Tensor height) {
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Tensor by = i % 2 == 0 ? width : height;
      out.add(up ? Ops.multiply(p.get(i), by) : Ops.divide(p.get(i), by));
    }
    return out;
  }

  // left, top, right, bottom
  private static List<Tensor> toCorners(String layout, List<Tensor> p) {
    Tensor a = p.get(0);
    Tensor b = p.get(1);
    Tensor c = p.get(2);
    Tensor d = p.get(3);
    switch (layout) {
      case "yxyx":
        return List.of(b, a, d, c);
      case "xywh":
        return List.of(a, b, Ops.add(a, c), Ops.add(b, d));
      case "center_xywh":
        return around(a, b, c, d);
      case "center_yxhw":
        return around(b, a, d, c);
      default:
        return p;
    }
  }

  private static List<Tensor> around(Tensor x, Tensor y, Tensor width, Tensor height) {
    Tensor w = Ops.divide(width, 2.0);
    Tensor h = Ops.divide(height, 2.0);
    return List.of(Ops.subtract(x, w), Ops.subtract(y, h), Ops.add(x, w), Ops.add(y, h));
  }

  private static List<Tensor> fromCorners(String layout, List<Tensor> p) {
    Tensor x = p.get(0);
    Tensor y = p.get(1);
    Tensor w = Ops.subtract(p.get(2), x);
    Tensor h = Ops.subtract(p.get(3), y);
    Tensor cx = Ops.add(x, Ops.divide(w, 2.0));
    Tensor cy = Ops.add(y, Ops.divide(h, 2.0));
    switch (layout) {
      case "yxyx":
        return List.of(y, x, p.get(3), p.get(2));
      case "xywh":
        return List.of(x, y, w, h);
      case "center_xywh":
        return List.of(cx, cy, w, h);
      case "center_yxhw":
        return List.of(cy, cx, h, w);
      default:
        return p;
    }
  }

  /**
   * Boxes cut off at the borders of the image; those of which nothing is left get the label -1 ({@code
   * keras.utils.bounding_boxes.clip_to_image_size}).
   *
   * @param boundingBoxes a map with {@code boxes} {@code (..., 4)}, and perhaps {@code labels}
   * @param height the images' height, needed for absolute boxes
   * @param width likewise
   * @param boundingBoxFormat {@code "xyxy"} or {@code "rel_xyxy"}
   * @return the map with other boxes and labels
   * @throws IllegalArgumentException if the format is another, or a size is missing
   */
  public static Map<String, Object> clipToImageSize(
      Map<String, Object> boundingBoxes,
      @Nullable Object height,
      @Nullable Object width,
      String boundingBoxFormat) {
    Tensor boxes = ArrayLike.tensor(entry(boundingBoxes, "boxes"));
    Object labels = boundingBoxes.get("labels");
    Tensor at = clip(corners(boxes), boundingBoxFormat, height, width);
    Map<String, Object> out = new LinkedHashMap<>(boundingBoxes);
    out.put("boxes", at);
    if (labels != null) {
      out.put("labels", labelled(at, ArrayLike.tensor(labels)));
    }
    return out;
  }

  static Boxes clipped(Boxes b, String format, @Nullable Object height, @Nullable Object width) {
    Tensor at = clip(b.boxes(), format, height, width);
    return new Boxes(at, labelled(at, b.labels()));
  }

  private static Tensor clip(
      Tensor boxes, String format, @Nullable Object height, @Nullable Object width) {
    if (format.equals("rel_xyxy")) {
      return Ops.clip(boxes, 0.0, 1.0);
    }
    if (!format.equals("xyxy")) {
      throw new IllegalArgumentException(
          "Bounding boxes: expected the format 'xyxy' or 'rel_xyxy', got '" + format + "'");
    }
    if (height == null || width == null) {
      throw new IllegalArgumentException(
          "Bounding boxes: clipping 'xyxy' needs height and width, got " + height + " and "
              + width);
    }
    Tensor w = ArrayLike.tensor(width, boxes.dtype());
    Tensor h = ArrayLike.tensor(height, boxes.dtype());
    return within(Ops.split(boxes, 4, -1), 0, 0, w, h);
  }

  // cut off at the borders given
  static Tensor within(List<Tensor> p, Object left, Object top, Object right, Object bottom) {
    return Ops.concatenate(
        List.of(
            Ops.clip(p.get(0), left, right),
            Ops.clip(p.get(1), top, bottom),
            Ops.clip(p.get(2), left, right),
            Ops.clip(p.get(3), top, bottom)),
        -1);
  }

  private static Tensor labelled(Tensor boxes, Tensor labels) {
    List<Tensor> p = Ops.split(boxes, 4, -1);
    Tensor area = Ops.multiply(Ops.subtract(p.get(2), p.get(0)), Ops.subtract(p.get(3), p.get(1)));
    return Ops.where(Ops.greater(Ops.squeeze(area, -1), 0), labels, -1);
  }

  private static void requireCorners(String function, String format) {
    if (!format.equals("xyxy")) {
      throw new IllegalArgumentException(
          "Bounding boxes: " + function + " takes the format 'xyxy' alone, got '" + format + "'");
    }
  }

  /**
   * Boxes turned, moved, scaled and sheared within their images ({@code
   * keras.utils.bounding_boxes.affine_transform}).
   *
   * @param boxes {@code (batch, boxes, 4)}
   * @param height of the images
   * @param width of the images
   * @param boundingBoxFormat of the boxes and the result, {@code "xyxy"} or {@code "rel_xyxy"}
   * @param transform what is done
   * @return the boxes that hold the corners then
   */
  public static Tensor affineTransform(
      Object boxes, Object height, Object width, String boundingBoxFormat, BoxTransform transform) {
    Tensor zero = Ops.sum(Ops.zerosLike(Ops.cast(boxes, "float32")), List.of(1, 2)); // one an image
    return affineTransform(
        boxes,
        Ops.add(zero, transform.angle),
        Ops.add(zero, transform.translateX),
        Ops.add(zero, transform.translateY),
        Ops.add(zero, transform.scale),
        Ops.add(zero, transform.shearX),
        Ops.add(zero, transform.shearY),
        height,
        width,
        transform.centerX,
        transform.centerY,
        boundingBoxFormat);
  }

  /**
   * The boxes around what boxes become in an affine transformation of their images ({@code
   * keras.utils.bounding_boxes.affine_transform}).
   *
   * @param boxes {@code (batch, boxes, 4)}
   * @param angle rotations {@code (batch)}, in degrees
   * @param translateX shifts {@code (batch)}, in parts of the width
   * @param translateY shifts {@code (batch)}, in parts of the height
   * @param scale factors {@code (batch)}
   * @param shearX angles {@code (batch)}, in degrees
   * @param shearY angles {@code (batch)}, in degrees
   * @param height the images' height
   * @param width the images' width
   * @param centerX the fixed point, in parts of the width; null for the middle
   * @param centerY the fixed point, in parts of the height; null for the middle
   * @param boundingBoxFormat {@code "xyxy"}
   * @return boxes {@code (batch, boxes, 4)}
   * @throws IllegalArgumentException if boxes are no batch, or the format is another
   */
  public static Tensor affineTransform(
      Object boxes,
      Object angle,
      Object translateX,
      Object translateY,
      Object scale,
      Object shearX,
      Object shearY,
      Object height,
      Object width,
      @Nullable Object centerX,
      @Nullable Object centerY,
      String boundingBoxFormat) {
    requireCorners("affine_transform", boundingBoxFormat);
    Tensor degrees = Ops.negative(Ops.array(angle));
    Tensor given = corners(ArrayLike.tensor(boxes));
    if (given.rank() != 3) {
      throw new IllegalArgumentException(
          "Bounding boxes: affine_transform expects boxes (batch, boxes, 4), got shape "
              + given.shape());
    }
    Tensor across = Ops.subtract(width, 1);
    Tensor down = Ops.subtract(height, 1);
    Tensor cx = Ops.multiply(centerX == null ? 0.5 : centerX, across);
    Tensor cy = Ops.multiply(centerY == null ? 0.5 : centerY, down);
    Tensor rotation = Ops.multiply(degrees, Math.PI / 180);
    Tensor sx = Ops.multiply(Ops.negative(shearX), Math.PI / 180);
    Tensor sy = Ops.multiply(Ops.negative(shearY), Math.PI / 180);
    Tensor x0 = Ops.subtract(cx, Ops.multiply(translateX, across));
    Tensor y0 = Ops.subtract(cy, Ops.multiply(translateY, down));
    Tensor slanted = Ops.subtract(rotation, sy);
    Tensor a = Ops.divide(Ops.cos(slanted), Ops.cos(sy));
    Tensor b = Ops.add(Ops.multiply(a, Ops.tan(sx)), Ops.sin(rotation));
    Tensor c = Ops.divide(Ops.negative(Ops.sin(slanted)), Ops.cos(sy));
    Tensor d = Ops.subtract(Ops.cos(rotation), Ops.multiply(c, Ops.tan(sx)));
    // the inverse, whose determinant is 1 before it is scaled
    Tensor a0 = Ops.multiply(d, scale);
    Tensor a1 = Ops.negative(Ops.multiply(b, scale));
    Tensor b0 = Ops.negative(Ops.multiply(c, scale));
    Tensor b1 = Ops.multiply(a, scale);
    List<Tensor> p = Ops.split(Ops.cast(given, degrees.dtype()), 4, -1);
    Tensor x = Ops.concatenate(List.of(p.get(0), p.get(2), p.get(2), p.get(0)), -1);
    Tensor y = Ops.concatenate(List.of(p.get(1), p.get(1), p.get(3), p.get(3)), -1);
    Tensor toX = image(x, y, a0, a1, cx, x0, y0);
    Tensor toY = image(x, y, b0, b1, cy, x0, y0);
    return Ops.concatenate(
        List.of(
            Ops.min(toX, -1, true),
            Ops.min(toY, -1, true),
            Ops.max(toX, -1, true),
            Ops.max(toY, -1, true)),
        -1);
  }

  private static Tensor image(
      Tensor x, Tensor y, Tensor u, Tensor v, Tensor center, Tensor x0, Tensor y0) {
    Tensor shift = Ops.subtract(Ops.subtract(center, Ops.multiply(u, x0)), Ops.multiply(v, y0));
    Tensor linear = Ops.add(Ops.multiply(x, columns(u)), Ops.multiply(y, columns(v)));
    return Ops.add(linear, columns(shift));
  }

  private static Tensor columns(Tensor perImage) {
    return Prims.expandDims(perImage, 1, 2);
  }

  /**
   * Boxes in a part of their image, cut off at its borders ({@code keras.utils.bounding_boxes.crop}).
   *
   * @param boxes {@code (..., 4)}
   * @param top the part's first row
   * @param left the part's first column
   * @param height the part's height
   * @param width the part's width
   * @param boundingBoxFormat {@code "xyxy"}
   * @return boxes of the same shape
   */
  public static Tensor crop(
      Object boxes,
      Object top,
      Object left,
      Object height,
      Object width,
      String boundingBoxFormat) {
    requireCorners("crop", boundingBoxFormat);
    List<Tensor> p = moved(boxes, Ops.negative(left), Ops.negative(top));
    return within(p, 0, 0, width, height);
  }

  /**
   * Boxes in an image padded at the top and left ({@code keras.utils.bounding_boxes.pad}).
   *
   * @param boxes {@code (..., 4)}
   * @param top how many rows were added above
   * @param left how many columns were added on the left
   * @param height without effect
   * @param width without effect
   * @param boundingBoxFormat {@code "xyxy"}
   * @return boxes of the same shape
   */
  public static Tensor pad(
      Object boxes,
      Object top,
      Object left,
      @Nullable Object height,
      @Nullable Object width,
      String boundingBoxFormat) {
    requireCorners("pad", boundingBoxFormat);
    return Ops.concatenate(moved(boxes, left, top), -1);
  }

  private static List<Tensor> moved(Object boxes, Object x, Object y) {
    List<Tensor> p = Ops.split(corners(ArrayLike.tensor(boxes)), 4, -1);
    return List.of(
        Ops.add(p.get(0), x), Ops.add(p.get(1), y), Ops.add(p.get(2), x), Ops.add(p.get(3), y));
  }
}
