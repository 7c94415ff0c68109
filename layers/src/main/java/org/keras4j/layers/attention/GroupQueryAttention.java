package org.keras4j.layers.attention;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.core.EinsumDense;
import org.keras4j.ops.Ops;

/**
 * Multi-head attention in which several query heads share a head of key and value ({@code
 * keras.layers.GroupQueryAttention}; Ainslie et al. 2023, arXiv:2305.13245).
 *
 * <p>Input: a query {@code (batch, t, dim)}; arguments {@code value (batch, s, dim)}, {@code key} (the value by
 * default), {@code query_mask}, {@code value_mask}, {@code key_mask}, {@code attention_mask (batch, t, s)},
 * {@code return_attention_scores}, {@code use_causal_mask}. Output shape: the query's; with scores also {@code
 * (batch, query heads, t, s)}. Weights: kernels and biases of {@code query}, {@code key}, {@code gate}, {@code
 * value} and {@code attention_output}.
 *
 * <pre>{@code
 * Tensor query = Ops.ones(new long[] {2, 8, 16});
 * Tensor value = Ops.ones(new long[] {2, 4, 16});
 * Object y = new GroupQueryAttention(2, 4, 2).invoke(List.of(query, value), Map.of()); // (2, 8, 16)
 * }</pre>
 */
@KerasSerializable(
    module = "keras.layers",
    aliases = {"keras.layers.GroupedQueryAttention"})
public final class GroupQueryAttention extends HeadAttention<GroupQueryAttention> {
  @Config
  private int headDim;

  @Config
  private int numQueryHeads;

  @Config
  private int numKeyValueHeads;

  private GroupQueryAttention() {}

  /**
   * With these sizes.
   *
   * @param numKeyValueHeads how many heads of keys and values there are
   * @param headDim the size of each head
   * @param numQueryHeads a multiple of {@code numKeyValueHeads}
   */
  public GroupQueryAttention(int headDim, int numQueryHeads, int numKeyValueHeads) {
    this.headDim = headDim;
    this.numQueryHeads = numQueryHeads;
    this.numKeyValueHeads = numKeyValueHeads;
    configured();
  }

  /** Not the name that it is registered under. */
  @Override
  public String className() {
    return "GroupedQueryAttention";
  }

  @Override
  protected void configured() {
    super.configured();
    if (headDim <= 0
        || numQueryHeads <= 0
        || numKeyValueHeads <= 0
        || numQueryHeads % numKeyValueHeads != 0) {
      throw new IllegalArgumentException(label()
          + ": expected positive sizes, and a number of query"
          + " heads that the key and value heads divide, got head_dim " + headDim
          + ", num_query_heads " + numQueryHeads + " and num_key_value_heads " + numKeyValueHeads);
    }
  }

  @Override
  void build(Shape query, Shape value, Shape key) {
    project("_query_dense", "query", "bqm,muh->bquh", "uh", numQueryHeads).buildFor(query);
    project("_key_dense", "key", "bkm,mvh->bkvh", "vh", numKeyValueHeads).buildFor(key);
    if (isUseGate()) {
      project("_gate_dense", "gate", "bqm,muh->bquh", "uh", numQueryHeads)
          .activation("sigmoid")
          .buildFor(query);
    }
    project("_value_dense", "value", "bkm,mvh->bkvh", "vh", numKeyValueHeads).buildFor(value);
    projection("_output_dense", "attention_output", "bquh,uhm->bqm", "m", -1, query.intDim(-1))
        .buildFor(Shape.of(-1, -1, numQueryHeads, headDim));
  }

  private EinsumDense project(
      String attribute, String name, String equation, String biasAxes, long heads) {
    return projection(attribute, name, equation, biasAxes, -1, heads, headDim);
  }

  @Override
  int[] softmaxAxes() {
    return new int[] {-1};
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Tensor query = single(inputs);
    Tensor value = context.tensor("value");
    if (value == null) {
      throw new IllegalArgumentException(label() + ": expected the argument 'value'");
    }
    Tensor key = context.tensor("key") == null ? value : context.tensor("key");
    Tensor q = inner("_query_dense").invoke(query);
    boolean causal = causalOnly(query, context) && whole(q, context);
    Tensor mask = causal ? null : mask(query, value, context);
    Tensor gate = isUseGate() ? inner("_gate_dense").invoke(query) : null;
    Tensor k = inner("_key_dense").invoke(key);
    Tensor v = inner("_value_dense").invoke(value);
    double scale = 1 / Math.sqrt(headDim);
    Tensor m = AttentionMask.ofRank(mask, 4, -3);
    Tensor y;
    Tensor scores = null;
    if (whole(q, context)) {
      y = Ops.dotProductAttention(q, k, v, null, m, scale, causal, flashAttention(), null);
    } else {
      int repeats = numQueryHeads / numKeyValueHeads;
      Tensor raw = Ops.einsum("bquh,bkuh->buqk", Ops.multiply(q, scale), Ops.repeat(k, repeats, 2));
      scores = inner("_softmax").invoke(raw, CallArgs.of("mask", m));
      Tensor kept = dropout() > 0 ? inner("_dropout_layer").invoke(scores) : scores;
      y = Ops.einsum("buqk,bkuh->bquh", kept, Ops.repeat(v, repeats, 2));
    }
    y = inner("_output_dense").invoke(gate == null ? y : Ops.multiply(y, gate));
    return scoresWanted(context) ? List.of(y, Objects.requireNonNull(scores)) : y;
  }
}
