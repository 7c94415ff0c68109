package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Shows images in a random perspective ({@code keras.layers.RandomPerspective}). As in Keras, bounding boxes
 * come out as {@code "xyxy"} whatever their format.
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * or a map, in which segmentation masks and bounding boxes are changed along.
 *
 * <pre>{@code
 * Tensor y = new RandomPerspective().factor(0.5).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomPerspective
    extends FactorLayer<RandomPerspective, RandomPerspective.Perspective> {
  /**
   * Where the corners of images come to.
   *
   * @param applyPerspective which images are changed, {@code (batch)}
   * @param startPoints columns and rows of the corners, {@code (batch, 4, 2)}
   * @param endPoints where they come to
   * @param height of the images
   * @param width of the images
   */
  public record Perspective(
      Tensor applyPerspective, Tensor startPoints, Tensor endPoints, Tensor height, Tensor width) {}

  @Config
  private Number scale = 1.0;

  @Config
  private String interpolation = "bilinear";

  @Config
  private Number fillValue = 0.0;

  /** With the default factor and scale, 1. */
  public RandomPerspective() {
    super(0, 1, List.of(0, 1.0));
  }

  @Override
  protected void configured() {
    super.configured();
    interpolation = Interpolations.of(label(), interpolation);
    scale = part(scale);
  }

  private Number part(Number value) {
    if (!(value.doubleValue() >= 0 && value.doubleValue() <= 1)) {
      throw new IllegalArgumentException(
          label() + ": 'scale' expects a number from 0 to 1, got " + value);
    }
    return value;
  }

  /**
   * The probability at most, from 0 to 1.
   *
   * @param value 1 by default
   * @return this layer
   */
  public RandomPerspective factor(double value) {
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
  public RandomPerspective factor(double lower, double upper) {
    givenFactor(List.of(lower, upper));
    return this;
  }

  /**
   * How far corners move, in parts of the image's size, from 0 to 1.
   *
   * @param value 1 (the default) for up to a half
   * @return this layer
   */
  public RandomPerspective scale(Number value) {
    return set("scale", () -> scale = part(value));
  }

  /**
   * {@code "bilinear"} (the default) or {@code "nearest"}.
   *
   * @param value masks are read by the nearest pixel
   * @return this layer
   */
  public RandomPerspective interpolation(String value) {
    return set("interpolation", () -> interpolation = Interpolations.of(label(), value));
  }

  /**
   * What is beyond the borders.
   *
   * @param value 0 by default
   * @return this layer
   */
  public RandomPerspective fillValue(Number value) {
    return set("fillValue", () -> fillValue = value);
  }

  @Override
  public @Nullable Perspective randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Tensor apply = chosen(images, lower(), upper(), seed);
    double far = 0.5 * scale.doubleValue();
    Shape shape = Shape.of(images.shape().dim(0), 4, 2);
    Tensor by = uniform(shape, -far, far, computeDtype(), seed);
    Tensor h = height(images);
    Tensor w = width(images);
    Tensor last = Ops.subtract(Ops.stack(List.of(w, h)), 1.0);
    double[][] corners = {{0, 0}, {1, 0}, {0, 1}, {1, 1}};
    Tensor places = computed(Ops.multiply(ArrayLike.tensor(corners, last.dtype()), last));
    Tensor start = Ops.add(Ops.zerosLike(by), places);
    Tensor end = Ops.add(start, Ops.multiply(start, by));
    return new Perspective(apply, start, end, h, w);
  }

  private Tensor seen(Tensor x, @Nullable Perspective chosen, String how, boolean training) {
    if (!training || chosen == null) {
      return x;
    }
    Tensor moved = Ops.Image.perspectiveTransform(
        x, chosen.startPoints(), chosen.endPoints(), how, fillValue.doubleValue(), dataFormat());
    return Ops.where(spread(chosen.applyPerspective()), moved, x);
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Perspective chosen, boolean training) {
    return seen(computed(images), chosen, interpolation, training);
  }

  @Override
  public Tensor transformSegmentationMasks(
      Tensor masks, @Nullable Perspective chosen, boolean training) {
    return seen(masks, chosen, WarpLayer.NEAREST, training);
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Perspective chosen, boolean training) {
    if (!training || chosen == null) {
      return boxes;
    }
    Tensor h = chosen.height();
    Tensor w = chosen.width();
    Boxes b = boxes.convert(boundingBoxFormat(), "xyxy", h, w);
    Tensor t = Ops.expandDims(
        Ops.Image.computeHomographyMatrix(chosen.endPoints(), chosen.startPoints()), 1);
    List<Tensor> p = Ops.split(b.boxes(), 4, -1);
    Tensor x = Ops.concatenate(List.of(p.get(0), p.get(2), p.get(0), p.get(2)), -1);
    Tensor y = Ops.concatenate(List.of(p.get(1), p.get(3), p.get(3), p.get(1)), -1);
    List<Tensor> m = Ops.split(t, 8, -1);
    Tensor depth = Ops.add(line(m.get(6), m.get(7), x, y), 1.0);
    Tensor toX = Ops.divide(Ops.add(line(m.get(0), m.get(1), x, y), m.get(2)), depth);
    Tensor toY = Ops.divide(Ops.add(line(m.get(3), m.get(4), x, y), m.get(5)), depth);
    Tensor around = Ops.concatenate(
        List.of(
            Ops.min(toX, -1, true),
            Ops.min(toY, -1, true),
            Ops.max(toX, -1, true),
            Ops.max(toY, -1, true)),
        -1);
    Tensor apply = Prims.expandDims(chosen.applyPerspective(), 1, 2);
    return b.with(Ops.where(apply, around, b.boxes())).clip("xyxy", h, w);
  }

  private static Tensor line(Tensor a, Tensor b, Tensor x, Tensor y) {
    return Ops.add(Ops.multiply(a, x), Ops.multiply(b, y));
  }
}
