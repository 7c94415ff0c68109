package org.keras4j.models;

import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.ops.Ops;
import org.keras4j.ops.engine.ArrayLike;

/** Fits a tensor to a model's input as Keras does: casts it, and adds or drops a last axis of size 1. */
final class ModelInput {
  private ModelInput() {}

  static Tensor fit(Tensor t, TensorSpec want, String model, String name) {
    Tensor out = t;
    int rank = want.rank();
    if (t.rank() == rank + 1 && t.shape().last() == 1) {
      out = Ops.squeeze(t, -1);
    } else if (t.rank() == rank - 1 && want.shape().last() == 1) {
      out = Ops.expandDims(t, -1);
    }
    if (out.rank() != rank || !want.shape().isCompatible(out.shape())) {
      throw new IllegalArgumentException(
          model + ": input '" + name + "' expects shape " + want.shape() + ", got " + t.shape());
    }
    if (out.dtype() != want.dtype()) {
      out = ArrayLike.convert(out, want.dtype());
    }
    if (out != t && out.kerasMask() == null) {
      out.setKerasMask(t.kerasMask());
    }
    return out;
  }
}
