package org.keras4j.layers.constraints;

import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;

/**
 * Scales weights to norm 1 along axes ({@code keras.constraints.UnitNorm}):
 *
 * <pre>{@code
 * w / (norm(w) + epsilon)
 * }</pre>
 *
 * <pre>{@code
 * var layer = new Dense(3).kernelConstraint(new UnitNorm(0));
 * }</pre>
 */
@KerasSerializable(module = "keras.constraints")
public final class UnitNorm extends NormConstraint {
  /** Along axis 0: the weights that go into each unit of a dense layer. */
  public UnitNorm() {}

  /**
   * Along these axes.
   *
   * @param axis along which norms are taken, one or several
   */
  public UnitNorm(int... axis) {
    super(Extent.axes(axis));
  }

  @Override
  public Tensor call(Tensor w) {
    return Ops.divide(w, Ops.add(norms(w), Keras.epsilon()));
  }
}
