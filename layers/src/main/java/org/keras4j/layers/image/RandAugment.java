package org.keras4j.layers.image;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.random.RandomOps;

/**
 * Some augmentations, chosen at random, one after the other ({@code keras.layers.RandAugment}; Cubuk et al.
 * 2019).
 *
 * <p>Input and output shape: {@code (batch, height, width, 3)} or without batch, or with channels first, or a
 * map, in which segmentation masks and bounding boxes are changed along.
 *
 * <pre>{@code
 * Tensor y = new RandAugment().factor(0.3).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class RandAugment extends PolicyLayer<RandAugment, RandAugment.Choice> {
  private static final List<String> NAMES = List.of(
      "random_shear",
      "random_translation",
      "random_rotation",
      "random_brightness",
      "random_color_degeneration",
      "random_contrast",
      "random_sharpness",
      "random_posterization",
      "solarization",
      "auto_contrast",
      "equalization");

  // each is a branch of the computation for each kind of augmentation
  private static final int MOST_OPS = 1000;

  @Config
  private int numOps = 2;

  /** With the default factor, 0.5. */
  public RandAugment() {
    super(0.5);
  }

  /** What was chosen: the numbers of the augmentations to apply, and one transformation for each. */
  public static final class Choice {
    private final Tensor layerIdxes;
    private final List<Chosen<?>> transforms;

    private Choice(Tensor layerIdxes, List<Chosen<?>> transforms) {
      this.layerIdxes = layerIdxes;
      this.transforms = transforms;
    }

    /** int32. */
    public Tensor layerIdxes() {
      return layerIdxes;
    }

    // whether the i-th augmentation to apply is that of this number
    private Tensor is(int i, int number) {
      return Ops.equal(Ops.squeeze(Prims.slice(layerIdxes, 0, i, i + 1), 0), number);
    }
  }

  @Override
  List<String> names() {
    return NAMES;
  }

  @Override
  protected void configured() {
    super.configured();
    checked(numOps);
  }

  /**
   * How many augmentations are applied, up to 1000.
   *
   * @param value 2 by default
   * @return this layer
   */
  public RandAugment numOps(int value) {
    return set("numOps", () -> numOps = checked(value));
  }

  private int checked(int value) {
    Extent.of(label() + " numOps", 1, 0, value);
    if (value > MOST_OPS) {
      throw new IllegalArgumentException(
          label() + ": num_ops expects " + MOST_OPS + " at most, got " + value);
    }
    return value;
  }

  @Override
  public @Nullable Choice randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Object from = source(seed);
    Tensor which = RandomOps.randint(Shape.of(numOps), 0, NAMES.size(), "int32", from);
    List<Chosen<?>> transforms = new ArrayList<>();
    for (ImageLayer<?, ?> layer : augmentations()) {
      transforms.add(Chosen.draw(layer, images, from));
    }
    return new Choice(which, transforms);
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Choice chosen, boolean training) {
    Tensor x = computed(images);
    if (!training || chosen == null) {
      return x;
    }
    for (int i = 0; i < numOps; i++) {
      for (int k = 0; k < chosen.transforms.size(); k++) {
        x = Ops.where(chosen.is(i, k), chosen.transforms.get(k).images(x), x);
      }
    }
    return computed(x);
  }

  @Override
  public Tensor transformSegmentationMasks(
      Tensor masks, @Nullable Choice chosen, boolean training) {
    if (!training || chosen == null) {
      return masks;
    }
    Tensor x = masks;
    for (int i = 0; i < numOps; i++) {
      for (int k = 0; k < chosen.transforms.size(); k++) {
        x = Ops.where(chosen.is(i, k), chosen.transforms.get(k).masks(x), x);
      }
    }
    return x;
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Choice chosen, boolean training) {
    if (!training || chosen == null) {
      return boxes;
    }
    Boxes b = boxes;
    for (int k = 0; k < chosen.transforms.size(); k++) {
      Boxes changed = chosen.transforms.get(k).boxes(b);
      for (int i = 0; i < numOps; i++) {
        Tensor is = chosen.is(i, k);
        b = new Boxes(
            Ops.where(is, changed.boxes(), b.boxes()), Ops.where(is, changed.labels(), b.labels()));
      }
    }
    return b;
  }
}
