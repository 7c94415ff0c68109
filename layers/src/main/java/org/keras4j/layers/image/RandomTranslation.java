package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Moves images by random distances ({@code keras.layers.RandomTranslation}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * or a map, in which segmentation masks and bounding boxes are changed along.
 *
 * <pre>{@code
 * Tensor y = new RandomTranslation(0.2, 0.1).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomTranslation
    extends WarpLayer<RandomTranslation, RandomTranslation.Translation> {
  /**
   * How far images are moved.
   *
   * @param translations pixels to the right and down, {@code (batch, 2)}
   * @param height of the images
   * @param width of the images
   */
  public record Translation(Tensor translations, Tensor height, Tensor width) {}

  // numbers or pairs
  @Config
  private Object heightFactor = 0.0;

  @Config
  private Object widthFactor = 0.0;

  private RandomTranslation() {}

  /**
   * By factors.
   *
   * @param heightFactor f from -1 to 1, for -f to f, as a part of the height; negative for up
   * @param widthFactor likewise, of the width; negative for left
   * @throws IllegalArgumentException if one is out of bounds
   */
  public RandomTranslation(double heightFactor, double widthFactor) {
    this((Object) heightFactor, widthFactor);
  }

  /**
   * By factors between two numbers each.
   *
   * @param heightFactor the least and the greatest, as {@link #RandomTranslation(double, double)} takes them
   * @param widthFactor likewise
   * @throws IllegalArgumentException if there are not two, or one is out of bounds
   */
  public RandomTranslation(
      List<? extends Number> heightFactor, List<? extends Number> widthFactor) {
    this((Object) heightFactor, widthFactor);
  }

  private RandomTranslation(Object heightFactor, Object widthFactor) {
    this.heightFactor = heightFactor;
    this.widthFactor = widthFactor;
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    limits("heightFactor", heightFactor);
    limits("widthFactor", widthFactor);
  }

  private List<Number> limits(String setting, Object factor) {
    return Factors.strict(label() + " " + setting, factor, -1, 1, true);
  }

  private Tensor drawn(
      Tensor images, String setting, Object factor, Tensor size, @Nullable Object seed) {
    List<Number> limits = limits(setting, factor);
    Tensor part = uniform(
        perImage(images, 2), limits.get(0).doubleValue(), limits.get(1).doubleValue(), seed);
    return Ops.multiply(part, size);
  }

  @Override
  public @Nullable Translation randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Tensor h = height(images);
    Tensor w = width(images);
    Tensor down = drawn(images, "heightFactor", heightFactor, h, seed);
    Tensor right = drawn(images, "widthFactor", widthFactor, w, seed);
    return new Translation(Ops.cast(columns(List.of(right, down)), "float32"), h, w);
  }

  @Override
  Tensor matrix(Translation chosen) {
    List<Tensor> by = Ops.split(chosen.translations(), 2, 1);
    Tensor zero = Ops.zerosLike(by.get(0));
    Tensor one = Ops.onesLike(by.get(0));
    return matrix(one, zero, Ops.negative(by.get(0)), zero, one, Ops.negative(by.get(1)));
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Translation chosen, boolean training) {
    if (!training || chosen == null) {
      return boxes;
    }
    Tensor h = chosen.height();
    Tensor w = chosen.width();
    Boxes b = boxes.convert(boundingBoxFormat(), "xyxy", h, w);
    Tensor by = Ops.expandDims(chosen.translations(), 1);
    Tensor moved = Ops.add(b.boxes(), Ops.concatenate(List.of(by, by), -1));
    return b.with(moved).clip("xyxy", h, w).convert("xyxy", boundingBoxFormat(), h, w);
  }
}
