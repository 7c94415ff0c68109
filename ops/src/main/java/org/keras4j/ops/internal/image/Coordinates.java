package org.keras4j.ops.internal.image;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Prims;

/** Reads tensors at places between their elements. */
final class Coordinates {
  private final int order;
  private final String mode;
  private final double fill;

  /**
   * A way to read.
   *
   * @param order 0 for the nearest element, 1 for linear interpolation
   * @param mode what is beyond the borders: {@code constant}, {@code nearest}, {@code wrap},
   *     {@code mirror} or {@code reflect}
   */
  Coordinates(String op, int order, Object mode, double fill) {
    if (order != 0 && order != 1) {
      throw new IllegalArgumentException(op + ": order must be 0 or 1, got " + order);
    }
    if (mode == null
        || !List.of("constant", "nearest", "wrap", "mirror", "reflect").contains(mode)) {
      throw new IllegalArgumentException(
          op + ": fill_mode must be 'constant', 'nearest', 'wrap', 'mirror' or 'reflect', got '"
              + mode + "'");
    }
    this.order = order;
    this.mode = (String) mode;
    this.fill = fill;
  }

  /** The order that an interpolation's name means. */
  static int order(String op, Object interpolation) {
    if ("nearest".equals(interpolation)) {
      return 0;
    } else if ("bilinear".equals(interpolation)) {
      return 1;
    }
    throw new IllegalArgumentException(
        op + ": interpolation must be 'nearest' or 'bilinear', got '" + interpolation + "'");
  }

  /** An element that contributes: its place, whether that is none, and its weight (null for 1). */
  private record Node(
      Tensor index, @Nullable Tensor valid, @Nullable Tensor weight) {}

  /**
   * The values.
   *
   * @param x {@code (batch..., d..., rest...)}
   * @param places for each axis d the places {@code (batch..., m...)}
   * @return {@code (batch..., m..., rest...)} in the dtype of x; integers rounded
   */
  Tensor read(Tensor x, List<Tensor> places, int batch) {
    List<List<Node>> axes = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      axes.add(nodes(places.get(i), Prims.dimSize(x, batch + i)));
    }
    int rest = x.rank() - batch - places.size();
    DType t = Dtypes.promote(Dtypes.floating(x), Dtypes.floating(places.get(0)));
    DType computed = order == 0 ? x.dtype() : t;
    Tensor sum = contribution(x, axes, 0, batch, rest, computed);
    for (int k = 1; k < 1 << (order * places.size()); k++) {
      sum = Prims.add(sum, contribution(x, axes, k, batch, rest, computed));
    }
    if (x.dtype().isInteger() && order > 0) {
      sum = rounded(sum);
    }
    return Prims.convert(sum, x.dtype());
  }

  private Tensor contribution(
      Tensor x, List<List<Node>> axes, int choice, int batch, int rest, DType t) {
    List<Tensor> index = new ArrayList<>();
    Tensor valid = null;
    Tensor weight = null;
    for (int i = 0; i < axes.size(); i++) {
      Node n = axes.get(i).get(order == 0 ? 0 : choice >> i & 1);
      index.add(Prims.expandDims(n.index, -1));
      if (n.valid != null) {
        valid = valid == null ? n.valid : Prims.and(valid, n.valid);
      }
      if (n.weight != null) {
        weight = weight == null ? n.weight : Prims.mul(weight, n.weight);
      }
    }
    Tensor tuples = Prims.concat(index, -1);
    Tensor value = Prims.gatherNd(x, tuples, batch);
    if (valid != null) {
      value = Prims.select(spread(valid, rest), value, Prims.scalarLike(x, fill));
    }
    value = Prims.convert(value, t);
    return weight == null ? value : Prims.mul(value, spread(Prims.convert(weight, t), rest));
  }

  private static Tensor spread(Tensor x, int rest) {
    int[] last = new int[rest];
    for (int i = 0; i < rest; i++) {
      last[i] = x.rank() + i;
    }
    return rest == 0 ? x : Prims.expandDims(x, last);
  }

  private List<Node> nodes(Tensor place, Tensor size) {
    Tensor at = Prims.convert(place, Dtypes.floating(place));
    if (order == 0) {
      return List.of(node(Prims.convert(rounded(at), DType.INT32), size, null));
    }
    Tensor below = Prims.unary(UnaryKind.FLOOR, at);
    Tensor upper = Prims.sub(at, below);
    Tensor index = Prims.convert(below, DType.INT32);
    Tensor one = Prims.scalar(DType.INT32, 1L);
    return List.of(
        node(index, size, Prims.sub(1, upper)), node(Prims.add(index, one), size, upper));
  }

  // to the nearest integer, halves away from 0
  private static Tensor rounded(Tensor x) {
    Tensor modulus = Prims.abs(x);
    Tensor whole = Prims.unary(UnaryKind.FLOOR, modulus);
    Tensor up = Prims.ge(Prims.sub(modulus, whole), Prims.scalarLike(x, 0.5));
    Tensor away = Prims.add(whole, Prims.convert(up, x.dtype()));
    return Prims.mul(Prims.unary(UnaryKind.SIGN, x), away);
  }

  private Node node(Tensor index, Tensor size, @Nullable Tensor weight) {
    Tensor zero = Prims.scalarLike(index, 0);
    Tensor one = Prims.scalar(DType.INT32, 1L);
    Tensor last = Prims.sub(size, one);
    switch (mode) {
      case "constant":
        return new Node(index, Prims.and(Prims.ge(index, zero), Prims.lt(index, size)), weight);
      case "nearest":
        return new Node(Prims.min(Prims.max(index, zero), last), null, weight);
      case "wrap":
        return new Node(modulo(index, size), null, weight);
      case "mirror":
        return new Node(mirrored(index, last), null, weight);
      default:
        Tensor two = Prims.scalar(DType.INT32, 2L);
        Tensor doubled = Prims.add(Prims.mul(index, two), one);
        Tensor m = mirrored(doubled, Prims.mul(size, two));
        // an odd number below twice the size
        return new Node(Prims.div(Prims.sub(m, one), two), null, weight);
    }
  }

  // the remainder with the sign of the divisor
  private static Tensor modulo(Tensor x, Tensor by) {
    Tensor r = Prims.binary(BinaryKind.REM, x, by);
    Tensor below = Prims.lt(r, Prims.scalarLike(r, 0));
    return Prims.select(below, Prims.add(r, by), r);
  }

  // back and forth between 0 and last, which are not repeated
  private static Tensor mirrored(Tensor x, Tensor last) {
    Tensor period =
        Prims.max(Prims.mul(last, Prims.scalar(DType.INT32, 2L)), Prims.scalar(DType.INT32, 1L));
    return Prims.abs(Prims.sub(modulo(Prims.add(x, last), period), last));
  }
}
