package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Moves an image to or away from a blurred one ({@code keras.layers.RandomSharpness}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first, or a map,
 * of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomSharpness(0.2).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomSharpness extends ColorLayer<RandomSharpness, RandomSharpness.Sharpness> {
  /** The factor of each image, {@code (batch)}. */
  public record Sharpness(Tensor factor) {}

  private RandomSharpness() {
    super(0, 1, 0.0);
  }

  /**
   * With this factor.
   *
   * @param factor from 0 to 1: 0 for the blurred image, 0.5 for no change, 1 for as sharp as can be
   */
  public RandomSharpness(double factor) {
    this();
    givenFactor(factor);
  }

  /**
   * With a factor between these.
   *
   * @param lower the least factor
   * @param upper the greatest factor
   */
  public RandomSharpness(double lower, double upper) {
    this();
    givenFactor(List.of(lower, upper));
  }

  @Override
  public @Nullable Sharpness randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    return new Sharpness(uniform(perImage(images, 1), lower(), upper(), seed));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Sharpness chosen, boolean training) {
    Tensor x = computed(images);
    if (!training || chosen == null) {
      return x;
    }
    Tensor last = channelsFirst() ? Ops.swapaxes(x, -3, -1) : x;
    Tensor factor = spread(computed(Ops.multiply(chosen.factor(), 2.0)));
    Tensor smooth = computed(Ops.depthwiseConv(last, kernel(last), 1, "same", "channels_last", 1));
    Tensor away = Ops.multiply(Ops.subtract(1.0, factor), Ops.subtract(smooth, last));
    Tensor y = ValueRange.clip(Ops.add(last, away), valueRange());
    return channelsFirst() ? Ops.swapaxes(y, -3, -1) : y;
  }

  private Tensor kernel(Tensor last) {
    double a = 1 / 13.0;
    double[][] k = {{a, a, a}, {a, 5 / 13.0, a}, {a, a, a}};
    Tensor one = Prims.expandDims(ArrayLike.tensor(k, computeDtype()), 2, 3);
    return Ops.tile(one, List.of(1, 1, known(last, -1), 1));
  }
}
