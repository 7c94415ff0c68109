package org.keras4j.layers.preprocessing;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.Extent;
import org.keras4j.ops.ImageOps;
import org.keras4j.ops.engine.Prims;

/**
 * The middle of images; images that are too small are cropped to the right proportions and resized ({@code
 * keras.layers.CenterCrop}).
 *
 * <p>Input shape: {@code (batch, height, width, channels)} or without batch, or with channels first. Output
 * shape: likewise, with the new sizes.
 */
@KerasSerializable(module = "keras.layers")
public final class CenterCrop extends ImageLayer<CenterCrop> {
  @Config
  private int height;

  @Config
  private int width;

  private CenterCrop() {}

  /** To these sizes. */
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
  Tensor images(Tensor images, CallContext context) {
    Tensor x = Prims.convert(images, computeDtype());
    long h = x.shape().dim(heightAxis());
    long w = x.shape().dim(widthAxis());
    if (h < 0 || w < 0) {
      throw new IllegalArgumentException(
          label() + ": the sizes of images must be known, got shape " + x.shape());
    }
    if (h >= height && w >= width) {
      long top = (h - height) / 2;
      long left = (w - width) / 2;
      return Prims.slice(
          Prims.slice(x, heightAxis(), top, top + height), widthAxis(), left, left + width);
    }
    int[] size = {height, width};
    return ImageOps.resize(x, size, "bilinear", false, true, false, "constant", 0, dataFormat());
  }

  @Override
  Tensor masks(Tensor masks, CallContext context) {
    return images(masks, context);
  }
}
