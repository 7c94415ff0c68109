package org.keras4j.layers.initializers;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.random.RandomOps;

/**
 * A random orthogonal matrix times {@code gain}; with more axes, all but the last count as rows ({@code
 * keras.initializers.Orthogonal}, Saxe et al. 2013).
 */
@KerasSerializable(
    module = "keras.initializers",
    aliases = {"keras.initializers.OrthogonalInitializer"})
public final class Orthogonal extends RandomInitializer {
  @Config
  private double gain = 1.0;

  /** With a gain of 1. */
  public Orthogonal() {}

  /** With this gain. */
  public Orthogonal(double gain) {
    this.gain = gain;
  }

  /** The seed: an integer or a seed generator; null for one chosen at random. */
  public Orthogonal seed(@Nullable Object value) {
    setSeed(value);
    return this;
  }

  @Override
  Tensor call(Shape shape, DType dtype, Object seed) {
    if (shape.rank() < 2) {
      throw new IllegalArgumentException(
          "Orthogonal: expected a shape of rank 2 at least, got " + shape);
    }
    long columns = shape.last();
    long rows = shape.slice(0, shape.rank() - 1).size();
    Tensor a = RandomOps.normal(
        Shape.of(Math.max(rows, columns), Math.min(rows, columns)), 0.0, 1.0, dtype, seed);
    List<Tensor> qr = Engine.bind(new Qr(false), List.of(a));
    // the signs make the distribution uniform
    Tensor q = Ops.multiply(qr.get(0), Ops.sign(Ops.diagonal(qr.get(1))));
    if (rows < columns) {
      q = Ops.transpose(q);
    }
    return Ops.multiply(Ops.reshape(q, shape), gain);
  }
}
