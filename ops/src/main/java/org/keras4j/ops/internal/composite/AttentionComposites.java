package org.keras4j.ops.internal.composite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Scaled dot-product attention. Inputs, of one float dtype but for the mask: {@code query}
 * {@code (batch, t, heads, depth)}, {@code key} {@code (batch, s, heads, depth)}, {@code value}
 * {@code (batch, s, heads, width)}, where key and value may have fewer heads, each for a group of neighbouring ones of the query; and where their attributes say so {@code bias} and then {@code mask}
 * (bool), each of rank 4 with axes 1 or those of {@code (batch, heads, t, s)}.
 *
 * <p>Attributes: {@code scale} (double), {@code causal}, {@code bias}, {@code mask} (boolean).
 *
 * <p>With {@code logits = scale query key^T + bias} in the wide dtype (float32 for halves), those that the
 * mask forbids, and with {@code causal} those of a later place, being set to -0.7 times the dtype's
 * largest number, {@code y = softmax(logits) value} {@code (batch, t, heads, width)}. The probabilities are
 * rounded to the inputs' dtype before the second product.
 *
 * <table>
 * <caption>Composites</caption>
 * <tr><th>name</th><th>inputs</th><th>outputs</th></tr>
 * <tr><td>nn.dot_product_attention</td><td>query key value [bias] [mask]</td><td>y</td></tr>
 * <tr><td>..._forward</td><td>query key value [bias] [mask]</td>
 *     <td>y, lse (batch, heads, t, 1) of the wide dtype</td></tr>
 * <tr><td>..._backward</td><td>query key value [bias] [mask] y lse dy</td>
 *     <td>dquery dkey dvalue [dbias] [a scalar 0]</td></tr>
 * </table>
 */
public final class AttentionComposites {
  /** {@code nn.dot_product_attention}. */
  public static final CompositeOp ATTENTION = CompositeOp.differentiable(
      Composites.DOT_PRODUCT_ATTENTION.name(),
      (a, in) -> forward(a, in).subList(0, 1),
      AttentionComposites::forward,
      AttentionComposites::backward);

  private static final int[] BATCH_HEADS = {0, 2};
  private static final int[] LEADING = {0, 1};

  private AttentionComposites() {}

  private static @Nullable Tensor allowed(Attributes a, List<Tensor> in, Tensor logits) {
    Tensor mask = a.get(Composites.MASK) ? in.get(a.get(Composites.BIAS) ? 4 : 3) : null;
    if (!a.get(Composites.CAUSAL)) {
      return mask;
    }
    Tensor row = Prims.expandDims(Prims.iotaOf(logits, 2, DType.INT32), 1);
    Tensor past = Prims.expandDims(Prims.ge(row, Prims.iotaOf(logits, 3, DType.INT32)), 0, 1);
    return mask == null ? past : Prims.and(mask, past);
  }

  private static double lowest(DType d) {
    switch (d) {
      case FLOAT64:
        return -0.7 * Double.MAX_VALUE;
      default:
        return -0.7 * Float.MAX_VALUE;
    }
  }

  /** A head of key or value for each of the query. */
  private static Tensor spread(Tensor x, Tensor query) {
    long heads = query.shape().dim(2);
    Shape s = x.shape();
    if (s.dim(2) == heads || s.dim(2) < 0 || heads < 0) {
      return x;
    }
    long each = heads / s.dim(2);
    BroadcastInDim repeat = new BroadcastInDim(s.insert(3, each), IntList.of(0, 1, 2, 4));
    return Prims.reshape(Engine.bind1(repeat, x), s.with(2, heads));
  }

  /** The sum over the heads of each group, as {@code like} has them. */
  private static Tensor gathered(Tensor x, Tensor like) {
    long heads = like.shape().dim(2);
    Shape s = x.shape();
    return s.dim(2) == heads || s.dim(2) < 0 || heads < 0
        ? x
        : Prims.sum(Prims.reshape(x, s.with(2, heads).insert(3, s.dim(2) / heads)), 3);
  }

  private static List<Tensor> spread(List<Tensor> in) {
    List<Tensor> out = new ArrayList<>(in);
    out.set(1, spread(in.get(1), in.get(0)));
    out.set(2, spread(in.get(2), in.get(0)));
    return out;
  }

  private static Tensor logits(Attributes a, List<Tensor> in) {
    DType wide = Means.wide(in.get(0).dtype());
    Tensor products = Prims.dot(
        in.get(0), in.get(1), BATCH_HEADS, BATCH_HEADS, new int[] {3}, new int[] {3}, wide);
    Tensor x = Prims.mul(products, a.get(Composites.FACTOR));
    if (a.get(Composites.BIAS)) {
      x = Prims.add(x, Prims.convert(in.get(3), wide));
    }
    Tensor allowed = allowed(a, in, x);
    return allowed == null ? x : Prims.select(allowed, x, Prims.scalar(wide, lowest(wide)));
  }

