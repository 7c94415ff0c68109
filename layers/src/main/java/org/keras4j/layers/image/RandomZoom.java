package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Enlarges or shrinks images by random factors ({@code keras.layers.RandomZoom}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * or a map, in which segmentation masks and bounding boxes are changed along.
 *
 * <pre>{@code
 * Tensor y = new RandomZoom(0.2).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomZoom extends WarpLayer<RandomZoom, RandomZoom.Zoom> {
  /**
   * How images are zoomed.
   *
   * @param heightZoom how many rows of the image come to one, {@code (batch, 1)}
   * @param widthZoom how many columns, {@code (batch, 1)}
   * @param height of the images
   * @param width of the images
   */
  public record Zoom(Tensor heightZoom, Tensor widthZoom, Tensor height, Tensor width) {}

  // numbers or pairs
  @Config
  private Object heightFactor = 0.0;

  @Config
  private @Nullable Object widthFactor;

  private RandomZoom() {}

  /**
   * By a factor for height and width alike.
   *
   * @param heightFactor f from -1 to 1, for -f to f: 0.2 for images that become smaller or larger by a fifth at most
   */
  public RandomZoom(double heightFactor) {
    this((Object) heightFactor, null);
  }

  /**
   * By a factor between two for height and width alike.
   *
   * @param heightFactor two numbers from -1 to 1, in the order of the least and the greatest
   */
  public RandomZoom(List<? extends Number> heightFactor) {
    this((Object) heightFactor, null);
  }

  /**
   * By factors.
   *
   * @param heightFactor f from -1 to 1, for -f to f: 0.2 for images that become smaller or larger by a fifth at most
   * @param widthFactor likewise
   * @throws IllegalArgumentException if one is out of bounds
   */
  public RandomZoom(double heightFactor, double widthFactor) {
    this((Object) heightFactor, widthFactor);
  }

  /**
   * By factors between two numbers each.
   *
   * @param heightFactor the least and the greatest, as {@link #RandomZoom(double, double)} takes them
   * @param widthFactor likewise
   * @throws IllegalArgumentException if there are not two, or one is out of bounds
   */
  public RandomZoom(List<? extends Number> heightFactor, List<? extends Number> widthFactor) {
    this((Object) heightFactor, widthFactor);
  }

  private RandomZoom(Object heightFactor, @Nullable Object widthFactor) {
    this.heightFactor = heightFactor;
    this.widthFactor = widthFactor;
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    limits("heightFactor", heightFactor);
    if (widthFactor != null) {
      limits("widthFactor", widthFactor);
    }
  }

  private List<Number> limits(String setting, Object factor) {
    // -1 would shrink what is read to nothing
    return Factors.strict(label() + " " + setting, factor, Math.nextUp(-1.0), 1, true);
  }

  private Tensor drawn(Tensor images, String setting, Object factor, @Nullable Object seed) {
    List<Number> limits = limits(setting, factor);
    double low = 1 + limits.get(0).doubleValue();
    return uniform(perImage(images, 2), low, 1 + limits.get(1).doubleValue(), seed);
  }

  @Override
  public @Nullable Zoom randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Tensor down = drawn(images, "heightFactor", heightFactor, seed);
    Tensor across = widthFactor == null ? down : drawn(images, "widthFactor", widthFactor, seed);
    return new Zoom(down, across, height(images), width(images));
  }

  private static Tensor offset(Tensor zoom, Tensor size) {
    Tensor half = Ops.divide(Ops.subtract(size, 1.0), 2.0);
    return Ops.multiply(half, Ops.subtract(1.0, zoom));
  }

  @Override
  Tensor matrix(Zoom chosen) {
    Tensor x = Ops.cast(chosen.widthZoom(), "float32");
    Tensor y = Ops.cast(chosen.heightZoom(), "float32");
    Tensor zero = Ops.zerosLike(x);
    return matrix(x, zero, offset(x, chosen.width()), zero, y, offset(y, chosen.height()));
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Zoom chosen, boolean training) {
    if (!training || chosen == null) {
      return boxes;
    }
    Tensor h = chosen.height();
    Tensor w = chosen.width();
    Boxes b = boxes.convert(boundingBoxFormat(), "xyxy", h, w);
    // the part of the image that is seen
    Tensor x = Ops.expandDims(Ops.cast(chosen.widthZoom(), "float32"), -1);
    Tensor y = Ops.expandDims(Ops.cast(chosen.heightZoom(), "float32"), -1);
    Tensor left = offset(x, w);
    Tensor top = offset(y, h);
    Tensor seenWidth = Ops.multiply(x, w);
    Tensor seenHeight = Ops.multiply(y, h);
    List<Tensor> p = Ops.split(b.boxes(), 4, -1);
    Tensor kept =
        BoundingBoxes.within(p, left, top, Ops.add(left, seenWidth), Ops.add(top, seenHeight));
    Tensor seen = Ops.subtract(kept, Ops.concatenate(List.of(left, top, left, top), -1));
    Boxes parts = b.with(seen).convert("xyxy", "rel_xyxy", seenHeight, seenWidth);
    return parts.clip("rel_xyxy", null, null).convert("rel_xyxy", boundingBoxFormat(), h, w);
  }
}
