package org.keras4j.layers.constraints;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.Ops;

/** A constraint of the Euclidean norms along some axes. */
abstract class NormConstraint extends Constraint {
  // an integer, or several
  @Config
  private @Nullable Object axis = 0;

  NormConstraint() {}

  NormConstraint(@Nullable Object axis) {
    this.axis = axis;
  }

  final Tensor norms(Tensor w) {
    return Ops.sqrt(Ops.sum(Ops.square(w), axis, true));
  }

  /** {@code w} scaled so that its norms become those desired. */
  static Tensor scaled(Tensor w, Tensor norms, Tensor desired) {
    return Ops.multiply(w, Ops.divide(desired, Ops.add(norms, Keras.epsilon())));
  }
}
