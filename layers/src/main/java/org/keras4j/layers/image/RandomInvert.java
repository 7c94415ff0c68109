package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Inverts the values of an image with a random probability ({@code keras.layers.RandomInvert}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first, or a map,
 * of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomInvert().factor(0.5).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomInvert extends ColorLayer<RandomInvert, RandomInvert.Inversion> {
  /** Which images are inverted, {@code (batch)}. */
  public record Inversion(Tensor applyInversion) {}

  /** With the default factor, 1.0. */
  public RandomInvert() {
    super(0, 1, List.of(0, 1.0));
  }

  /**
   * The probability at most, from 0 to 1.
   *
   * @param value 1 by default
   * @return this layer
   */
  public RandomInvert factor(double value) {
    givenFactor(value);
    return this;
  }

  /**
   * Likewise, drawn between these for each image.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   */
  public RandomInvert factor(double lower, double upper) {
    givenFactor(List.of(lower, upper));
    return this;
  }

  @Override
  public @Nullable Inversion randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    return new Inversion(chosen(images, lower(), upper(), seed));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Inversion chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    Tensor x = computed(images);
    return Ops.where(spread(chosen.applyInversion()), Ops.subtract(valueRange().get(1), x), x);
  }
}
