package org.keras4j.hub.seq2seq;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.initializers.RandomNormal;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Reshape;
import org.keras4j.ops.Ops;

/**
 * The dense layers of an attention, of which graphs are put together: one over whole sequences, and one that takes a step with
 * the keys and values of the steps before.
 */
final class AttentionLayers {
  private final Dense query;
  private final Dense key;
  private final Dense value;
  private final Dense output;
  private final Reshape split;
  private final Reshape join;
  private final @Nullable Dropout dropout;
  private final double scale;

  /**
   * Makes the layers.
   *
   * @param prefix what their names begin with
   * @param heads how many heads there are
   * @param size the size of a head
   * @param width the size of the output
   * @param biased whether queries, values and outputs have biases; keys, whose biases would say nothing, have none
   * @param scale what products are multiplied with
   * @param dropout how much of the attention is dropped in training
   */
  AttentionLayers(
      String prefix, int heads, int size, int width, boolean biased, double scale, double dropout) {
    this.query = dense(heads * size, biased, prefix + "_query");
    this.key = dense(heads * size, false, prefix + "_key");
    this.value = dense(heads * size, biased, prefix + "_value");
    this.output = dense(width, biased, prefix + "_output");
    this.split = new Reshape(-1, heads, size).name(prefix + "_split");
    this.join = new Reshape(-1, (long) heads * size).name(prefix + "_join");
    this.scale = scale;
    this.dropout = dropout == 0 ? null : new Dropout(dropout).name(prefix + "_dropout");
  }

  private static Dense dense(int units, boolean biased, String name) {
    return new Dense(units)
        .useBias(biased)
        .kernelInitializer(new RandomNormal(0, 0.02))
        .name(name);
  }

  /** The keys of a sequence {@code (batch, s, width)}: {@code (batch, s, heads, size)}. */
  Tensor keys(Tensor x) {
    return split.invoke(key.invoke(x));
  }

  /** The values of a sequence, likewise. */
  Tensor values(Tensor x) {
    return split.invoke(value.invoke(x));
  }

  /**
   * What a sequence finds.
   *
   * @param x {@code (batch, t, width)}
   * @param keys {@code (batch, s, heads, size)}
   * @param values the same
   * @param bias added to products, broadcast to {@code (batch, heads, t, s)}; or null
   * @param mask true where something may be seen, broadcast likewise; or null
   * @return {@code (batch, t, width)}
   */
  Tensor find(Tensor x, Tensor keys, Tensor values, @Nullable Tensor bias, @Nullable Tensor mask) {
    Tensor q = split.invoke(query.invoke(x));
    Tensor y = dropout == null
        ? Ops.dotProductAttention(q, keys, values, bias, mask, scale, false, null, null)
        : dropped(q, keys, values, bias, mask, dropout);
    return output.invoke(join.invoke(y));
  }

  private Tensor dropped(
      Tensor q,
      Tensor keys,
      Tensor values,
      @Nullable Tensor bias,
      @Nullable Tensor mask,
      Dropout dropout) {
    Tensor scores = Ops.multiply(Ops.einsum("bthd,bshd->bhts", q, keys), scale);
    if (bias != null) {
      scores = Ops.add(scores, bias);
    }
    if (mask != null) {
      scores = Ops.where(mask, scores, -1e30);
    }
    return Ops.einsum("bhts,bshd->bthd", dropout.invoke(Ops.softmax(scores, -1)), values);
  }
}
