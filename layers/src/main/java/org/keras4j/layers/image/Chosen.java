package org.keras4j.layers.image;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;

/**
 * A layer with a transformation that was drawn for it.
 *
 * @param <T> what describes it
 */
record Chosen<T>(ImageLayer<?, T> layer, @Nullable T transformation) {
  /** Draws one. */
  static <T> Chosen<T> draw(ImageLayer<?, T> layer, Tensor images, Object seed) {
    return new Chosen<>(layer, layer.randomTransformation(images, true, seed));
  }

  Tensor images(Tensor images) {
    return layer.transformImages(images, transformation, true);
  }

  Tensor masks(Tensor masks) {
    return layer.transformSegmentationMasks(masks, transformation, true);
  }

  Boxes boxes(Boxes boxes) {
    return layer.transformBoundingBoxes(boxes, transformation, true);
  }
}
