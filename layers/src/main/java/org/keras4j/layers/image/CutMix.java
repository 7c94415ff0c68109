package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;

/**
 * Puts a rectangle of another image of the batch into each image ({@code keras.layers.CutMix}).
 *
 * <p>Input and output shape: {@code (batch, height, width, channels)} or with channels first, or a map, in which
 * labels {@code (batch, classes)} are mixed along, and so are segmentation masks. An image without batch is not changed.
 *
 * <pre>{@code
 * Tensor y = new CutMix().seed(1).invoke(Ops.ones(new long[] {2, 32, 32, 3})); // (2, 32, 32, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class CutMix extends FactorLayer<CutMix, CutMix.Cut> {
  /**
   * What is put where.
   *
   * @param permutationOrder from which image, {@code (batch)}
   * @param batchMasks which pixels, {@code (batch, height, width, 1)}
   * @param mixWeight the part of each image that stays, {@code (batch, 1, 1, 1)}
   */
  public record Cut(Tensor permutationOrder, Tensor batchMasks, Tensor mixWeight) {}

  /** With the default factor, 1. */
  public CutMix() {
    super(0, 1, List.of(0, 1.0));
  }

  /**
   * The parameter of the beta distribution of areas at most, from 0 to 1.
   *
   * @param value 1 by default
   * @return this layer
   */
  public CutMix factor(double value) {
    givenFactor(value);
    return this;
  }

  /**
   * Likewise, drawn between these.
   *
   * @param lower the least
   * @param upper the greatest
   * @return this layer
   */
  public CutMix factor(double lower, double upper) {
    givenFactor(List.of(lower, upper));
    return this;
  }

  @Override
  public @Nullable Cut randomTransformation(
      Tensor images, boolean training, @Nullable Object seed) {
    if (!training) {
      return null;
    }
    Tensor alpha = Ops.add(uniform(Shape.SCALAR, lower(), upper(), computeDtype(), seed), 1e-6);
    Tensor weight = RandomOps.beta(perImage(images, 1), alpha, alpha, computeDtype(), source(seed));
    Tensor side = Ops.sqrt(Ops.subtract(1.0, weight));
    Rectangles where = Rectangles.draw(this, images, side, side, seed);
    Tensor stays = Ops.subtract(1.0, where.part(this, images));
    return new Cut(permutation(images, seed), where.inside(this, images), stays);
  }

  @Override
  public Tensor transformImages(Tensor images, @Nullable Cut chosen, boolean training) {
    Tensor x = computed(images);
    if (!training || chosen == null) {
      return x;
    }
    return Ops.where(chosen.batchMasks(), Ops.take(x, chosen.permutationOrder(), 0), x);
  }

  @Override
  public Tensor transformLabels(Tensor labels, @Nullable Cut chosen, boolean training) {
    if (!training || chosen == null) {
      return labels;
    }
    return mixed(labels, chosen.permutationOrder(), Ops.reshape(chosen.mixWeight(), -1, 1));
  }

  @Override
  public Tensor transformSegmentationMasks(Tensor masks, @Nullable Cut chosen, boolean training) {
    return transformImages(masks, chosen, training);
  }

  /** Not defined, as in Keras. */
  @Override
  public Boxes transformBoundingBoxes(Boxes boxes, @Nullable Cut chosen, boolean training) {
    throw new IllegalArgumentException(label() + ": cannot transform bounding boxes");
  }
}
