package org.keras4j.ops.internal.nn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.ReadBudget;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.composite.AttentionComposites;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.types.AttentionOptions;

/** Attention ({@code keras.ops.dot_product_attention}). */
public final class AttentionOps {
  private AttentionOps() {}

  /** Attention without bias or mask, each product scaled by {@code 1 / sqrt(depth)}. */
  public static Tensor dotProductAttention(Object query, Object key, Object value) {
    return dotProductAttention(query, key, value, null, null, null, false, null, null);
  }

  /**
   * Attention, as {@link #dotProductAttention(Object, Object, Object, Object, Object, Double, boolean, Boolean, Double)} has it.
   *
   * @param query {@code (batch, t, heads, depth)}
   * @param key {@code (batch, s, key_heads, depth)}
   * @param value {@code (batch, s, key_heads, width)}
   * @param options bias, mask, scale and the like
   * @return {@code (batch, t, heads, width)}
   */
  public static Tensor dotProductAttention(
      Object query, Object key, Object value, AttentionOptions options) {
    return dotProductAttention(
        query,
        key,
        value,
        options.bias(),
        options.mask(),
        options.scale(),
        options.isCausal(),
        options.flashAttention(),
        null);
  }

  /** Attention scaled by {@code 1 / sqrt(depth)}. */
  public static Tensor dotProductAttention(
      Object query,
      Object key,
      Object value,
      @Nullable Object bias,
      @Nullable Object mask,
      boolean isCausal) {
    return dotProductAttention(query, key, value, bias, mask, null, isCausal, null, null);
  }

