package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Turns images around their middle by random angles ({@code keras.layers.RandomRotation}). As in Keras, bounding
 * boxes are read as {@code "xyxy"} whatever their format.
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * or a map, in which segmentation masks and bounding boxes are changed along.
 *
 * <pre>{@code
 * Tensor y = new RandomRotation(0.1).fillMode("nearest").seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomRotation extends WarpLayer<RandomRotation, RandomRotation.Rotation> {
  /**
   * How images are turned.
   *
   * @param angle {@code (batch)}, in degrees
   * @param height of the images
   * @param width of the images
   */
  public record Rotation(Tensor angle, Tensor height, Tensor width) {}

  // a number or two; two once configured
  @Config
  private Object factor = List.of(0.0, 0.0);

  private RandomRotation() {}

  /**
   * By this part of a full turn at most, in either direction.
   *
   * @param factor from -1 to 1; f stands for -f to f
   */
  public RandomRotation(double factor) {
    this.factor = factor;
    configured();
  }

  /**
   * By an angle between these parts of a full turn, from -1 to 1.
   *
   * @param lower the least factor
   * @param upper the greatest factor
   */
  public RandomRotation(double lower, double upper) {
    this.factor = List.of(lower, upper);
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    factor = Factors.range(label() + " factor", factor, -1, 1);
  }

  @Override
  public @Nullable Rotation randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    List<?> limits = (List<?>) factor;
    double low = ((Number) limits.get(0)).doubleValue() * 360;
    double high = ((Number) limits.get(1)).doubleValue() * 360;
    Tensor angle = uniform(perImage(images, 1), low, high, seed);
    return new Rotation(angle, height(images), width(images));
  }

  @Override
  Tensor matrix(Rotation chosen) {
    Tensor angle = Ops.multiply(Ops.expandDims(chosen.angle(), 1), Math.PI / 180);
    Tensor x = Ops.multiply(0.5, Ops.subtract(chosen.width(), 1.0));
    Tensor y = Ops.multiply(0.5, Ops.subtract(chosen.height(), 1.0));
    Tensor cos = Ops.cos(angle);
    Tensor sin = Ops.sin(angle);
    Tensor right = Ops.add(Ops.subtract(x, Ops.multiply(x, cos)), Ops.multiply(y, sin));
    Tensor down = Ops.subtract(Ops.subtract(y, Ops.multiply(x, sin)), Ops.multiply(y, cos));
    return matrix(cos, Ops.negative(sin), right, sin, cos, down);
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Rotation chosen, boolean training) {
    if (!training || chosen == null) {
      return boxes;
    }
    Tensor h = chosen.height();
    Tensor w = chosen.width();
    Tensor zero = Ops.zerosLike(chosen.angle());
    Tensor one = Ops.onesLike(chosen.angle());
    Tensor turned = BoundingBoxes.affineTransform(
        boxes.boxes(), chosen.angle(), zero, zero, one, zero, zero, h, w, null, null, "xyxy");
    return boxes.with(turned).clip("xyxy", h, w).convert("xyxy", boundingBoxFormat(), h, w);
  }
}
