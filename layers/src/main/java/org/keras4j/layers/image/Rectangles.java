package org.keras4j.layers.image;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * A rectangle in each image of a batch, its corners {@code (batch, 1, 1, 1)}.
 *
 * @param left the first column
 * @param right the column after the last
 * @param top the first row
 * @param bottom the row after the last
 */
record Rectangles(Tensor left, Tensor right, Tensor top, Tensor bottom) {
  /** Rectangles at random places, of a part of the width and a part of the height {@code (batch)}. */
  static Rectangles draw(
      RandomImageLayer<?, ?> layer,
      Tensor images,
      Tensor ofWidth,
      Tensor ofHeight,
      @Nullable Object seed) {
    Tensor[] across = place(layer, images, layer.width(images), ofWidth, seed);
    Tensor[] down = place(layer, images, layer.height(images), ofHeight, seed);
    return new Rectangles(across[0], across[1], down[0], down[1]);
  }

  private static Tensor[] place(
      RandomImageLayer<?, ?> layer,
      Tensor images,
      Tensor size,
      Tensor part,
      @Nullable Object seed) {
    Tensor length = layer.computed(Ops.multiply(part, size));
    Tensor at = layer.uniform(RandomImageLayer.perImage(images, 1), 0, 1, seed);
    Tensor start = Ops.multiply(layer.computed(at), Ops.subtract(layer.computed(size), length));
    return new Tensor[] {
      RandomImageLayer.spread(start), RandomImageLayer.spread(Ops.add(start, length))
    };
  }

  /** Which pixels are inside, {@code (batch, height, width, 1)}, or with channels first. */
  Tensor inside(ImageLayer<?, ?> layer, Tensor images) {
    int rows = 4 + layer.heightAxis();
    int[] notRows = layer.channelsFirst() ? new int[] {0, 1, 3} : new int[] {0, 2, 3};
    int[] notColumns = layer.channelsFirst() ? new int[] {0, 1, 2} : new int[] {0, 1, 3};
    DType t = layer.computeDtype();
    Tensor y = Prims.expandDims(Prims.iotaOf(images, rows, t), notRows);
    Tensor x = Prims.expandDims(Prims.iotaOf(images, rows + 1, t), notColumns);
    Tensor across = Ops.logicalAnd(Ops.greaterEqual(x, left), Ops.less(x, right));
    Tensor down = Ops.logicalAnd(Ops.greaterEqual(y, top), Ops.less(y, bottom));
    return Ops.logicalAnd(across, down);
  }

  /** The part of the image, {@code (batch, 1, 1, 1)}. */
  Tensor part(ImageLayer<?, ?> layer, Tensor images) {
    Tensor area = Ops.multiply(Ops.subtract(right, left), Ops.subtract(bottom, top));
    return Ops.divide(
        area, layer.computed(Ops.multiply(layer.width(images), layer.height(images))));
  }
}
