package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;

/**
 * Keeps a random number of the bits of the values of an image ({@code keras.layers.RandomPosterization}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first, or a map,
 * of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomPosterization(4).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomPosterization
    extends ColorLayer<RandomPosterization, RandomPosterization.Posterization> {
  /** How many bits each image loses, {@code (batch)}, uint8. */
  public record Posterization(Tensor shiftFactor) {}

  private RandomPosterization() {
    super(1, 8, 1);
  }

  /**
   * With this factor.
   *
   * @param factor how many bits are kept, less than this, from 1 to 8
   */
  public RandomPosterization(int factor) {
    this();
    givenFactor(factor);
  }

  /**
   * With a factor between these.
   *
   * @param lower the least factor
   * @param upper the greatest factor
   */
  public RandomPosterization(int lower, int upper) {
    this();
    givenFactor(List.of(lower, upper));
  }

  @Override
  public @Nullable Posterization randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Shape shape = perImage(images, 1);
    int least = (int) lower();
    Tensor bits = lower() == upper()
        ? Ops.full(Shape.of(1), least, "int32")
        : RandomOps.randint(shape, least, (int) upper(), "int32", source(seed));
    return new Posterization(Ops.cast(Ops.subtract(8, bits), "uint8"));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Posterization chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    Tensor x = ValueRange.rescale(images, valueRange(), ValueRange.BYTES, computeDtype());
    Tensor shift = spread(chosen.shiftFactor());
    Tensor bits = Ops.bitwiseRightShift(Ops.cast(x, "uint8"), shift);
    Tensor y = computed(Ops.bitwiseLeftShift(bits, shift));
    return ValueRange.rescale(y, ValueRange.BYTES, valueRange(), computeDtype());
  }
}
