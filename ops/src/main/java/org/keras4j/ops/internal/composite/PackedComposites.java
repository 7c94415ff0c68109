package org.keras4j.ops.internal.composite;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Products with matrices of integers of four bits, of which groups along the inputs share a scale and an offset.
 *
 * <table>
 * <caption>Composites</caption>
 * <tr><th>name</th><th>inputs</th><th>outputs</th></tr>
 * <tr><td>nn.packed_dense</td>
 *     <td>x (..., n) of a float dtype; packed (units / 64, n, 32) of uint8: byte j of block b and input i holds the integers 0 to 15
 *         of unit 64 b + j in its low half and of unit 64 b + 32 + j in its high half; scales (groups, units, 2) of x's dtype,
 *         which says how long groups are, n / groups</td>
 *     <td>y (..., units) = x kernel, where the kernel is (integer - 8) scales[group, unit, 0] + scales[group, unit, 1]</td></tr>
 * </table>
 */
public final class PackedComposites {
  /** How many units a block has. */
  public static final int BLOCK = 64;

  /** {@code nn.packed_dense}. */
  public static final CompositeOp DENSE =
      CompositeOp.of(Composites.PACKED_DENSE.name(), (a, in) -> {
        Tensor x = in.get(0);
        DType wide = Means.wide(x.dtype());
        Tensor kernel = kernel(in.get(1), Prims.convert(in.get(2), wide));
        int[] none = {};
        Tensor y = Prims.dot(
            Prims.convert(x, wide),
            kernel,
            none,
            none,
            new int[] {x.rank() - 1},
            new int[] {0},
            null);
        return List.of(Prims.convert(y, x.dtype()));
      });

  private PackedComposites() {}

  // the floats that the integers stand for, (inputs, units)
  private static Tensor kernel(Tensor packed, Tensor scales) {
    long inputs = packed.shape().dim(1);
    long units = scales.shape().dim(1);
    long groups = scales.shape().dim(0);
    Tensor bytes = Prims.convert(packed, scales.dtype());
    Tensor high = Prims.unary(UnaryKind.FLOOR, Prims.div(bytes, 16));
    Tensor low = Prims.sub(bytes, Prims.mul(high, 16));
    Tensor integers = Prims.transpose(Prims.concat(List.of(low, high), 2), 1, 0, 2);
    Tensor grouped = Prims.reshape(integers, groups, inputs / groups, units);
    Tensor scale = Prims.reshape(Prims.slice(scales, 2, 0, 1), groups, 1, units);
    Tensor offset = Prims.reshape(Prims.slice(scales, 2, 1, 2), groups, 1, units);
    Tensor floats = Prims.add(Prims.mul(Prims.sub(grouped, 8), scale), offset);
    return Prims.reshape(floats, inputs, units);
  }

  /**
   * {@link #DENSE}.
   *
   * @param x {@code (..., inputs)}
   * @param packed {@code (units / 64, inputs, 32)}, uint8
   * @param scales {@code (groups, units, 2)}, of x's dtype
   * @return {@code (..., units)}
   */
  public static Tensor dense(Tensor x, Tensor packed, Tensor scales) {
    return DENSE.call1(Attributes.NONE, x, packed, scales);
  }
}
