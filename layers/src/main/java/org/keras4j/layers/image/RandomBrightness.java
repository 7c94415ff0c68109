package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Adds a random number to all values of an image, a part of the range of values ({@code keras.layers.RandomBrightness}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first, or a map,
 * of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomBrightness(0.2).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomBrightness extends ColorLayer<RandomBrightness, RandomBrightness.Delta> {
  /** What is added to each image, {@code (batch, 1, 1, 1)}. */
  public record Delta(Tensor rgbDelta) {}

  private RandomBrightness() {
    super(-1, 1, 0.0);
  }

  /**
   * With this factor.
   *
   * @param factor how much of the range at most, from -1 to 1; f stands for -f to f
   */
  public RandomBrightness(double factor) {
    this();
    givenFactor(factor);
  }

  /**
   * With a factor between these.
   *
   * @param lower the least factor
   * @param upper the greatest factor
   */
  public RandomBrightness(double lower, double upper) {
    this();
    givenFactor(List.of(lower, upper));
  }

  @Override
  public @Nullable Delta randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Tensor drawn = uniform(perImage(images, 4), lower(), upper(), seed);
    return new Delta(Ops.multiply(drawn, greatest() - least()));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Delta chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    return ValueRange.clip(
        Ops.add(images, Ops.cast(chosen.rgbDelta(), images.dtype())), valueRange());
  }
}
