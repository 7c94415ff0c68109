package org.keras4j.layers.attention;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
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
 * Multi-head attention ({@code keras.layers.MultiHeadAttention}; Vaswani et al. 2017, arXiv:1706.03762):
 * query, key and value are projected for each head, heads attend by themselves, and their results are
 * joined and projected. Attention is over all axes between batch and features, or over the attention axes.
 *
 * <p>Input: a query {@code (batch, t, dim)}; arguments {@code value (batch, s, dim)}, {@code key} of the
 * value's shape but for the last axis (the value by default), {@code query_mask}, {@code value_mask}, {@code
 * key_mask}, {@code attention_mask (batch, t, s)}, {@code return_attention_scores}, {@code use_causal_mask}.
 * Output shape: the query's, with the output shape in place of the last axis if given; with scores also
 * {@code (batch, heads, t, s)}. Weights: kernels and biases of {@code query}, {@code key}, {@code gate}, {@code
 * value} and {@code attention_output}.
 *
 * <pre>{@code
 * Tensor query = Ops.ones(new long[] {2, 8, 16});
 * Tensor value = Ops.ones(new long[] {2, 4, 16});
 * Object y = new MultiHeadAttention(2, 2).invoke(List.of(query, value), Map.of()); // (2, 8, 16)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class MultiHeadAttention extends HeadAttention<MultiHeadAttention> {
  @Config
  private int numHeads;

  @Config
  private int keyDim;

  @Config
  private @Nullable Integer valueDim;

  @Config
  private long @Nullable [] outputShape;

  @Config
  private int @Nullable [] attentionAxes;

  private String scoreEquation = "";
  private String joinEquation = "";

  private MultiHeadAttention() {}

  /**
   * With these sizes.
   *
   * @param numHeads how many heads there are
   * @param keyDim the size of each head's query and key
   * @throws IllegalArgumentException if a size is below 1
   */
  public MultiHeadAttention(int numHeads, int keyDim) {
    this.numHeads = numHeads;
    this.keyDim = keyDim;
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    valueDim = valueDim == null ? keyDim : valueDim;
    if (numHeads <= 0 || keyDim <= 0 || valueDim <= 0) {
      throw new IllegalArgumentException(
          label() + ": 'numHeads', 'keyDim' and 'valueDim' expect positive integers, got "
              + numHeads + ", " + keyDim + " and " + valueDim);
    }
  }

  /**
   * The size of each head's value.
   *
   * @param value the key's by default
   * @return this layer
   */
  public MultiHeadAttention valueDim(@Nullable Integer value) {
    set("valueDim", () -> valueDim = value);
    configured();
    return this;
  }

  /** {@link #valueDim(Integer)} of a number. */
  public MultiHeadAttention valueDim(int value) {
    return valueDim((Integer) value);
  }

  /**
   * The sizes in place of the query's last axis.
   *
   * @param value none (the default) for its own
   * @return this layer
   */
  public MultiHeadAttention outputShape(long... value) {
    return set("outputShape", () -> outputShape = value.length == 0 ? null : value);
  }

  /**
   * The axes over which attention goes.
   *
   * @param value all between batch and features by default
   * @return this layer
   */
  public MultiHeadAttention attentionAxes(int... value) {
    return set("attentionAxes", () -> attentionAxes = value.length == 0 ? null : value);
  }

  /** False: it is for the projections alone. */
  @Override
  protected boolean regularizesOutputs() {
    return false;
  }

  @Override
  void build(Shape query, Shape value, Shape key) {
    int rank = query.rank();
    long v = valueDim == null ? keyDim : valueDim;
    project("query_dense", "query", query, numHeads, keyDim);
    project("key_dense", "key", key, numHeads, keyDim);
    if (isUseGate()) {
      project("_gate_dense", "gate", query, numHeads, v);
    }
    project("value_dense", "value", value, numHeads, v);
    equations(rank + 1);
    long[] last = outputShape == null ? new long[] {query.last()} : outputShape;
    Projection p = Projection.of(rank - 1, 2, last.length);
    projection(
            "output_dense",
            "attention_output",
            p.equation(),
            p.biasAxes(),
            Projection.shape(rank - 1 + last.length - 1, last))
        .buildFor(query.slice(0, rank - 1).concat(Shape.of(numHeads, v)));
  }

  private void project(String attribute, String name, Shape input, long heads, long size) {
    Projection p = Projection.of(input.rank() - 1, 1, 2);
    EinsumDense d = projection(
        attribute, name, p.equation(), p.biasAxes(), Projection.shape(input.rank(), new long[] {
          heads, size
        }));
    if (name.equals("gate")) {
      d.activation("sigmoid");
    }
    d.buildFor(input);
  }

  // of projected tensors (batch, ..., heads, size) of this rank
  private void equations(int rank) {
    int[] axes = attentionAxes;
    if (axes == null) {
      axes = new int[rank - 3];
      for (int i = 0; i < axes.length; i++) {
        axes[i] = i + 1;
      }
    } else {
      axes = axes.clone();
      for (int i = 0; i < axes.length; i++) {
        axes[i] = axes[i] < 0 ? axes[i] + rank - 1 : axes[i];
      }
      int last = rank - 3;
      if (Arrays.stream(axes).anyMatch(a -> a < 0 || a > last)
          || Arrays.stream(axes).distinct().count() < axes.length) {
        throw new IllegalArgumentException(
            label() + ": 'attentionAxes' expects different axes up to " + last + ", got "
                + Arrays.toString(attentionAxes));
      }
    }
    attentionAxes = axes;
    StringBuilder target = new StringBuilder();
    StringBuilder source = new StringBuilder();
    StringBuilder batch = new StringBuilder();
    StringBuilder to = new StringBuilder();
    StringBuilder from = new StringBuilder();
    char next = (char) ('a' + rank);
    for (int i = 0; i < rank; i++) {
      char c = (char) ('a' + i);
      target.append(c);
      int place = i;
      boolean attended = Arrays.stream(axes).anyMatch(a -> a == place);
      source.append(attended ? next++ : c);
      if (!attended && i < rank - 1) {
        batch.append(c);
      }
    }
    for (int a : axes) {
      to.append(target.charAt(a));
      from.append(source.charAt(a));
    }
    String product = batch.toString() + to + from;
    scoreEquation = source + "," + target + "->" + product;
    joinEquation = product + "," + source + "->" + target;
  }

  /** Keras reads what the query carries, and not the argument. */
  @Override
  @Nullable
  Tensor queryMask(Tensor query, CallContext context) {
    return query.kerasMask();
  }

  @Override
  int[] softmaxAxes() {
    int n = Objects.requireNonNull(attentionAxes).length;
    int rank = scoreEquation.length() - scoreEquation.indexOf('>') - 1;
    return IntStream.range(rank - n, rank).toArray();
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Tensor query = single(inputs);
    Tensor value = context.tensor("value");
    if (value == null) {
      throw new IllegalArgumentException(label() + ": expected the argument 'value'");
    }
    Tensor key = context.tensor("key") == null ? value : context.tensor("key");
    Tensor q = inner("query_dense").invoke(query);
    boolean causal = causalOnly(query, context) && whole(q, context);
    Tensor mask = causal ? null : mask(query, value, context);
    Tensor gate = isUseGate() ? inner("_gate_dense").invoke(query) : null;
    Tensor k = inner("key_dense").invoke(key);
    Tensor v = inner("value_dense").invoke(value);
    double scale = 1 / Math.sqrt(keyDim);
    int expand = -2 * Objects.requireNonNull(attentionAxes).length - 1;
    Tensor y;
    Tensor scores = null;
    if (whole(q, context)) {
      Tensor m = AttentionMask.ofRank(mask, 4, expand);
      y = Ops.dotProductAttention(q, k, v, null, m, scale, causal, flashAttention(), null);
    } else {
      Tensor scaled = Ops.multiply(q, scale);
      Tensor raw = Ops.einsum(scoreEquation, k, scaled);
      Tensor m = AttentionMask.ofRank(mask, raw.rank(), expand);
      scores = inner("_softmax").invoke(raw, CallArgs.of("mask", m));
      Tensor kept = dropout() > 0 ? inner("_dropout_layer").invoke(scores) : scores;
      y = Ops.einsum(joinEquation, kept, v);
    }
    y = inner("output_dense").invoke(gate == null ? y : Ops.multiply(y, gate));
    return scoresWanted(context) ? List.of(y, Objects.requireNonNull(scores)) : y;
  }
}
