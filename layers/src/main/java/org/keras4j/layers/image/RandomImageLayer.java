package org.keras4j.layers.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.random.SeedGenerator;

/**
 * Image layers that draw random numbers from a generator of their own.
 *
 * @param <S> the class itself
 * @param <T> what describes a transformation
 */
public abstract class RandomImageLayer<S extends RandomImageLayer<S, T>, T>
    extends ImageLayer<S, T> {
  @Config
  private @Nullable Number seed;

  private SeedGenerator generator = track(new SeedGenerator(null));

  protected RandomImageLayer() {}

  /**
   * The seed of the generator, an integer.
   *
   * @param value null (the default) for a random one
   * @return this layer
   */
  public S seed(@Nullable Number value) {
    set("seed", () -> seed = value);
    configured();
    return self();
  }

  protected final @Nullable Number seed() {
    return seed;
  }

  @Override
  protected void configured() {
    untrackSeeds();
    generator = track(new SeedGenerator(seed));
  }

  // what to draw with: the seed given, or the layer's generator
  final Object source(@Nullable Object given) {
    return given == null ? generator : given;
  }

  // numbers of each image, (batch, 1, 1, 1) for four axes
  static Shape perImage(Tensor images, int rank) {
    long[] d = new long[rank];
    java.util.Arrays.fill(d, 1);
    d[0] = images.shape().dim(0);
    return Shape.of(d);
  }

  final Tensor uniform(Shape shape, double low, double high, @Nullable Object seed) {
    return RandomOps.uniform(shape, low, high, null, source(seed));
  }

  final Tensor uniform(Shape shape, double low, double high, DType dtype, @Nullable Object seed) {
    return RandomOps.uniform(shape, low, high, dtype, source(seed));
  }

  // for each image whether it is chosen, (batch), with a probability drawn between the limits
  final Tensor chosen(Tensor images, double low, double high, @Nullable Object seed) {
    Shape shape = perImage(images, 1);
    Tensor probability = uniform(shape, low, high, seed);
    return Ops.less(uniform(shape, 0, 1, seed), probability);
  }

  // (batch) as (batch, 1, 1, 1)
  static Tensor spread(Tensor perImage) {
    return Prims.expandDims(perImage, 1, 2, 3);
  }

  // 1 or -1, equally likely
  final Tensor sign(Shape shape, DType dtype, @Nullable Object seed) {
    Tensor u = uniform(shape, 0, 1, dtype, seed);
    return Ops.where(Ops.greater(u, 0.5), Ops.negative(Ops.onesLike(u)), Ops.onesLike(u));
  }

  static Tensor columns(List<Tensor> parts) {
    return Ops.concatenate(parts, 1);
  }

  // an order of the images of a batch; sorting takes a batch of unknown size, too
  final Tensor permutation(Tensor images, @Nullable Object seed) {
    return Ops.argsort(uniform(perImage(images, 1), 0, 1, seed));
  }

  // a weight's part of x and the rest of others
  static Tensor mixed(Tensor x, Tensor order, Tensor weight) {
    Tensor others = Ops.take(x, order, 0);
    return Ops.add(Ops.multiply(weight, x), Ops.multiply(Ops.subtract(1.0, weight), others));
  }
}
