package org.keras4j.layers.preprocessing;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.Extent;
import org.keras4j.ops.ImageOps;
import org.keras4j.ops.Ops;

/**
 * Resizes images ({@code keras.layers.Resizing}). Integers stay integers, rounded.
 *
 * <p>Input shape: {@code (batch, height, width, channels)} or without batch, or with channels first. Output
 * shape: likewise, with the new sizes.
 */
@KerasSerializable(module = "keras.layers")
public final class Resizing extends ImageLayer<Resizing> {
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

  /** To these sizes. */
  public Resizing(int height, int width) {
    this.height = height;
    this.width = width;
    configured();
  }

  @Override
  protected void configured() {
    Extent.of(label() + " height and width", 2, 1, height, width);
  }

  /** {@code "bilinear"} (the default), {@code "nearest"}, {@code "bicubic"}, {@code "lanczos3"}, ... */
  public Resizing interpolation(String value) {
    return set("interpolation", () -> interpolation = value);
  }

  /** Whether images are cropped so that nothing is distorted; false by default. */
  public Resizing cropToAspectRatio(boolean value) {
    return set("crop_to_aspect_ratio", () -> cropToAspectRatio = value);
  }

  /** Whether images are padded so that nothing is distorted; false by default. */
  public Resizing padToAspectRatio(boolean value) {
    return set("pad_to_aspect_ratio", () -> padToAspectRatio = value);
  }

  /** How padding is filled: {@code "constant"} alone. */
  public Resizing fillMode(String value) {
    return set("fill_mode", () -> fillMode = value);
  }

  /** What padding holds; 0 by default. */
  public Resizing fillValue(Number value) {
    return set("fill_value", () -> fillValue = value);
  }

  /** Whether images are smoothed before they become smaller; false by default. */
  public Resizing antialias(boolean value) {
    return set("antialias", () -> antialias = value);
  }

  private Tensor resize(Tensor x, String how) {
    Tensor y = ImageOps.resize(
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
  Tensor images(Tensor images, CallContext context) {
    return resize(images, interpolation);
  }

  @Override
  Tensor masks(Tensor masks, CallContext context) {
    return resize(masks, "nearest");
  }
}
