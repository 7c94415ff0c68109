package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Slants images at random ({@code keras.layers.RandomShear}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * or a map, in which segmentation masks and bounding boxes are changed along.
 *
 * <pre>{@code
 * Tensor y = new RandomShear(0.2, 0.1).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomShear extends WarpLayer<RandomShear, RandomShear.Shear> {
  /**
   * How images are slanted.
   *
   * @param shearFactor to the right and down, {@code (batch, 2)}
   * @param height of the images
   * @param width of the images
   */
  public record Shear(Tensor shearFactor, Tensor height, Tensor width) {}

  // pairs once configured
  @Config
  private Object xFactor = List.of(0.0, 0.0);

  @Config
  private Object yFactor = List.of(0.0, 0.0);

  private RandomShear() {}

  /**
   * By factors.
   *
   * @param xFactor f from 0 to 1, for -f to f: how far rows move to the side, as a part of their distance from the first
   * @param yFactor likewise, how far columns move up or down
   * @throws IllegalArgumentException if one is out of bounds
   */
  public RandomShear(double xFactor, double yFactor) {
    this((Object) xFactor, yFactor);
  }

  /**
   * By factors between two numbers each.
   *
   * @param xFactor the least and the greatest, as {@link #RandomShear(double, double)} takes them
   * @param yFactor likewise
   * @throws IllegalArgumentException if there are not two, or one is out of bounds
   */
  public RandomShear(List<? extends Number> xFactor, List<? extends Number> yFactor) {
    this((Object) xFactor, yFactor);
  }

  private RandomShear(Object xFactor, Object yFactor) {
    this.xFactor = limits("xFactor", xFactor, 0);
    this.yFactor = limits("yFactor", yFactor, 0);
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    xFactor = limits("xFactor", xFactor, -1);
    yFactor = limits("yFactor", yFactor, -1);
  }

  private List<Number> limits(String setting, Object factor, int low) {
    return Factors.strict(label() + " " + setting, factor, low, 1, true);
  }

  private Tensor drawn(Tensor images, Object factor, @Nullable Object seed) {
    List<?> limits = (List<?>) factor;
    double low = ((Number) limits.get(0)).doubleValue();
    double high = ((Number) limits.get(1)).doubleValue();
    return uniform(perImage(images, 2), low, high, computeDtype(), seed);
  }

  @Override
  public @Nullable Shear randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Tensor sign = sign(perImage(images, 2), computeDtype(), seed);
    Tensor y = drawn(images, yFactor, seed);
    Tensor x = drawn(images, xFactor, seed);
    Tensor factors = Ops.multiply(columns(List.of(x, y)), sign);
    return new Shear(factors, height(images), width(images));
  }

  @Override
  Tensor matrix(Shear chosen) {
    List<Tensor> by = Ops.split(chosen.shearFactor(), 2, 1);
    Tensor zero = Ops.zerosLike(by.get(0));
    Tensor one = Ops.onesLike(by.get(0));
    return matrix(one, by.get(0), zero, by.get(1), one, zero);
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Shear chosen, boolean training) {
    if (!training || chosen == null) {
      return boxes;
    }
    Tensor h = chosen.height();
    Tensor w = chosen.width();
    Boxes b = boxes.convert(boundingBoxFormat(), "rel_xyxy", h, w);
    List<Tensor> by =
        Ops.split(Ops.cast(Ops.expandDims(chosen.shearFactor(), 1), "float32"), 2, -1);
    List<Tensor> p = Ops.split(b.boxes(), 4, -1);
    Tensor sx = by.get(0);
    Tensor sy = by.get(1);
    Tensor left = Ops.less(sx, 0);
    Tensor x1 = slanted(left, p.get(0), sx, p.get(1), p.get(3));
    Tensor x2 = slanted(left, p.get(2), sx, p.get(3), p.get(1));
    Tensor down = Ops.greater(sy, 0);
    Tensor y1 = slanted(down, p.get(1), sy, x2, x1);
    Tensor y2 = slanted(down, p.get(3), sy, x1, x2);
    Tensor at = Ops.concatenate(List.of(x1, y1, x2, y2), -1);
    Boxes clipped = b.with(at).clip("rel_xyxy", null, null);
    return clipped.convert("rel_xyxy", boundingBoxFormat(), h, w);
  }

  // moved by the factor times one distance or the other
  private static Tensor slanted(Tensor condition, Tensor x, Tensor factor, Tensor yes, Tensor no) {
    return Ops.subtract(x, Ops.multiply(factor, Ops.where(condition, yes, no)));
  }
}
