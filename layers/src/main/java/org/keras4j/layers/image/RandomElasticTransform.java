package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.SeedGenerator;

/**
 * Distorts images smoothly, with a random probability ({@code keras.layers.RandomElasticTransform}). Masks are
 * distorted as the images are.
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * sizes known, or a map, in which segmentation masks are changed along.
 *
 * <pre>{@code
 * Tensor y = new RandomElasticTransform().seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomElasticTransform
    extends ColorLayer<RandomElasticTransform, RandomElasticTransform.Elastic> {
  /**
   * How images are distorted.
   *
   * @param applyTransform which are, {@code (batch)}
   * @param distortionFactor how strongly and smoothly, one number
   * @param seed of the displacements, an integer or uint32(2)
   */
  public record Elastic(Tensor applyTransform, Tensor distortionFactor, Object seed) {}

  // a number or two; two once configured
  @Config
  private Object scale = List.of(0, 1.0);

  @Config
  private String interpolation = "bilinear";

  @Config
  private String fillMode = "reflect";

  @Config
  private Number fillValue = 0.0;

  /** With the default factor and scale, 1. */
  public RandomElasticTransform() {
    super(0, 1, List.of(0, 1.0));
  }

  @Override
  protected void configured() {
    super.configured();
    scale = Factors.range(label() + " scale", scale, 0, 1);
    interpolation = Interpolations.of(label(), interpolation);
    fillMode = mode(fillMode);
  }

  private String mode(String value) {
    return Extent.choice(
        label() + " fillMode", value, "reflect", "wrap", "constant", "nearest", "mirror");
  }

  /**
   * The probability at most, from 0 to 1.
   *
   * @param value 1 by default
   * @return this layer
   */
  public RandomElasticTransform factor(double value) {
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
  public RandomElasticTransform factor(double lower, double upper) {
    givenFactor(List.of(lower, upper));
    return this;
  }

  /**
   * How strongly at most, from 0 to 1.
   *
   * @param value 1 by default
   * @return this layer
   */
  public RandomElasticTransform scale(double value) {
    return set("scale", () -> scale = Factors.range(label() + " scale", value, 0, 1));
  }

  /**
   * Likewise, drawn between these.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   */
  public RandomElasticTransform scale(double lower, double upper) {
    return set(
        "scale", () -> scale = Factors.range(label() + " scale", List.of(lower, upper), 0, 1));
  }

  /**
   * {@code "bilinear"} (the default) or {@code "nearest"}.
   *
   * @param value masks are read by the nearest pixel
   * @return this layer
   */
  public RandomElasticTransform interpolation(String value) {
    return set("interpolation", () -> interpolation = Interpolations.of(label(), value));
  }

  /**
   * What is beyond the borders, as {@link Ops.Image#mapCoordinates} has it.
   *
   * @param value {@code "reflect"} by default
   * @return this layer
   */
  public RandomElasticTransform fillMode(String value) {
    return set("fillMode", () -> fillMode = mode(value));
  }

  /**
   * What is beyond the borders, if constant.
   *
   * @param value 0 by default
   * @return this layer
   */
  public RandomElasticTransform fillValue(Number value) {
    return set("fillValue", () -> fillValue = value);
  }

  private double limit(int i) {
    return ((Number) ((List<?>) scale).get(i)).doubleValue();
  }

  @Override
  public @Nullable Elastic randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training || limit(1) == 0 || upper() == 0) {
      return null;
    }
    Tensor apply = chosen(images, lower(), upper(), seed);
    Tensor factor = uniform(Shape.SCALAR, limit(0), limit(1), computeDtype(), seed);
    return new Elastic(apply, factor, SeedGenerator.draw(source(seed)));
  }

  private Tensor distorted(Tensor x, @Nullable Elastic chosen, String how, boolean training) {
    if (!training || chosen == null) {
      return x;
    }
    int h = known(x, heightAxis());
    int w = known(x, widthAxis());
    Tensor factor = Ops.cast(chosen.distortionFactor(), "float32");
    Tensor moved = Ops.Image.elasticTransform(
        x,
        Ops.multiply(factor, 0.1 * Math.max(h, w)),
        Ops.multiply(factor, 0.05 * Math.min(h, w)),
        0.05 * Math.min(h, w) * limit(1),
        how,
        fillMode,
        fillValue.doubleValue(),
        chosen.seed(),
        dataFormat());
    Tensor y = Ops.where(spread(chosen.applyTransform()), moved, x);
    return computed(ValueRange.clip(y, valueRange()));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Elastic chosen, boolean training) {
    return distorted(computed(images), chosen, interpolation, training);
  }

  @Override
  public Tensor transformSegmentationMasks(
      Tensor masks, @Nullable Elastic chosen, boolean training) {
    return distorted(masks, chosen, WarpLayer.NEAREST, training);
  }

  /** Not defined: a box does not stay one. */
  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Elastic chosen, boolean training) {
    throw new IllegalArgumentException(label() + ": cannot transform bounding boxes");
  }
}
