package org.keras4j.layers.image;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * The middle of images; images that are too small are cropped to the right proportions and resized ({@code
 * keras.layers.CenterCrop}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)} or without batch, or with channels first, sizes
 * known; or a map, in which segmentation masks and bounding boxes are changed along. Output shape: likewise,
 * with the new sizes.
 *
 * <pre>{@code
 * Tensor y = new CenterCrop(24, 24).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 24, 24, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class CenterCrop extends ImageLayer<CenterCrop, ImageSize> {
  @Config
  private int height;

  @Config
  private int width;

  private CenterCrop() {}

  /**
   * To these sizes.
   *
   * @param height of the outputs, in pixels
   * @param width of the outputs, in pixels
   */
  public CenterCrop(int height, int width) {
    this.height = height;
    this.width = width;
    configured();
  }

  @Override
  protected void configured() {
    Extent.of(label() + " height and width", 2, 1, height, width);
  }

  @Override
  public ImageSize randomTransformation(Tensor images, boolean training, @Nullable Object seed) {
    return new ImageSize(known(images, heightAxis()), known(images, widthAxis()));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable ImageSize given, boolean training) {
    Tensor x = computed(images);
    int h = known(x, heightAxis());
    int w = known(x, widthAxis());
    if (h >= height && w >= width) {
      int top = (h - height) / 2;
      int left = (w - width) / 2;
      return Prims.slice(
          Prims.slice(x, heightAxis(), top, top + height), widthAxis(), left, left + width);
    }
    int[] size = {height, width};
    // between integers lie floats
    x = Prims.convert(x, x.dtype().isFloat() ? x.dtype() : DType.FLOAT32);
    return Ops.Image.resize(x, size, "bilinear", false, true, false, "constant", 0, dataFormat());
  }

  @Override
  public Tensor transformSegmentationMasks(
      Tensor masks, @Nullable ImageSize given, boolean training) {
    return transformImages(masks, given, training);
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable ImageSize given, boolean training) {
    if (given == null) {
      throw new IllegalArgumentException(label() + ": bounding boxes need the size of images");
    }
    int h = given.height();
    int w = given.width();
    Boxes b = boxes.convert(boundingBoxFormat(), "xyxy", h, w);
    if (h >= height && w >= width) {
      b = cropped(b, (h - height) / 2, (w - width) / 2, height, width);
    } else {
      ImageSize part = given.inProportion(height, width);
      b = cropped(b, (h - part.height()) / 2, (w - part.width()) / 2, part.height(), part.width())
          .convert("xyxy", "rel_xyxy", part.height(), part.width())
          .convert("rel_xyxy", "xyxy", height, width);
    }
    return b.clip("xyxy", height, width).convert("xyxy", boundingBoxFormat(), height, width);
  }

  private static Boxes cropped(Boxes b, int top, int left, int height, int width) {
    return b.with(BoundingBoxes.crop(b.boxes(), top, left, height, width, "xyxy"));
  }
}
