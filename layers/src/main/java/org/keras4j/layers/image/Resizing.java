package org.keras4j.layers.image;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;

/**
 * Resizes images ({@code keras.layers.Resizing}). Integers stay integers, rounded.
 *
 * <p>Input shape: {@code (batch, height, width, channels)} or without batch, or with channels first, sizes
 * known; or a map, in which segmentation masks and bounding boxes are changed along. Output shape: likewise,
 * with the new sizes.
 *
 * <pre>{@code
 * Tensor y = new Resizing(16, 16).interpolation("nearest").invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 16, 16, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Resizing extends ImageLayer<Resizing, ImageSize> {
  @Config
  private int height;

  @Config
  private int width;

  @Config
  private String interpolation = "bilinear";

  @Config
  private boolean cropToAspectRatio;

  @Config
  private boolean padToAspectRatio;

  @Config
  private String fillMode = "constant";

  @Config
  private Number fillValue = 0.0;

  @Config
  private boolean antialias;

  private Resizing() {}

  /**
   * To these sizes.
   *
   * @param height of the outputs, in pixels
   * @param width of the outputs, in pixels
   */
  public Resizing(int height, int width) {
    this.height = height;
    this.width = width;
    configured();
  }

  @Override
  protected void configured() {
    Extent.of(label() + " height and width", 2, 1, height, width);
  }

  /**
   * How values between pixels are found.
   *
   * @param value {@code "bilinear"} (the default), {@code "nearest"}, {@code "bicubic"}, {@code "lanczos3"},
   * @return this layer
   */
  public Resizing interpolation(String value) {
    return set("interpolation", () -> interpolation = value);
  }

  /**
   * Whether images are cropped so that nothing is distorted.
   *
   * @param value false by default
   * @return this layer
   */
  public Resizing cropToAspectRatio(boolean value) {
    return set("cropToAspectRatio", () -> cropToAspectRatio = value);
  }

  /**
   * Whether images are padded so that nothing is distorted.
   *
   * @param value false by default
   * @return this layer
   */
  public Resizing padToAspectRatio(boolean value) {
    return set("padToAspectRatio", () -> padToAspectRatio = value);
  }

  /**
   * How padding is filled.
   *
   * @param value {@code "constant"} alone
   * @return this layer
   */
  public Resizing fillMode(String value) {
    return set("fillMode", () -> fillMode = value);
  }

  /**
   * What padding holds.
   *
   * @param value 0 by default
   * @return this layer
   */
  public Resizing fillValue(Number value) {
    return set("fillValue", () -> fillValue = value);
  }

  /**
   * Whether images are smoothed before they become smaller.
   *
   * @param value false by default
   * @return this layer
   */
  public Resizing antialias(boolean value) {
    return set("antialias", () -> antialias = value);
  }

  private Tensor resize(Tensor x, String how) {
    Tensor y = Ops.Image.resize(
        x,
        new int[] {height, width},
        how,
        antialias,
        cropToAspectRatio,
        padToAspectRatio,
        fillMode,
        fillValue.doubleValue(),
        dataFormat());
    if (y.dtype() == x.dtype()) {
      return y;
    }
    return Ops.saturateCast(x.dtype().isInteger() ? Ops.round(y) : y, x.dtype());
  }

  @Override
  public ImageSize randomTransformation(Tensor images, boolean training, @Nullable Object seed) {
    return new ImageSize(known(images, heightAxis()), known(images, widthAxis()));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable ImageSize given, boolean training) {
    return resize(images, interpolation);
  }

  @Override
  public Tensor transformSegmentationMasks(
      Tensor masks, @Nullable ImageSize given, boolean training) {
    return resize(masks, "nearest");
  }

  /** As in Keras, boxes that are 0 or -1 all over are padding, and become 0. */
  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable ImageSize given, boolean training) {
    if (given == null) {
      throw new IllegalArgumentException(label() + ": bounding boxes need the size of images");
    }
    Tensor padding = Ops.logicalOr(
        Ops.all(Ops.equal(boxes.boxes(), -1), -1, true),
        Ops.all(Ops.equal(boxes.boxes(), 0), -1, true));
    Boxes b = boxes.convert(boundingBoxFormat(), "xyxy", given.height(), given.width());
    Boxes clipped = b.with(moved(b.boxes(), given)).clip("xyxy", height, width);
    Boxes kept = clipped.with(Ops.where(padding, Ops.zerosLike(clipped.boxes()), clipped.boxes()));
    return kept.convert("xyxy", boundingBoxFormat(), height, width);
  }

  // in float32, as the boxes are
  private Tensor moved(Tensor boxes, ImageSize from) {
    float h = from.height();
    float w = from.width();
    float down = height / h;
    float across = width / w;
    float top = 0;
    float left = 0;
    if (padToAspectRatio) {
      float scale = Math.min(down, across);
      down = scale;
      across = scale;
      top = (float) Math.floor((height - h * scale) / 2);
      left = (float) Math.floor((width - w * scale) / 2);
    } else if (cropToAspectRatio) {
      float proportion = w / h;
      boolean wide = proportion > (float) width / height;
      float newWidth = wide ? height * proportion : width;
      float newHeight = wide ? height : width / proportion;
      down = newHeight / h;
      across = newWidth / w;
      top = (float) -Math.floor((newHeight - height) / 2);
      left = (float) -Math.floor((newWidth - width) / 2);
    }
    Tensor scale = ArrayLike.tensor(new float[] {across, down, across, down});
    Tensor shift = ArrayLike.tensor(new float[] {left, top, left, top});
    return Ops.add(Ops.multiply(boxes, scale), shift);
  }
}
