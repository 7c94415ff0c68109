package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Multiplies the saturation of an image by a random factor ({@code keras.layers.RandomSaturation}).
 *
 * <p>Input and output shape: {@code (batch, height, width, 3)} or without batch, or with channels first, or a map,
 * of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomSaturation(0.2).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomSaturation
    extends ColorLayer<RandomSaturation, RandomSaturation.Saturation> {
  /** The factor of each image, {@code (batch)}. */
  public record Saturation(Tensor factor) {}

  private RandomSaturation() {
    super(0, 1, 0.0);
  }

  /**
   * With this factor.
   *
   * @param factor from 0 to 1: 0 for gray, 0.5 for no change, 1 for as saturated as can be
   */
  public RandomSaturation(double factor) {
    this();
    givenFactor(factor);
  }

  /**
   * With a factor between these.
   *
   * @param lower the least factor
   * @param upper the greatest factor
   */
  public RandomSaturation(double lower, double upper) {
    this();
    givenFactor(List.of(lower, upper));
  }

  @Override
  public @Nullable Saturation randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Tensor f = uniform(perImage(images, 1), lower(), upper(), seed);
    return new Saturation(Ops.divide(f, Ops.add(Ops.subtract(1.0, f), Keras.epsilon())));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Saturation chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    List<Tensor> hsv = Ops.split(Ops.Image.rgbToHsv(images, dataFormat()), 3, channelAxis());
    Tensor s = Ops.multiply(hsv.get(1), spread(computed(chosen.factor())));
    Tensor changed = Ops.concatenate(
        List.of(hsv.get(0), ValueRange.clip(s, valueRange()), hsv.get(2)), channelAxis());
    return Ops.Image.hsvToRgb(changed, dataFormat());
  }
}
