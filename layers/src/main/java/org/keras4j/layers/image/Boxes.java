package org.keras4j.layers.image;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;

/**
 * Bounding boxes of a batch of images.
 *
 * @param boxes {@code (batch, boxes, 4)}
 * @param labels {@code (batch, boxes)}
 */
public record Boxes(Tensor boxes, Tensor labels) {
  /** These labels with other boxes. */
  public Boxes with(Tensor others) {
    return new Boxes(others, labels);
  }

  Boxes convert(String source, String target, Object height, Object width) {
    return with(BoundingBoxes.converted(boxes, source, target, height, width, BoundingBoxes.DTYPE));
  }

  Boxes clip(String format, @Nullable Object height, @Nullable Object width) {
    return BoundingBoxes.clipped(this, format, height, width);
  }
}
