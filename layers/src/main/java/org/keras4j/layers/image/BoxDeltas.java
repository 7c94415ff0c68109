package org.keras4j.layers.image;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;

/** Bounding boxes relative to anchors; see {@link BoundingBoxes}. */
public abstract class BoxDeltas extends BoxOverlaps {
  BoxDeltas() {}

  private static @Nullable Tensor variance(@Nullable Object given) {
    if (given == null) {
      return null;
    }
    Tensor t = ArrayLike.tensor(given, BoundingBoxes.DTYPE);
    if (t.rank() < 1 || t.shape().last() != 4) {
      throw new IllegalArgumentException(
          "Bounding boxes: 'variance' expects 4 numbers, got shape " + t.shape());
    }
    return t;
  }

  private static void requireCenters(String setting, String format) {
    if (!format.equals("center_xywh") && !format.equals("center_yxhw")) {
      throw new IllegalArgumentException("Bounding boxes: '" + setting
          + "' expects 'center_xywh' or 'center_yxhw', got '" + format + "'");
    }
  }

  /**
   * How far boxes are from their anchors, in sizes of the anchors, and the logarithms of how much larger they are
   * ({@code keras.utils.bounding_boxes.encode_box_to_deltas}).
   *
   * @param anchors {@code (boxes, 4)}
   * @param boxes {@code (boxes, 4)} or {@code (batch, boxes, 4)}
   * @param anchorFormat the format of the anchors
   * @param boxFormat the format of the boxes
   * @param encodingFormat {@code "center_yxhw"} or {@code "center_xywh"}
   * @param variance four numbers that the result is divided by, or null
   * @param imageShape height, width and channels, needed if a format is relative
   * @return deltas of the shape of the boxes
   * @throws IllegalArgumentException if the encoding or the variance is none
   */
  public static Tensor encodeBoxToDeltas(
      Object anchors,
      Object boxes,
      String anchorFormat,
      String boxFormat,
      String encodingFormat,
      @Nullable Object variance,
      @Nullable List<?> imageShape) {
    Tensor by = variance(variance);
    requireCenters("encoding_format", encodingFormat);
    List<Tensor> a = Ops.split(
        convert(ArrayLike.tensor(anchors), anchorFormat, encodingFormat, imageShape), 2, -1);
    List<Tensor> b =
        Ops.split(convert(ArrayLike.tensor(boxes), boxFormat, encodingFormat, imageShape), 2, -1);
    Tensor anchorSize = Ops.maximum(a.get(1), Keras.epsilon());
    Tensor size = Ops.maximum(b.get(1), Keras.epsilon());
    Tensor out = Ops.concatenate(
        List.of(
            Ops.divide(Ops.subtract(b.get(0), a.get(0)), anchorSize),
            Ops.log(Ops.divide(size, anchorSize))),
        -1);
    return by == null ? out : Ops.divide(out, by);
  }

  /**
   * {@link #encodeBoxToDeltas(Object, Object, String, String, String, Object, List)} with options.
   *
   * @param anchors {@code (boxes, 4)}
   * @param boxes {@code (boxes, 4)} or {@code (batch, boxes, 4)}
   * @param coding the formats
   * @return deltas of the shape of the boxes
   * @throws IllegalArgumentException if the encoding or the variance is none
   */
  public static Tensor encodeBoxToDeltas(Object anchors, Object boxes, BoxCoding coding) {
    return encodeBoxToDeltas(
        anchors,
        boxes,
        coding.anchorFormat(),
        coding.boxFormat(),
        coding.encodingFormat(),
        coding.variance(),
        coding.imageShape());
  }

  /**
   * {@link #decodeDeltasToBoxes(Object, Object, String, String, String, Object, List)} with options.
   *
   * @param anchors {@code (boxes, 4)}; or a map of such
   * @param boxesDelta {@code (boxes, 4)} or {@code (batch, boxes, 4)}; or a map with the same keys
   * @param coding the formats
   * @return boxes, or a map of them
   * @throws IllegalArgumentException if the encoding or the variance is none, or keys differ
   */
  public static Object decodeDeltasToBoxes(Object anchors, Object boxesDelta, BoxCoding coding) {
    return decodeDeltasToBoxes(
        anchors,
        boxesDelta,
        coding.anchorFormat(),
        coding.boxFormat(),
        coding.encodingFormat(),
        coding.variance(),
        coding.imageShape());
  }

  /**
   * The boxes that {@link #encodeBoxToDeltas} made deltas of ({@code
   * keras.utils.bounding_boxes.decode_deltas_to_boxes}).
   *
   * @param anchors {@code (boxes, 4)}; or a map of such
   * @param boxesDelta {@code (boxes, 4)} or {@code (batch, boxes, 4)}; or a map with the same keys
   * @param anchorFormat the format of the anchors
   * @param boxFormat the format of the result
   * @param encodedFormat {@code "center_yxhw"} or {@code "center_xywh"}
   * @param variance four numbers that the deltas are multiplied by, or null
   * @param imageShape height, width and channels, needed if a format is relative
   * @return boxes, or a map of them
   * @throws IllegalArgumentException if the encoding or the variance is none, or keys differ
   */
  public static Object decodeDeltasToBoxes(
      Object anchors,
      Object boxesDelta,
      String anchorFormat,
      String boxFormat,
      String encodedFormat,
      @Nullable Object variance,
      @Nullable List<?> imageShape) {
    Tensor by = variance(variance);
    requireCenters("encoded_format", encodedFormat);
    if (anchors instanceof Map<?, ?> levels && boxesDelta instanceof Map<?, ?> deltas) {
      Map<Object, Object> out = new LinkedHashMap<>();
      levels.forEach((level, anchor) -> {
        Object delta = deltas.get(level);
        if (anchor == null || delta == null) {
          throw new IllegalArgumentException(
              "Bounding boxes: no deltas for the anchors of level " + level);
        }
        out.put(
            level, decoded(anchor, delta, anchorFormat, boxFormat, encodedFormat, by, imageShape));
      });
      return out;
    }
    return decoded(anchors, boxesDelta, anchorFormat, boxFormat, encodedFormat, by, imageShape);
  }

  private static Tensor decoded(
      Object anchors,
      Object deltas,
      String anchorFormat,
      String boxFormat,
      String encodedFormat,
      @Nullable Tensor variance,
      @Nullable List<?> imageShape) {
    List<Tensor> a = Ops.split(
        convert(ArrayLike.tensor(anchors), anchorFormat, encodedFormat, imageShape), 2, -1);
    Tensor given = ArrayLike.tensor(deltas);
    List<Tensor> d = Ops.split(variance == null ? given : Ops.multiply(given, variance), 2, -1);
    Tensor box = Ops.concatenate(
        List.of(
            Ops.add(Ops.multiply(d.get(0), a.get(1)), a.get(0)),
            Ops.multiply(Ops.exp(d.get(1)), a.get(1))),
        -1);
    return convert(box, encodedFormat, boxFormat, imageShape);
  }
}
