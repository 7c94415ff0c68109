package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.random.RandomOps;

/**
 * Overwrites a random rectangle of an image, with a random probability ({@code keras.layers.RandomErasing}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * or a map, of which the images alone are changed.
 *
 * <pre>{@code
 * Tensor y = new RandomErasing().fillValue(0).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomErasing extends ColorLayer<RandomErasing, RandomErasing.Erasure> {
  /**
   * What is overwritten.
   *
   * @param applyErasing in which images, {@code (batch)}
   * @param batchMasks which pixels, {@code (batch, height, width, 1)}
   * @param fillValue by what
   */
  public record Erasure(Tensor applyErasing, Tensor batchMasks, Tensor fillValue) {}

  // a number or two; two once configured
  @Config
  private Object scale = List.of(0.02, 0.33);

  // a number, three, or null
  @Config
  private @Nullable Object fillValue;

  /** With the default factor, 1, and noise. */
  public RandomErasing() {
    super(0, 1, List.of(0, 1.0));
  }

  @Override
  protected void configured() {
    super.configured();
    scale = Factors.range(label() + " scale", scale, 0, 1);
    fillValue = fill(fillValue);
  }

  private @Nullable Object fill(@Nullable Object value) {
    boolean three = value instanceof List<?> l
        && l.size() == 3
        && l.stream().allMatch(Number.class::isInstance);
    if (value != null && !(value instanceof Number) && !three) {
      throw new IllegalArgumentException(
          label() + ": 'fillValue' expects a number, a list of three or null, got " + value);
    }
    return value;
  }

  /**
   * The probability at most, from 0 to 1.
   *
   * @param value 1 by default
   * @return this layer
   */
  public RandomErasing factor(double value) {
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
  public RandomErasing factor(double lower, double upper) {
    givenFactor(List.of(lower, upper));
    return this;
  }

  /**
   * The limits of the rectangle's area, as a part of the image's; 0.02 and 0.33 by default.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   */
  public RandomErasing scale(double lower, double upper) {
    return set(
        "scale", () -> scale = Factors.range(label() + " scale", List.of(lower, upper), 0, 1));
  }

  /**
   * What is put there.
   *
   * @param value a number, or one for each of three channels; null or none (the default) for noise
   * @return this layer
   * @throws IllegalArgumentException if there are neither one nor three
   */
  public RandomErasing fillValue(double @Nullable ... value) {
    return set(
        "fillValue",
        () -> fillValue = value == null || value.length == 0
            ? null
            : fill(Extent.oneOrSeveral("fillValue", value)));
  }

  private Tensor sides(Tensor images, @Nullable Object seed) {
    List<?> l = (List<?>) scale;
    double low = ((Number) l.get(0)).doubleValue();
    double high = ((Number) l.get(1)).doubleValue();
    return Ops.sqrt(uniform(perImage(images, 1), low, high, computeDtype(), seed));
  }

  private Tensor filling(Tensor images, @Nullable Object seed) {
    Tensor value;
    if (fillValue == null) {
      Tensor noise = RandomOps.normal(images.shape(), 0.0, 1.0, computeDtype(), source(seed));
      value = Ops.multiply(noise, valueRange().get(1));
    } else {
      value = ArrayLike.tensor(fillValue, computeDtype());
      if (value.rank() == 1 && channelsFirst()) {
        value = Prims.expandDims(value, 1, 2);
      }
    }
    return ValueRange.clip(value, valueRange());
  }

  @Override
  public @Nullable Erasure randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Tensor across = sides(images, seed);
    Tensor down = sides(images, seed);
    Rectangles where = Rectangles.draw(this, images, across, down, seed);
    Tensor apply = chosen(images, lower(), upper(), seed);
    return new Erasure(apply, where.inside(this, images), filling(images, seed));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Erasure chosen, boolean training) {
    Tensor x = computed(images);
    if (!training || chosen == null) {
      return x;
    }
    Tensor erased = Ops.where(chosen.batchMasks(), chosen.fillValue(), x);
    return computed(Ops.where(spread(chosen.applyErasing()), erased, x));
  }
}
