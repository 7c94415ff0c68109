package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;

/**
 * Mixes each image with another one of the batch ({@code keras.layers.MixUp}). Bounding boxes of both are kept;
 * as in Keras, their labels are joined along the first axis.
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or with channels first, or a map, in which
 * labels {@code (batch, classes)} are mixed along, and segmentation masks. An image without batch is not changed.
 *
 * <pre>{@code
 * Tensor y = new MixUp(0.4).seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class MixUp extends RandomImageLayer<MixUp, MixUp.Mix> {
  /**
   * What is mixed.
   *
   * @param mixWeight how much of each image stays, {@code (batch)}
   * @param permutationOrder which other image comes in, {@code (batch)}
   */
  public record Mix(Tensor mixWeight, Tensor permutationOrder) {}

  @Config
  private Number alpha = 0.2;

  /** With the default alpha, 0.2. */
  public MixUp() {}

  /**
   * Both parameters of the beta distribution of weights; the smaller, the closer are images to one of two.
   *
   * @param alpha the parameter of the beta distribution that the part of the other image is drawn from, 0.2 by
   *     default
   */
  public MixUp(double alpha) {
    this.alpha = alpha;
  }

  @Override
  public @Nullable Mix randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Tensor order = permutation(images, seed);
    Tensor weight = RandomOps.beta(perImage(images, 1), alpha, alpha, null, source(seed));
    return new Mix(weight, order);
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Mix chosen, boolean training) {
    if (!training || chosen == null) {
      return images;
    }
    return mixed(computed(images), chosen.permutationOrder(), computed(spread(chosen.mixWeight())));
  }

  @Override
  public Tensor transformLabels(Tensor labels, @Nullable Mix chosen, boolean training) {
    if (!training || chosen == null) {
      return labels;
    }
    return mixed(labels, chosen.permutationOrder(), Ops.expandDims(chosen.mixWeight(), 1));
  }

  @Override
  public Tensor transformSegmentationMasks(Tensor masks, @Nullable Mix chosen, boolean training) {
    if (!training || chosen == null) {
      return masks;
    }
    return mixed(masks, chosen.permutationOrder(), spread(chosen.mixWeight()));
  }

  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Mix chosen, boolean training) {
    if (!training || chosen == null) {
      return boxes;
    }
    Tensor others = Ops.take(boxes.boxes(), chosen.permutationOrder(), 0);
    Tensor otherLabels = Ops.take(boxes.labels(), chosen.permutationOrder(), 0);
    return new Boxes(
        Ops.concatenate(List.of(boxes.boxes(), others), 1),
        Ops.concatenate(List.of(boxes.labels(), otherLabels), 0));
  }
}
