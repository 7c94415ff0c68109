package org.keras4j.hub.layers;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.WeightOptions;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.internal.composite.PackedComposites;

/**
 * A matrix {@code (inputs, units)} as integers of four bits, each 32 along the inputs with a scale and an offset: the sum of one
 * or two such planes.
 */
final class PackedWeight {
  static final int GROUP = 32;
  private static final int LANES = PackedComposites.BLOCK / 2;

  interface Maker {
    Variable make(String name, Shape shape, WeightOptions options);
  }

  private final int inputs;
  private final int planes;
  private final Variable packed;
  private final Variable scales;

  /** Makes the variables {@code packed} and {@code scales}, with something before their names. */
  PackedWeight(Maker maker, String prefix, int inputs, int units, int planes) {
    this.inputs = inputs;
    this.planes = planes;
    packed = maker.make(
        prefix + "packed",
        Shape.of(units / PackedComposites.BLOCK, (long) planes * inputs, LANES),
        WeightOptions.initializer("zeros").dtype(DType.UINT8).trainable(false));
    scales = maker.make(
        prefix + "scales",
        Shape.of(planes * inputs / GROUP, units, 2),
        WeightOptions.initializer("zeros").trainable(false));
  }

  /** Why a matrix cannot be packed; empty if it can. */
  static String refusal(int inputs, int units, int planes) {
    return inputs > 0
            && units > 0
            && inputs % GROUP == 0
            && units % PackedComposites.BLOCK == 0
            && (planes == 1 || planes == 2)
        ? ""
        : "expected inputs by 32, units by 64 and 1 or 2 planes, got " + inputs + ", " + units
            + " and " + planes;
  }

  /** {@code x (..., inputs)} times the matrix. */
  Tensor product(Tensor x) {
    Tensor all = planes == 1 ? x : Ops.concatenate(List.of(x, x), -1);
    Tensor s = Ops.cast(Autocast.value(scales), x.dtype());
    return PackedComposites.dense(all, packed.value(), s);
  }

  /** The leading sizes of a shape and others behind them, -1 for one that is not known. */
  static long[] behind(Shape lead, long... rest) {
    long[] out = java.util.Arrays.copyOf(lead.toArray(), lead.rank() + rest.length);
    System.arraycopy(rest, 0, out, lead.rank(), rest.length);
    return out;
  }

  /** The columns of units, {@code (count, inputs)} for {@code (count)} of them. */
  Tensor columns(Tensor units, DType dtype) {
    Tensor at = Ops.cast(units, DType.INT32);
    int width = planes * inputs;
    Tensor block = Ops.floorDivide(at, PackedComposites.BLOCK);
    Tensor within = Ops.mod(at, PackedComposites.BLOCK);
    Tensor start = Ops.add(Ops.multiply(block, width * LANES), Ops.mod(within, LANES));
    Tensor places = Ops.add(
        Ops.expandDims(start, 1),
        Ops.expandDims(Ops.multiply(Ops.arange(width, null, null, "int32"), LANES), 0));
    Tensor bytes = Ops.cast(Ops.take(Ops.reshape(packed.value(), -1), places, 0), DType.INT32);
    Tensor high = Ops.floorDivide(bytes, 16);
    Tensor integers = Ops.where(
        Ops.expandDims(Ops.less(within, LANES), 1),
        Ops.subtract(bytes, Ops.multiply(high, 16)),
        high);
    Tensor s = Ops.cast(Ops.take(scales.value(), at, 1), DType.FLOAT32); // (groups, count, 2)
    Tensor groups = Ops.transpose(s, new int[] {1, 0, 2});
    Tensor grouped =
        Ops.cast(Ops.reshape(Ops.subtract(integers, 8), -1, width / GROUP, GROUP), DType.FLOAT32);
    Tensor floats = Ops.add(
        Ops.multiply(grouped, Ops.slice(groups, new int[] {0, 0, 0}, new int[] {-1, -1, 1})),
        Ops.slice(groups, new int[] {0, 0, 1}, new int[] {-1, -1, 1}));
    return Ops.cast(Ops.sum(Ops.reshape(floats, -1, planes, inputs), 1), dtype);
  }
}
