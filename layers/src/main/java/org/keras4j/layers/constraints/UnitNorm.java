package org.keras4j.layers.constraints;

import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/** Scales weights to norm 1 along axes ({@code keras.constraints.UnitNorm}). */
@KerasSerializable(module = "keras.constraints")
public final class UnitNorm extends NormConstraint {
  /** Along axis 0: the weights that go into each unit of a dense layer. */
  public UnitNorm() {}

  /**
   * Along these axes.
   *
   * @param axis an integer or several
   */
  public UnitNorm(Object axis) {
    super(axis);
  }

  @Override
  public Tensor call(Tensor w) {
    return Ops.divide(w, Ops.add(norms(w), Keras.epsilon()));
  }
}
