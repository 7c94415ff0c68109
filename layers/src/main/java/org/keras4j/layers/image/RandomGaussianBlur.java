package org.keras4j.layers.image;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Blurs an image with a random probability, more or less ({@code keras.layers.RandomGaussianBlur}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * or a map, of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomGaussianBlur().kernelSize(3, 3).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomGaussianBlur
    extends ColorLayer<RandomGaussianBlur, RandomGaussianBlur.Blur> {
  /**
   * How images are blurred.
   *
   * @param shouldApplyBlur which images are, {@code (batch)}
   * @param blurFactor the standard deviations across and down
   */
  public record Blur(Tensor shouldApplyBlur, Tensor blurFactor) {}

  // a number or two; two once configured
  @Config
  private Object kernelSize = List.of(3, 3);

  @Config
  private Object sigma = List.of(0, 1.0);

  /** With the default factor, 1, by up to one pixel. */
  public RandomGaussianBlur() {
    super(0, 1, List.of(0, 1.0));
  }

  @Override
  protected void configured() {
    super.configured();
    kernelSize = odd(kernelSize);
    sigma = Factors.range(label() + " sigma", sigma, 0, 1);
  }

  private List<Integer> odd(Object given) {
    List<?> sizes = given instanceof List<?> l ? l : List.of(given, given);
    List<Integer> out = new ArrayList<>();
    for (Object s : sizes) {
      if (s instanceof Number n && n.doubleValue() == n.intValue() && n.intValue() % 2 == 1) {
        out.add(n.intValue());
      }
    }
    if (sizes.size() != 2 || out.size() != 2) {
      throw new IllegalArgumentException(
          label() + ": 'kernelSize' expects one or two odd numbers, got " + given);
    }
    return out;
  }

  /**
   * The probability at most, from 0 to 1.
   *
   * @param value 1 by default
   * @return this layer
   */
  public RandomGaussianBlur factor(double value) {
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
  public RandomGaussianBlur factor(double lower, double upper) {
    givenFactor(List.of(lower, upper));
    return this;
  }

  /**
   * The size of the kernel across and down, odd numbers; 3 by default.
   *
   * @param across its width
   * @param down its height
   * @return this layer
   */
  public RandomGaussianBlur kernelSize(int across, int down) {
    return set("kernelSize", () -> kernelSize = odd(List.of(across, down)));
  }

  /**
   * The standard deviation at most, from 0 to 1.
   *
   * @param value 1 by default
   * @return this layer
   */
  public RandomGaussianBlur sigma(double value) {
    return set("sigma", () -> sigma = Factors.range(label() + " sigma", value, 0, 1));
  }

  /**
   * The limits of the standard deviation, from 0 to 1.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   */
  public RandomGaussianBlur sigma(double lower, double upper) {
    return set(
        "sigma", () -> sigma = Factors.range(label() + " sigma", List.of(lower, upper), 0, 1));
  }

  @Override
  public @Nullable Blur randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    List<?> limits = (List<?>) sigma;
    double low = ((Number) limits.get(0)).doubleValue();
    double high = ((Number) limits.get(1)).doubleValue();
    Tensor apply = chosen(images, lower(), upper(), seed);
    Tensor factor = uniform(Shape.of(2), low, high, computeDtype(), seed);
    return new Blur(apply, Ops.add(factor, 1e-6));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Blur chosen, boolean training) {
    Tensor x = computed(images);
    if (!training || chosen == null) {
      return x;
    }
    Tensor blurred = Ops.Image.gaussianBlur(x, kernelSize, chosen.blurFactor(), dataFormat());
    Tensor y = Ops.where(spread(chosen.shouldApplyBlur()), blurred, x);
    return computed(ValueRange.clip(y, valueRange()));
  }
}
