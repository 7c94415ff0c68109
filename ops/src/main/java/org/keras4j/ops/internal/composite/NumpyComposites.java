package org.keras4j.ops.internal.composite;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Functions of {@code keras.ops.numpy} whose bodies compare each element with each, and which engines do in far less.
 *
 * <table>
 * <caption>Composites</caption>
 * <tr><th>name</th><th>attributes</th><th>result</th></tr>
 * <tr><td>numpy.search_sorted</td><td>right: boolean</td><td>how many elements of a sorted vector (n,) lie before each value, int32 of
 * the values' shape; with {@code right} before and at it. NaN stands after all numbers, and with {@code right} after all
 * elements</td></tr>
 * <tr><td>numpy.is_in</td><td></td><td>whether each element of x is one of a vector (n,), bool of the shape of x; NaN is none</td></tr>
 * <tr><td>numpy.nan_to_num</td><td>nan, posinf, neginf: double</td><td>x with these in place of NaN and infinities</td></tr>
 * </table>
 */
public final class NumpyComposites {
  /** {@code numpy.search_sorted}. */
  public static final CompositeOp SEARCH_SORTED =
      CompositeOp.of(Composites.SEARCH_SORTED.name(), (a, in) -> {
        Tensor vector = in.get(0);
        Tensor values = in.get(1);
        boolean right = a.get(Composites.RIGHT);
        Tensor v = Prims.expandDims(values, values.rank());
        Tensor before = right ? Prims.le(vector, v) : Prims.lt(vector, v);
        if (v.dtype().isFloat()) {
          Tensor nan = Prims.ne(v, v);
          before = Prims.or(before, right ? nan : Prims.and(nan, Prims.eq(vector, vector)));
        }
        Tensor count = Prims.convert(before, DType.INT32);
        return List.of(Prims.reduce(ReduceKind.SUM, count, values.rank()));
      });

  /** {@code numpy.is_in}. */
  public static final CompositeOp IS_IN = CompositeOp.of(Composites.IS_IN.name(), (a, in) -> {
    Tensor x = in.get(0);
    Tensor each = Prims.expandDims(x, x.rank());
    return List.of(Prims.reduce(ReduceKind.OR, Prims.eq(each, in.get(1)), x.rank()));
  });

  /** {@code numpy.nan_to_num}. */
  public static final CompositeOp NAN_TO_NUM =
      CompositeOp.of(Composites.NAN_TO_NUM.name(), (a, in) -> {
        Tensor x = in.get(0);
        Tensor y = Prims.select(Prims.ne(x, x), Prims.scalarLike(x, a.get(Composites.NAN)), x);
        y = infinite(x, y, Double.POSITIVE_INFINITY, a.get(Composites.POSINF));
        return List.of(infinite(x, y, Double.NEGATIVE_INFINITY, a.get(Composites.NEGINF)));
      });

  private NumpyComposites() {}

  private static Tensor infinite(Tensor x, Tensor y, double value, double instead) {
    return Prims.select(Prims.eq(x, Prims.scalarLike(x, value)), Prims.scalarLike(x, instead), y);
  }

  /** {@link #SEARCH_SORTED}. */
  public static Tensor searchSorted(Tensor vector, Tensor values, boolean right) {
    return SEARCH_SORTED.call1(Attributes.of(Composites.RIGHT, right), vector, values);
  }

  /** {@link #IS_IN}. */
  public static Tensor isIn(Tensor x, Tensor set) {
    return IS_IN.call1(Attributes.NONE, x, set);
  }
}
