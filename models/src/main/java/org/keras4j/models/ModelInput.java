package org.keras4j.models;

import java.util.Arrays;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.SparseForms;

/** Fits a tensor to a model's input as Keras does: casts it, and adds or drops a last axis of size 1. */
final class ModelInput {
  private ModelInput() {}

  /** Likewise for strings, which stay on the host. */
  static NDArray fitStrings(NDArray a, TensorSpec want, String model, String name) {
    Shape s = a.shape();
    Shape to = s;
    if (a.rank() == want.rank() + 1 && s.last() == 1) {
      to = s.slice(0, a.rank() - 1);
    } else if (a.rank() == want.rank() - 1 && want.shape().last() == 1) {
      to = s.insert(a.rank(), 1);
    }
    if (want.dtype() != DType.STRING || !want.shape().isCompatible(to)) {
      throw new IllegalArgumentException(
          model + ": input '" + name + "' expects " + want + ", got " + a.spec());
    }
    return to.equals(s) ? a : a.reshape(to.toArray());
  }

  /** What a Sequential asks of its input: the rank and the dtype; its layers see to the sizes. */
  static Tensor fitRank(Tensor t, TensorSpec want, String model, String name) {
    long[] any = new long[want.rank()];
    Arrays.fill(any, Shape.UNKNOWN);
    return fit(t, want, Shape.of(any), model, name);
  }

  /** What a Functional asks of an input: every size but the batch's. */
  static Tensor fit(Tensor t, TensorSpec want, String model, String name) {
    Shape s = want.shape();
    return fit(t, want, s.rank() == 0 ? s : s.with(0, Shape.UNKNOWN), model, name);
  }

  private static Tensor fit(Tensor t, TensorSpec want, Shape sizes, String model, String name) {
    Tensor out = t;
    int rank = want.rank();
    if (t.rank() == rank + 1 && t.shape().last() == 1) {
      out = Ops.squeeze(t, -1);
    } else if (t.rank() == rank - 1 && want.shape().last() == 1) {
      out = Ops.expandDims(t, -1);
    }
    boolean strings = want.dtype() == DType.STRING;
    if (strings != (t.dtype() == DType.STRING)) {
      throw new IllegalArgumentException(model + ": input '" + name + "' expects "
          + (strings ? "strings" : "numbers") + ", " + want + ", got " + t.spec());
    }
    if (out.rank() != rank || !sizes.isCompatible(out.shape())) {
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

  /** Makes a sparse tensor dense where the input is, as Keras does. */
  static Tensor densify(Tensor t, boolean sparse) {
    return sparse ? t : SparseForms.dense(t);
  }
}