  private static List<Tensor> forward(Attributes a, List<Tensor> inputs) {
    List<Tensor> in = spread(inputs);
    Tensor x = logits(a, in);
    Tensor top = Prims.stopGradient(Prims.maxKeep(x, -1));
    Tensor e = Prims.exp(Prims.sub(x, top));
    Tensor sum = Prims.sumKeep(e, -1);
    Tensor p = Prims.convert(Prims.div(e, sum), in.get(2).dtype());
    Tensor y = Prims.dot(p, in.get(2), LEADING, BATCH_HEADS, new int[] {3}, new int[] {1}, null);
    return List.of(Prims.swap(y, 1, 2), Prims.add(Prims.log(sum), top));
  }

  private static List<Tensor> backward(Attributes a, List<Tensor> inputs) {
    List<Tensor> in = spread(inputs);
    Tensor query = in.get(0);
    Tensor key = in.get(1);
    Tensor value = in.get(2);
    DType dtype = query.dtype();
    int n = in.size();
    Tensor dy = in.get(n - 1);
    Tensor x = logits(a, in);
    DType wide = x.dtype();
    Tensor e = Prims.exp(Prims.sub(x, in.get(n - 2)));
    // where all is forbidden, lse is too large a number to hold the logarithm of how many there are
    Tensor p = Prims.div(e, Prims.sumKeep(e, -1));
    Tensor rounded = Prims.convert(p, dtype);
    Tensor dvalue =
        Prims.dot(rounded, dy, LEADING, BATCH_HEADS, new int[] {2}, new int[] {1}, null);
    Tensor dp = Prims.dot(dy, value, BATCH_HEADS, BATCH_HEADS, new int[] {3}, new int[] {3}, wide);
    Tensor weighted = Prims.mul(dp, p);
    Tensor dx = Prims.sub(weighted, Prims.mul(p, Prims.sumKeep(weighted, -1)));
    Tensor allowed = allowed(a, in, x);
    if (allowed != null) {
      dx = Prims.select(allowed, dx, Prims.scalarLike(dx, 0));
    }
    Tensor scaled = Prims.convert(Prims.mul(dx, a.get(Composites.FACTOR)), dtype);
    Tensor dquery =
        Prims.dot(scaled, key, LEADING, BATCH_HEADS, new int[] {3}, new int[] {1}, null);
    Tensor dkey =
        Prims.dot(scaled, query, LEADING, BATCH_HEADS, new int[] {2}, new int[] {1}, null);
    List<Tensor> out = new ArrayList<>(List.of(
        Prims.swap(dquery, 1, 2),
        gathered(Prims.swap(dkey, 1, 2), inputs.get(1)),
        gathered(Prims.swap(dvalue, 1, 2), inputs.get(2))));
    if (a.get(Composites.BIAS)) {
      out.add(Prims.convert(folded(dx, in.get(3)), dtype));
    }
    if (a.get(Composites.MASK)) {
      out.add(Prims.scalar(dtype, 0.0));
    }
    return out;
  }

  // summed over the axes along which the bias was repeated
  private static Tensor folded(Tensor x, Tensor bias) {
    Tensor out = x;
    for (int i = 0; i < 4; i++) {
      if (bias.shape().dim(i) == 1) {
        out = Prims.sumKeep(out, i);
      }
    }
    return out;
  }

  /** Whether the backend takes key and value with fewer heads than the query, without bias and mask. */
  public static boolean takesGroups(
      Tensor query, Tensor key, Tensor value, double scale, boolean causal) {
    for (Tensor t : List.of(query, key, value)) {
      if (!t.shape().isKnown()) {
        return false;
      }
    }
    return ATTENTION.isClaimed(attributes(null, null, scale, causal), List.of(query, key, value));
  }

  /**
   * A head of key or value, of known shape, for each of the query.
   *
   * @param x {@code (batch, s, key_heads, depth)}
   * @param query {@code (batch, t, heads, depth)}
   */
  public static Tensor repeated(Tensor x, Tensor query) {
    return spread(x, query);
  }

  private static Attributes attributes(
      @Nullable Tensor bias, @Nullable Tensor mask, double scale, boolean causal) {
    return Attributes.of(
        Composites.FACTOR,
        scale,
        Composites.CAUSAL,
        causal,
        Composites.BIAS,
        bias != null,
        Composites.MASK,
        mask != null);
  }

  /** {@link #ATTENTION}; bias and mask may be null. */
  public static Tensor attention(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor bias,
      @Nullable Tensor mask,
      double scale,
      boolean causal) {
    return ATTENTION.call1(
        attributes(bias, mask, scale, causal),
        NormalizationComposites.given(query, key, value, bias, mask));
  }

  /** The same by its body, whatever the backend has; bias and mask may be null. */
  public static Tensor plain(
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor bias,
      @Nullable Tensor mask,
      double scale,
      boolean causal) {
    return forward(
            attributes(bias, mask, scale, causal),
            List.of(NormalizationComposites.given(query, key, value, bias, mask)))
        .get(0);
  }
}
