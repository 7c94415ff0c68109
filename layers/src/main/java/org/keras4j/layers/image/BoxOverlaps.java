package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;

/** How much bounding boxes overlap; see {@link BoundingBoxes}. */
public abstract class BoxOverlaps {
  BoxOverlaps() {}

  /** Height or width (index 0 or 1) of {@code image_shape}. */
  static @Nullable Object side(@Nullable List<?> imageShape, int i) {
    if (imageShape == null) {
      return null;
    }
    if (imageShape.size() != 3) {
      throw new IllegalArgumentException(
          "Bounding boxes: 'imageShape' expects height, width and channels, got " + imageShape);
    }
    return imageShape.get(i);
  }

  static Tensor convert(Tensor boxes, String from, String to, @Nullable List<?> imageShape) {
    return BoundingBoxes.converted(
        boxes, from, to, side(imageShape, 0), side(imageShape, 1), BoundingBoxes.DTYPE);
  }

  private static Tensor boxes(String function, Object given) {
    Tensor t = ArrayLike.tensor(given);
    if (t.rank() != 2 && t.rank() != 3) {
      throw new IllegalArgumentException("Bounding boxes: " + function
          + " expects boxes (boxes, 4) or (batch, boxes, 4), got shape " + t.shape());
    }
    return t;
  }

  /**
   * The areas that any two of two sets of boxes share, as parts of the areas they cover together ({@code
   * keras.utils.bounding_boxes.compute_iou}).
   *
   * @param boxes1 {@code (n, 4)} or {@code (batch, n, 4)}
   * @param boxes2 {@code (m, 4)} or {@code (batch, m, 4)}
   * @param boundingBoxFormat the format of both
   * @param useMasking whether pairs with a box that is all negative get the value {@code maskVal}; as in Keras
   *     such a box is one whose greatest coordinate, as {@code "yxyx"}, is below 0
   * @param maskVal that value
   * @param imageShape height, width and channels, needed if the format is relative
   * @return {@code (n, m)} or {@code (batch, n, m)}
   * @throws IllegalArgumentException if boxes have another rank, or the image's shape is missing
   */
  public static Tensor computeIou(
      Object boxes1,
      Object boxes2,
      String boundingBoxFormat,
      boolean useMasking,
      Object maskVal,
      @Nullable List<?> imageShape) {
    Tensor a = boxes("compute_iou", boxes1);
    Tensor b = boxes("compute_iou", boxes2);
    if (boundingBoxFormat.contains("rel") && imageShape == null) {
      throw new IllegalArgumentException(
          "Bounding boxes: compute_iou needs 'image_shape' for the format '" + boundingBoxFormat
              + "'");
    }
    List<Tensor> p = Ops.split(convert(a, boundingBoxFormat, "yxyx", imageShape), 4, -1);
    Tensor second = convert(b, boundingBoxFormat, "yxyx", imageShape);
    // along rows the first boxes, along columns the second
    List<Tensor> q = Ops.split(Ops.swapaxes(second, -1, -2), 4, -2);
    Tensor height = shared(p, q, 0);
    Tensor width = shared(p, q, 1);
    Tensor both = Ops.multiply(height, width);
    Tensor union = Ops.subtract(Ops.add(area(p), area(q)), both);
    Tensor out = Ops.divide(both, Ops.add(union, Keras.epsilon()));
    if (!useMasking) {
      return out;
    }
    Tensor masked = Ops.logicalOr(negative(p), negative(q));
    return Ops.where(masked, Ops.cast(ArrayLike.tensor(maskVal), out.dtype()), out);
  }

  private static Tensor shared(List<Tensor> p, List<Tensor> q, int axis) {
    Tensor end = Ops.minimum(p.get(axis + 2), q.get(axis + 2));
    return Ops.maximum(0.0, Ops.subtract(end, Ops.maximum(p.get(axis), q.get(axis))));
  }

  private static Tensor area(List<Tensor> p) {
    return Ops.multiply(Ops.subtract(p.get(2), p.get(0)), Ops.subtract(p.get(3), p.get(1)));
  }

  private static Tensor negative(List<Tensor> p) {
    Tensor most = Ops.maximum(Ops.maximum(p.get(0), p.get(1)), Ops.maximum(p.get(2), p.get(3)));
    return Ops.less(most, 0.0);
  }

  /**
   * The shared area of two boxes as a part of what they cover together, less for distant middles and different
   * proportions ({@code keras.utils.bounding_boxes.compute_ciou}; Zheng et al. 2020).
   *
   * @param boxes1 {@code (..., 4)}
   * @param boxes2 {@code (..., 4)}
   * @param boundingBoxFormat the format of both, none of the relative ones
   * @param imageShape height, width and channels; without effect
   * @return the shape of the boxes without the last axis
   * @throws IllegalArgumentException if the format is relative
   */
  public static Tensor computeCiou(
      Object boxes1, Object boxes2, String boundingBoxFormat, @Nullable List<?> imageShape) {
    if (boundingBoxFormat.contains("rel")) {
      throw new IllegalArgumentException(
          "Bounding boxes: compute_ciou takes no relative format, got '" + boundingBoxFormat + "'");
    }
    Tensor first = convert(ArrayLike.tensor(boxes1), boundingBoxFormat, "xyxy", imageShape);
    Tensor second = convert(ArrayLike.tensor(boxes2), boundingBoxFormat, "xyxy", imageShape);
    List<Tensor> p = Ops.split(first, 4, -1);
    List<Tensor> q = Ops.split(second, 4, -1);
    double e = Keras.epsilon();
    Tensor width1 = Ops.subtract(p.get(2), p.get(0));
    Tensor height1 = Ops.add(Ops.subtract(p.get(3), p.get(1)), e);
    Tensor width2 = Ops.subtract(q.get(2), q.get(0));
    Tensor height2 = Ops.add(Ops.subtract(q.get(3), q.get(1)), e);
    Tensor both = Ops.multiply(shared(p, q, 0), shared(p, q, 1));
    Tensor areas = Ops.add(Ops.multiply(width1, height1), Ops.multiply(width2, height2));
    Tensor union = Ops.add(Ops.subtract(areas, both), e);
    Tensor iou = Ops.divide(both, Ops.add(union, e));
    Tensor diagonal = Ops.add(Ops.add(Ops.square(around(p, q, 0)), Ops.square(around(p, q, 1))), e);
    Tensor distance =
        Ops.add(Ops.square(betweenMiddles(p, q, 0)), Ops.square(betweenMiddles(p, q, 1)));
    Tensor angles = Ops.subtract(
        Ops.arctan(Ops.divide(width2, height2)), Ops.arctan(Ops.divide(width1, height1)));
    Tensor v = Ops.multiply(4 / (Math.PI * Math.PI), Ops.square(angles));
    Tensor alpha = Ops.divide(v, Ops.add(Ops.subtract(v, iou), 1 + e));
    Tensor less = Ops.add(Ops.divide(distance, diagonal), Ops.multiply(v, alpha));
    return Ops.squeeze(Ops.subtract(iou, less), -1);
  }

  private static Tensor around(List<Tensor> p, List<Tensor> q, int axis) {
    return Ops.subtract(
        Ops.maximum(p.get(axis + 2), q.get(axis + 2)), Ops.minimum(p.get(axis), q.get(axis)));
  }

  private static Tensor betweenMiddles(List<Tensor> p, List<Tensor> q, int axis) {
    return Ops.subtract(
        Ops.divide(Ops.add(p.get(axis), p.get(axis + 2)), 2.0),
        Ops.divide(Ops.add(q.get(axis), q.get(axis + 2)), 2.0));
  }
}
