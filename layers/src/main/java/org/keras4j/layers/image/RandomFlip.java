package org.keras4j.layers.image;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/**
 * Flips images at random ({@code keras.layers.RandomFlip}); with both directions, an image is flipped in both or
 * in none.
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or without batch, or with channels first,
 * or a map, in which segmentation masks and bounding boxes are changed along.
 *
 * <pre>{@code
 * Tensor y = new RandomFlip("horizontal").seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomFlip extends RandomImageLayer<RandomFlip, RandomFlip.Flips> {
  /**
   * Which images are flipped.
   *
   * @param flips {@code (batch, 1, 1, 1)}
   * @param height of the images
   * @param width of the images
   */
  public record Flips(Tensor flips, Tensor height, Tensor width) {}

  @Config
  private String mode = "horizontal_and_vertical";

  /** In both directions. */
  public RandomFlip() {
    autocast(false);
  }

  /**
   * {@code "horizontal"}, {@code "vertical"} or {@code "horizontal_and_vertical"}.
   *
   * @param mode {@code "horizontal"}, {@code "vertical"} or {@code "horizontal_and_vertical"}, the default
   */
  public RandomFlip(String mode) {
    this();
    this.mode = mode;
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    mode =
        Extent.choice(label() + " mode", mode, "horizontal", "vertical", "horizontal_and_vertical");
  }

  private boolean horizontal() {
    return !mode.equals("vertical");
  }

  private boolean vertical() {
    return !mode.equals("horizontal");
  }

  @Override
  public @Nullable Flips randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Tensor flips = Ops.lessEqual(uniform(perImage(images, 4), 0, 1, seed), 0.5);
    return new Flips(flips, height(images), width(images));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Flips chosen, boolean training) {
    Tensor x = computed(images);
    if (!training || chosen == null) {
      return x;
    }
    if (horizontal()) {
      x = Ops.where(chosen.flips(), Ops.flip(x, widthAxis()), x);
    }
    return vertical() ? Ops.where(chosen.flips(), Ops.flip(x, heightAxis()), x) : x;
  }

  @Override
  public Tensor transformSegmentationMasks(Tensor masks, @Nullable Flips chosen, boolean training) {
    return transformImages(masks, chosen, training);
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Flips chosen, boolean training) {
    if (!training || chosen == null) {
      return boxes;
    }
    Tensor h = chosen.height();
    Tensor w = chosen.width();
    Boxes b = boxes.convert(boundingBoxFormat(), "rel_xyxy", h, w);
    Tensor at = b.boxes();
    Tensor flips = Ops.squeeze(chosen.flips(), -1);
    if (horizontal()) {
      at = Ops.where(flips, mirrored(at, 0), at);
    }
    if (vertical()) {
      at = Ops.where(flips, mirrored(at, 1), at);
    }
    Boxes clipped = b.with(at).clip("xyxy", h, w);
    return clipped.convert("rel_xyxy", boundingBoxFormat(), h, w);
  }

  // at the middle of the axis: 0 across, 1 down
  private static Tensor mirrored(Tensor boxes, int axis) {
    List<Tensor> p = new ArrayList<>(Ops.split(boxes, 4, -1));
    Tensor start = p.get(axis);
    p.set(axis, Ops.subtract(1.0, p.get(axis + 2)));
    p.set(axis + 2, Ops.subtract(1.0, start));
    return Ops.concatenate(p, -1);
  }
}
