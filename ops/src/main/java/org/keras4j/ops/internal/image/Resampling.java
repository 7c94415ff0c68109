package org.keras4j.ops.internal.image;

import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.engine.Prims;

/** Interpolation along an axis as a product with a matrix of weights. */
enum Resampling {
  /** By a triangle of radius 1. */
  LINEAR,
  /** By Keys's cubic of radius 2, a = -0.5. */
  CUBIC,
  /** By a windowed sinc of radius 3. */
  LANCZOS3,
  /** By a windowed sinc of radius 5. */
  LANCZOS5;

  // a sum of weights below this counts as none
  private static final double NEGLIGIBLE = 1000 * Math.ulp(1f);

  /** The method of a name as Keras and its backends have them. */
  static Resampling of(String op, Object name) {
    switch (String.valueOf(name)) {
      case "linear":
      case "bilinear":
      case "trilinear":
        return LINEAR;
      case "cubic":
      case "bicubic":
      case "tricubic":
        return CUBIC;
      case "lanczos3":
        return LANCZOS3;
      case "lanczos5":
        return LANCZOS5;
      default:
        throw new IllegalArgumentException(
            op + ": the method must be 'bilinear', 'bicubic', 'lanczos3' or 'lanczos5', got '"
                + name + "'");
    }
  }

  // the weight of a distance of at least 0
  private Tensor weight(Tensor x) {
    Tensor zero = Prims.scalarLike(x, 0);
    switch (this) {
      case LINEAR:
        return Prims.max(zero, Prims.sub(1, x));
      case CUBIC:
        Tensor near = Prims.add(Prims.mul(Prims.mul(Prims.sub(Prims.mul(x, 1.5), 2.5), x), x), 1);
        Tensor far = Prims.add(
            Prims.mul(Prims.sub(Prims.mul(Prims.add(Prims.mul(x, -0.5), 2.5), x), 4), x), 2);
        Tensor both = Prims.select(Prims.ge(x, Prims.scalarLike(x, 1)), far, near);
        return Prims.select(Prims.ge(x, Prims.scalarLike(x, 2)), zero, both);
      case LANCZOS3:
        return lanczos(x, 3);
      default:
        return lanczos(x, 5);
    }
  }

  private static Tensor lanczos(Tensor x, double radius) {
    Tensor turn = Prims.mul(x, Math.PI);
    Tensor y = Prims.mul(
        Prims.mul(
            Prims.unary(UnaryKind.SIN, turn), Prims.unary(UnaryKind.SIN, Prims.div(turn, radius))),
        radius);
    Tensor some = Prims.gt(x, Prims.scalarLike(x, 0.001));
    Tensor square = Prims.select(some, Prims.square(turn), Prims.scalarLike(x, 1));
    Tensor out = Prims.select(some, Prims.div(y, square), Prims.scalarLike(x, 1));
    return Prims.select(Prims.gt(x, Prims.scalarLike(x, radius)), Prims.scalarLike(x, 0), out);
  }

  /**
   * Resamples one axis.
   *
   * @param x floats
   * @param size of the axis afterwards
   * @param scale a float scalar: how much longer distances get
   * @param translation a float scalar of the dtype of the scale: how far the start moves
   * @param antialias whether the weights widen where the scale is below 1
   */
  Tensor apply(Tensor x, int axis, long size, Tensor scale, Tensor translation, boolean antialias) {
    DType t = scale.dtype();
    Tensor inverse = Prims.div(1, scale);
    Tensor centers = Prims.add(Prims.iota(Shape.of(size), 0, t), 0.5);
    Tensor at =
        Prims.sub(Prims.sub(Prims.mul(centers, inverse), Prims.mul(translation, inverse)), 0.5);
    Tensor source = Prims.iotaOf(x, axis, t);
    Tensor distance = Prims.abs(Prims.sub(Prims.expandDims(at, 0), Prims.expandDims(source, 1)));
    if (antialias) {
      distance = Prims.div(distance, Prims.max(inverse, Prims.scalarLike(inverse, 1)));
    }
    Tensor w = weight(distance);
    Tensor total = Prims.sumKeep(w, 0);
    Tensor zero = Prims.scalarLike(w, 0);
    Tensor enough = Prims.gt(Prims.abs(total), Prims.scalarLike(w, NEGLIGIBLE));
    Tensor safe = Prims.select(enough, total, Prims.scalarLike(w, 1));
    w = Prims.select(enough, Prims.div(w, safe), zero);
    // nothing of places beyond the border
    Tensor last = Prims.sub(Prims.convert(Prims.dimSize(x, axis), t), 0.5);
    Tensor within = Prims.and(Prims.ge(at, Prims.scalarLike(at, -0.5)), Prims.le(at, last));
    w = Prims.select(Prims.expandDims(within, 0), w, zero);
    Tensor y = Prims.dot(
        x,
        Prims.convert(w, x.dtype()),
        new int[0],
        new int[0],
        new int[] {axis},
        new int[] {0},
        null);
    int[] back = new int[x.rank()];
    for (int i = 0; i < back.length; i++) {
      back[i] = i < axis ? i : i == axis ? back.length - 1 : i - 1;
    }
    return Prims.transpose(y, back);
  }
}
