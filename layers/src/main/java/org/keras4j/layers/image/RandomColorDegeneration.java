package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Mixes an image with its shades of gray ({@code keras.layers.RandomColorDegeneration}).
 *
 * <p>Input and output shape: {@code (batch, height, width, 3)} or without batch, or with channels first, or a map,
 * of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomColorDegeneration(0.2).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomColorDegeneration
    extends ColorLayer<RandomColorDegeneration, RandomColorDegeneration.Degeneration> {
  /** The part of gray in each image, {@code (batch, 1, 1, 1)}. */
  public record Degeneration(Tensor factor) {}

  private RandomColorDegeneration() {
    super(0, 1, 0.0);
  }

  /**
   * With this factor.
   *
   * @param factor the part of gray at most, from 0 to 1
   */
  public RandomColorDegeneration(double factor) {
    this();
    givenFactor(factor);
  }

  /**
   * With a factor between these.
   *
   * @param lower the least factor
   * @param upper the greatest factor
   */
  public RandomColorDegeneration(double lower, double upper) {
    this();
    givenFactor(List.of(lower, upper));
  }

  @Override
  public @Nullable Degeneration randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    return new Degeneration(uniform(perImage(images, 4), lower(), upper(), seed));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Degeneration chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    Tensor x = computed(images);
    Tensor gray = Ops.Image.rgbToGrayscale(x, dataFormat());
    Tensor mixed = Ops.add(x, Ops.multiply(computed(chosen.factor()), Ops.subtract(gray, x)));
    return computed(ValueRange.clip(mixed, valueRange()));
  }
}
