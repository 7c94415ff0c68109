package org.keras4j.layers.initializers;

import java.util.List;
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
 * A random orthogonal matrix times {@code gain} ({@code keras.initializers.Orthogonal}; Saxe et al. 2013, <a
 * href="https://arxiv.org/abs/1312.6120">Exact solutions to the nonlinear dynamics of learning in deep linear neural
 * networks</a>).
 *
 * <p>Gives a float tensor of rank 2 at least; of more axes, all but the last count as rows.
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelInitializer(new Orthogonal().gain(1.4).seed(1));
 * }</pre>
 */
@KerasSerializable(
    module = "keras.initializers",
    aliases = {"keras.initializers.OrthogonalInitializer"})
public final class Orthogonal extends RandomInitializer<Orthogonal> {
  @Config
  private double gain = 1.0;

  /** With a gain of 1. */
  public Orthogonal() {}

  /**
   * With a gain.
   *
   * @param gain what the matrix is multiplied with
   */
  public Orthogonal(double gain) {
    this.gain = gain;
  }

  /**
   * What the matrix is multiplied with.
   *
   * @param value 1 by default
   * @return this initializer
   */
  public Orthogonal gain(double value) {
    return set("gain", () -> this.gain = value);
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
