package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;

/**
 * A random part of images, the same of all images of a batch ({@code keras.layers.RandomCrop}). Images that are
 * not larger are cropped to the right proportions and resized. As in Keras, bounding boxes are moved by the
 * part's row across and by its column down.
 *
 * <p>Input shape: {@code (batch, height, width, channels)} or without batch, or with channels first, sizes
 * known; or a map, in which segmentation masks and bounding boxes are changed along. Output shape: likewise,
 * with the new sizes in training, the input's otherwise.
 *
 * <pre>{@code
 * Tensor y = new RandomCrop(24, 24).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 24, 24, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandomCrop extends RandomImageLayer<RandomCrop, RandomCrop.Part> {
  /** The first row and column of the part, int32 scalars. */
  public record Part(Tensor top, Tensor left) {}

  @Config
  private int height;

  @Config
  private int width;

  private RandomCrop() {
    autocast(false);
  }

  /**
   * To these sizes.
   *
   * @param height of the outputs, in pixels
   * @param width of the outputs, in pixels
   */
  public RandomCrop(int height, int width) {
    this();
    this.height = height;
    this.width = width;
    configured();
  }

  @Override
  protected void configured() {
    Extent.of(label() + " height and width", 2, 1, height, width);
    if (seed() == null) {
      seed(SeedGenerator.defaultSeed());
    } else {
      super.configured();
    }
  }

  private Tensor start(int most, @Nullable Object seed) {
    Tensor u = RandomOps.uniform(Shape.SCALAR, 0, most + 1.0, null, source(seed));
    return Ops.cast(u, "int32");
  }

  @Override
  public @Nullable Part randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    int h = known(images, heightAxis());
    int w = known(images, widthAxis());
    if (h > height && w > width) {
      return new Part(start(h - height, seed), start(w - width, seed));
    }
    ImageSize part = new ImageSize(h, w).inProportion(height, width);
    return new Part(
        Prims.scalar(DType.INT32, (long) (h - part.height()) / 2),
        Prims.scalar(DType.INT32, (long) (w - part.width()) / 2));
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Part chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    Tensor x = computed(images);
    int h = known(x, heightAxis());
    int w = known(x, widthAxis());
    if (h > height && w > width) {
      return cut(cut(x, heightAxis(), chosen.top(), height), widthAxis(), chosen.left(), width);
    }
    // the part is the middle one, as far as the image reaches
    ImageSize part = new ImageSize(h, w).inProportion(height, width);
    int top = (h - part.height()) / 2;
    int left = (w - part.width()) / 2;
    Tensor rows = Prims.slice(x, heightAxis(), top, Math.min(h, top + height));
    Tensor y = Prims.slice(rows, widthAxis(), left, Math.min(w, left + width));
    if (known(y, heightAxis()) == height && known(y, widthAxis()) == width) {
      return y;
    }
    int[] size = {height, width};
    return computed(
        Ops.Image.resize(y, size, "bilinear", false, false, false, "constant", 0, dataFormat()));
  }

  private static Tensor cut(Tensor x, int axis, Tensor from, int size) {
    Tensor places = Ops.add(Ops.arange(0, size, 1, "int32"), from);
    return Ops.take(x, places, axis);
  }

  @Override
  public Tensor transformSegmentationMasks(Tensor masks, @Nullable Part chosen, boolean training) {
    return transformImages(masks, chosen, training);
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Part chosen, boolean training) {
    if (!training || chosen == null) {
      return boxes;
    }
    Boxes b = boxes.convert(boundingBoxFormat(), "xyxy", height, width);
    Tensor by = Ops.cast(
        Ops.stack(List.of(chosen.top(), chosen.left(), chosen.top(), chosen.left())),
        b.boxes().dtype());
    Tensor moved = Ops.maximum(Ops.subtract(b.boxes(), by), 0);
    return b.with(moved).convert("xyxy", boundingBoxFormat(), height, width);
  }
}
