package org.keras4j.ops.internal.autodiff;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** The steps that gradient rules share; they bring a cotangent into the form of an input. */
final class Adjoint {
  private Adjoint() {}

  /** The adjoint of NumPy's broadcasting: sums over what was repeated. */
  static Tensor unbroadcast(Tensor ct, Tensor like) {
    Shape from = ct.shape();
    Shape to = like.shape();
    int extra = from.rank() - to.rank();
    List<Integer> gone = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < from.rank(); i++) {
      if (i < extra) {
        gone.add(i);
      } else if (to.dim(i - extra) == 1 && from.dim(i) != 1) {
        gone.add(i);
        kept.add(i - extra);
      }
    }
    Tensor sum = Prims.sum(ct, ints(gone));
    return kept.isEmpty() ? sum : Prims.expandDims(sum, ints(kept));
  }

  /** The elements of {@code x} in the shape of {@code like}, whose dimensions may be unknown. */
  static Tensor reshapeLike(Tensor x, Tensor like) {
    Shape to = like.shape();
    if (to.isKnown()) {
      return Prims.reshape(x, to);
    }
    List<Tensor> in = new ArrayList<>(List.of(x));
    for (int i = 0; i < to.rank(); i++) {
      if (to.dim(i) < 0) {
        in.add(Prims.dimSize(like, i));
      }
    }
    return Engine.bind(new ReshapeTo(to), in).get(0);
  }

  /** The numbers 0, 1, ... along an axis of the shape of {@code like}, whose dimensions may be unknown. */
  static Tensor iotaLike(Tensor like, int axis, DType dtype) {
    List<Tensor> in = new ArrayList<>();
    for (int i = 0; i < like.rank(); i++) {
      if (like.shape().dim(i) < 0) {
        in.add(Prims.dimSize(like, i));
      }
    }
    return Engine.bind(new Iota(like.shape(), axis, dtype), in).get(0);
  }

  /** The numbers 0, 1, ... below the size of an axis, as a vector. */
  static Tensor range(Tensor like, int axis, DType dtype) {
    long n = like.shape().dim(axis);
    return Engine.bind(
            new Iota(Shape.of(n), 0, dtype), n < 0 ? List.of(Prims.dimSize(like, axis)) : List.of())
        .get(0);
  }

  static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(i -> i).toArray();
  }
}