  /**
   * {@code softmax(scale query key^T + bias) value} for each head ({@code keras.ops.dot_product_attention};
   * Vaswani et al. 2017, arXiv:1706.03762). Halves are multiplied and normalized in float32.
   *
   * @param query {@code (batch, t, heads, depth)}
   * @param key {@code (batch, s, key_heads, depth)}; each of its heads serves {@code heads / key_heads}
   *     neighbouring ones of the query
   * @param value {@code (batch, s, key_heads, width)}
   * @param bias added to the logits; broadcasts to {@code (batch, heads, t, s)}
   * @param mask true where attention is allowed; broadcasts as the bias
   * @param scale null for {@code 1 / sqrt(depth)}
   * @param isCausal whether a place sees only those before it and itself
   * @param flashAttention false to compute it plainly, all weights in memory; true for the backend's kernel wherever it has one; null
   *     for what {@code Keras.flashAttention} says, which at first is true
   * @param attnLogitsSoftCap must be null: Keras has it on TPU alone
   * @return {@code (batch, t, heads, width)}
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static Tensor dotProductAttention(
      Object query,
      Object key,
      Object value,
      @Nullable Object bias,
      @Nullable Object mask,
      @Nullable Double scale,
      boolean isCausal,
      @Nullable Boolean flashAttention,
      @Nullable Double attnLogitsSoftCap) {
    return Op.call(
        "ops.dot_product_attention",
        AttentionOps::attend,
        query,
        key,
        value,
        bias,
        mask,
        scale,
        isCausal,
        flashAttention,
        attnLogitsSoftCap);
  }

  private static Tensor attend(Op.Args a) {
    if (a.isGiven(8)) {
      throw new IllegalArgumentException(
          a.name() + ": attn_logits_soft_cap must be null; it is defined for TPU alone");
    }
    List<Tensor> t = Dtypes.common(a.tensor(0), a.tensor(1), a.tensor(2));
    Tensor q = t.get(0);
    for (Tensor x : t) {
      if (x.rank() != 4) {
        throw new IllegalArgumentException(
            a.name() + ": query, key and value must be of rank 4, got " + q.shape() + ", "
                + t.get(1).shape() + " and " + t.get(2).shape());
      }
    }
    boolean fused = a.isGiven(7) ? a.flag(7) : Keras.flashAttention();
    boolean grouped = fused && takesGroups(a, t);
    Tensor k = grouped ? t.get(1) : repeated(a, t.get(1), q);
    Tensor v = grouped ? t.get(2) : repeated(a, t.get(2), q);
    if (!fits(q, k, 0) || !fits(q, k, 3) || !fits(k, v, 0) || !fits(k, v, 1)) {
      throw new IllegalArgumentException(a.name()
          + ": expected query (batch, t, heads, depth), key (batch, s, heads, depth) and value"
          + " (batch, s, heads, width), got " + q.shape() + ", " + t.get(1).shape() + " and "
          + t.get(2).shape());
    }
    Shape all =
        Shape.of(q.shape().dim(0), q.shape().dim(2), q.shape().dim(1), k.shape().dim(1));
    Tensor bias = a.isGiven(3) ? ofRank4(a, "bias", a.tensor(3, q.dtype()), all) : null;
    Tensor mask = a.isGiven(4) ? ofRank4(a, "mask", a.tensor(4, DType.BOOL), all) : null;
    return fused
        ? AttentionComposites.attention(q, k, v, bias, mask, scale(a, q), a.flag(6))
        : AttentionComposites.plain(q, k, v, bias, mask, scale(a, q), a.flag(6));
  }

  private static double scale(Op.Args a, Tensor query) {
    return a.isGiven(5)
        ? a.number(5).doubleValue()
        : 1 / Math.sqrt(query.shape().intDim(3));
  }

  // whether heads of keys are left to the backend as they are, each for several of the query
  private static boolean takesGroups(Op.Args a, List<Tensor> t) {
    Shape query = t.get(0).shape();
    Shape key = t.get(1).shape();
    return !a.isGiven(3)
        && !a.isGiven(4)
        && query.isKnown()
        && key.isKnown()
        && key.equals(t.get(2).shape())
        && key.dim(2) > 0
        && query.dim(2) > key.dim(2)
        && query.dim(2) % key.dim(2) == 0
        && query.dim(0) == key.dim(0)
        && query.dim(3) == key.dim(3)
        && AttentionComposites.takesGroups(
            t.get(0), t.get(1), t.get(2), scale(a, t.get(0)), a.flag(6));
  }

  private static boolean fits(Tensor a, Tensor b, int axis) {
    long x = a.shape().dim(axis);
    long y = b.shape().dim(axis);
    return x < 0 || y < 0 || x == y;
  }

  // as many heads as the query has, each repeated for its group
  private static Tensor repeated(Op.Args a, Tensor x, Tensor query) {
    long heads = query.shape().dim(2);
    long own = x.shape().dim(2);
    if (heads == own || heads < 0 || own < 0) {
      return x;
    }
    if (own == 0 || heads % own != 0) {
      throw new IllegalArgumentException(a.name() + ": " + heads + " heads of the query "
          + query.shape() + " do not divide into groups for " + own + " heads of " + x.shape());
    }
    if (x.shape().isKnown()) {
      return AttentionComposites.repeated(x, query);
    }
    int each = Math.toIntExact(heads / own);
    int[] source = new int[ReadBudget.table("the heads", 8, heads)];
    for (int i = 0; i < source.length; i++) {
      source[i] = i / each;
    }
    return Prims.take(x, Engine.constant(NDArray.of(source)), 2);
  }

  private static Tensor ofRank4(Op.Args a, String what, Tensor x, Shape all) {
    if (x.rank() > 4) {
      throw new IllegalArgumentException(
          a.name() + ": " + what + " must broadcast to " + all + ", got " + x.shape());
    }
    Tensor t =
        x.rank() == 4 ? x : Prims.expandDims(x, IntList.range(0, 4 - x.rank()).toArray());
    for (int i = 0; i < 4; i++) {
      long d = t.shape().dim(i);
      if (d != 1 && d >= 0 && all.dim(i) >= 0 && d != all.dim(i)) {
        throw new IllegalArgumentException(
            a.name() + ": " + what + " must broadcast to " + all + ", got " + x.shape());
      }
    }
    return t;
  }
}
