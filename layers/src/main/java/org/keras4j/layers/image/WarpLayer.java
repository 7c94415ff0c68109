package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/**
 * Random image layers that move the pixels of images, and read between them.
 *
 * @param <S> the class itself
 * @param <T> what describes a transformation
 */
public abstract class WarpLayer<S extends WarpLayer<S, T>, T> extends RandomImageLayer<S, T> {
  @Config
  private String fillMode = "reflect";

  @Config
  private String interpolation = "bilinear";

  @Config
  private Number fillValue = 0.0;

  WarpLayer() {}

  /** How masks are read. */
  static final String NEAREST = "nearest";

  @Override
  protected void configured() {
    super.configured();
    interpolation = Interpolations.of(label(), interpolation);
    fillMode = mode(fillMode);
  }

  private String mode(String value) {
    return Extent.choice(label() + " fillMode", value, "reflect", "wrap", "constant", "nearest");
  }

  /**
   * What is beyond the borders.
   *
   * @param value {@code "reflect"} (the default), the mirror image; {@code "wrap"}, the other end; {@code
   *     "nearest"}, the last pixel; {@code "constant"}, see {@link #fillValue}
   * @return this layer
   */
  public S fillMode(String value) {
    return set("fillMode", () -> fillMode = mode(value));
  }

  /**
   * {@code "bilinear"} (the default) or {@code "nearest"}.
   *
   * @param value masks are read by the nearest pixel
   * @return this layer
   */
  public S interpolation(String value) {
    return set("interpolation", () -> interpolation = Interpolations.of(label(), value));
  }

  /**
   * What is beyond the borders, if constant.
   *
   * @param value 0 by default
   * @return this layer
   */
  public S fillValue(Number value) {
    return set("fillValue", () -> fillValue = value);
  }

  /** From where the pixels of each image come, {@code (batch, 8)} as for affine transformations. */
  abstract Tensor matrix(T chosen);

  @Override
  public Tensor transformImages(Tensor images, @Nullable T chosen, boolean training) {
    return warped(computed(images), chosen, interpolation, training);
  }

  @Override
  public Tensor transformSegmentationMasks(Tensor masks, @Nullable T chosen, boolean training) {
    return warped(masks, chosen, NEAREST, training);
  }

  private Tensor warped(Tensor x, @Nullable T chosen, String how, boolean training) {
    if (!training || chosen == null) {
      return x;
    }
    return Ops.Image.affineTransform(
        x, matrix(chosen), how, fillMode, fillValue.doubleValue(), dataFormat());
  }

  // columns (batch, 1) as (batch, 8)
  static Tensor matrix(Tensor a0, Tensor a1, Tensor a2, Tensor b0, Tensor b1, Tensor b2) {
    Tensor zero = Ops.zerosLike(a0);
    return columns(List.of(a0, a1, a2, b0, b1, b2, zero, zero));
  }
}
