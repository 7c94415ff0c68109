package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

/** Bounds on gradients. */
final class Clipping {
  private Clipping() {}

  /** Each gradient scaled down to a norm, where it is longer. */
  static List<Tensor> byNorm(List<Tensor> grads, double norm) {
    List<Tensor> out = new ArrayList<>();
    for (Tensor g : grads) {
      Tensor squares = Ops.sum(Ops.square(g));
      // the root's slope at 0 is infinite, which would spoil gradients of gradients
      Tensor positive = Ops.greater(squares, 0);
      Tensor length = Ops.where(
          positive, Ops.sqrt(Ops.where(positive, squares, Ops.onesLike(squares))), squares);
      out.add(Ops.divide(Ops.multiply(g, norm), Ops.maximum(length, norm)));
    }
    return out;
  }

  /** All gradients scaled down together to a norm of all; NaN where that is not finite. */
  static List<Tensor> byGlobalNorm(List<Tensor> grads, double norm) {
    Tensor squares = Ops.sum(Ops.square(grads.get(0)));
    for (Tensor g : grads.subList(1, grads.size())) {
      squares = Ops.add(squares, Ops.sum(Ops.square(g)));
    }
    Tensor length = Ops.sqrt(squares);
    Tensor scale = Ops.multiply(norm, Ops.minimum(Ops.divide(1.0, length), 1.0 / norm));
    scale = Ops.add(scale, Ops.subtract(length, length));
    List<Tensor> out = new ArrayList<>();
    for (Tensor g : grads) {
      out.add(Ops.multiply(g, scale));
    }
    return out;
  }

  /** Each element bounded. */
  static List<Tensor> byValue(List<Tensor> grads, double value) {
    List<Tensor> out = new ArrayList<>();
    for (Tensor g : grads) {
      out.add(Ops.clip(g, -value, value));
    }
    return out;
  }
}
