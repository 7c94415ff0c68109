package org.keras4j.layers.image;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Takes the colors from an image with a probability ({@code keras.layers.RandomGrayscale}); the gray is in all
 * three channels.
 *
 * <p>Input and output shape: {@code (batch, height, width, 3)} or without batch, or with channels first, or a
 * map, of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomGrayscale(0.5).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomGrayscale extends RandomImageLayer<RandomGrayscale, RandomGrayscale.Gray> {
  /** Which images become gray, {@code (batch, 1, 1, 1)}. */
  public record Gray(Tensor shouldApply) {}

  @Config
  private Number factor = 0.5;

  /** With the default probability, 0.5. */
  public RandomGrayscale() {}

  /**
   * With this probability, from 0 to 1.
   *
   * @param factor the probability that an image becomes gray, 0.5 by default
   */
  public RandomGrayscale(double factor) {
    this.factor = factor;
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    if (!(factor.doubleValue() >= 0 && factor.doubleValue() <= 1)) {
      throw new IllegalArgumentException(
          label() + ": 'factor' expects a number from 0 to 1, got " + factor);
    }
  }

  // the seed is no part of Keras's config
  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.remove("seed");
    return out;
  }

  @Override
  public @Nullable Gray randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    return new Gray(Ops.less(uniform(perImage(images, 4), 0, 1, seed), factor));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Gray chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    return Ops.where(chosen.shouldApply(), Ops.Image.rgbToGrayscale(images, dataFormat()), images);
  }
}
