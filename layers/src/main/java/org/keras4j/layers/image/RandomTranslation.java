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
   * By these parts of height and width at most.
   *
   * @param heightFactor a number f from -1 to 1, for -f to f, or a list of two; negative for up
   * @param widthFactor likewise; negative for left
   */
  public RandomTranslation(Object heightFactor, Object widthFactor) {
    this.heightFactor = heightFactor;
    this.widthFactor = widthFactor;
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    limits("height_factor", heightFactor);
    limits("width_factor", widthFactor);
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
    Tensor down = drawn(images, "height_factor", heightFactor, h, seed);
    Tensor right = drawn(images, "width_factor", widthFactor, w, seed);
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
