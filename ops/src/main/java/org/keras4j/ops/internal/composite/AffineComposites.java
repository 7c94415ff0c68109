package org.keras4j.ops.internal.composite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.Take;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Products with a matrix of weights, whole or by rows.
 *
 * <table>
 * <caption>Composites</caption>
 * <tr><th>name</th><th>inputs</th><th>outputs</th></tr>
 * <tr><td>nn.dense, attribute bias: boolean</td>
 *     <td>x (..., n), kernel (n, units), [bias (units)], of one float dtype</td>
 *     <td>y = x kernel + bias</td></tr>
 * <tr><td>..._backward</td><td>x kernel [bias] y dy</td><td>dx dkernel [dbias]</td></tr>
 * <tr><td>nn.embedding</td><td>table (rows, width), indices (...) of int32 or int64</td>
 *     <td>y (..., width), row by row; of an index that is no row NaN, or an error</td></tr>
 * <tr><td>..._backward</td><td>table indices y dy</td><td>dtable, a scalar 0</td></tr>
 * </table>
 */
public final class AffineComposites {
  /** {@code nn.dense}. */
  public static final CompositeOp DENSE = CompositeOp.differentiable(
      Composites.DENSE.name(),
      (a, in) -> {
        Tensor y = dot(in.get(0), in.get(1), last(in.get(0)), 0);
        return List.of(a.get(Composites.BIAS) ? Prims.add(y, in.get(2)) : y);
      },
      (a, in) -> {
        Tensor x = in.get(0);
        Tensor dy = in.get(in.size() - 1);
        int[] lead = IntList.range(0, x.rank() - 1).toArray();
        List<Tensor> out = new ArrayList<>();
        out.add(dot(dy, in.get(1), last(dy), 1));
        out.add(Prims.dot(x, dy, new int[0], new int[0], lead, lead, null));
        if (a.get(Composites.BIAS)) {
          out.add(Prims.sum(dy, lead));
        }
        return out;
      });

  /** {@code nn.embedding}. */
  public static final CompositeOp EMBEDDING = CompositeOp.differentiable(
      Composites.EMBEDDING.name(),
      (a, in) -> List.of(Engine.bind1(new Take(0, Take.OutOfBounds.FILL), in.get(0), in.get(1))),
      (a, in) -> {
        Tensor zeros = Prims.zerosLike(in.get(0));
        Tensor places = Prims.expandDims(in.get(1), -1);
        return List.of(
            Prims.scatterNd(ScatterKind.ADD, zeros, places, in.get(3)),
            Prims.scalar(in.get(0).dtype(), 0.0));
      });

  private AffineComposites() {}

  private static int last(Tensor x) {
    return x.rank() - 1;
  }

  private static Tensor dot(Tensor a, Tensor b, int i, int j) {
    return Prims.dot(a, b, new int[0], new int[0], new int[] {i}, new int[] {j}, null);
  }

  /** {@link #DENSE}; the bias may be null. */
  public static Tensor dense(Tensor x, Tensor kernel, @Nullable Tensor bias) {
    return DENSE.call1(
        Attributes.of(Composites.BIAS, bias != null),
        NormalizationComposites.given(x, kernel, bias));
  }

  /** {@link #EMBEDDING} by indices of any integer dtype. */
  public static Tensor embedding(Tensor table, Tensor indices) {
    DType t = indices.dtype();
    return EMBEDDING.call1(
        Attributes.NONE, table, t == DType.INT64 ? indices : Prims.convert(indices, DType.INT32));
  }
}
