package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Moves the values of an image away from their means by a random factor, each channel by itself ({@code keras.layers.RandomContrast}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first, or a map,
 * of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomContrast(0.2).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomContrast extends ColorLayer<RandomContrast, RandomContrast.Contrast> {
  /** The factor of each image, {@code (batch, 1, 1, 1)}. */
  public record Contrast(Tensor contrastFactor) {}

  private RandomContrast() {
    super(0, 1, 0.0);
  }

  /**
   * With this factor.
   *
   * @param factor from 0 to 1: the values are multiplied by 1 to 1 + factor
   */
  public RandomContrast(double factor) {
    this();
    givenFactor(factor);
  }

  /**
   * With a factor between these.
   *
   * @param lower the least factor
   * @param upper the greatest factor
   */
  public RandomContrast(double lower, double upper) {
    this();
    givenFactor(List.of(lower, upper));
  }

  @Override
  public @Nullable Contrast randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    return new Contrast(
        uniform(perImage(images, 4), 1 - lower(), 1 + upper(), computeDtype(), seed));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Contrast chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    int[] axes = {heightAxis(), widthAxis()};
    Tensor mean = Ops.mean(Ops.mean(images, axes[0], true), axes[1], true);
    Tensor apart = Ops.multiply(Ops.subtract(images, mean), chosen.contrastFactor());
    return ValueRange.clip(Ops.add(apart, mean), valueRange());
  }
}
