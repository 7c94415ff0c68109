package org.keras4j.layers.attention;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Dot-product attention ({@code keras.layers.Attention}; Luong et al. 2015, arXiv:1508.04025): {@code
 * softmax(query key^T) value}. With the score mode {@code "concat"} scores are sums of {@code tanh(query +
 * key)}.
 *
 * <p>Input: a list of a query {@code (batch, tq, dim)}, a value {@code (batch, tv, dim)} and, unless it is the
 * value, a key {@code (batch, tv, dim)}; arguments {@code mask} (a list: masked queries give 0, masked values
 * are not seen), {@code return_attention_scores} and {@code use_causal_mask}. Output shape: {@code (batch, tq,
 * dim)}; with scores also {@code (batch, tq, tv)}. Weights: scalars {@code scale}, {@code
 * concat_score_weight}, where used.
 *
 * <pre>{@code
 * KerasTensor query = new Input(8, 16).output();
 * KerasTensor value = new Input(4, 16).output();
 * Object y = new Attention().useScale(true).invokeNested(List.of(query, value), CallArgs.of()); // (batch, 8, 16)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Attention extends BaseAttention<Attention> {
  @Config
  private String scoreMode = "dot";

  private @Nullable Variable scale;
  private @Nullable Variable concatScoreWeight;

  /** With Keras's defaults. */
  public Attention() {
    super(false);
  }

  /**
   * How scores are computed.
   *
   * @param value {@code "dot"} (the default) or {@code "concat"}
   * @return this layer
   */
  public Attention scoreMode(String value) {
    set("scoreMode", () -> scoreMode = value);
    configured();
    return this;
  }

  @Override
  protected void configured() {
    super.configured();
    scoreMode = Extent.choice("scoreMode", scoreMode, "dot", "concat");
  }

  @Override
  protected void build(List<Shape> inputs) {
    if (isUseScale()) {
      scale = addWeight("scale", Shape.SCALAR, "ones");
    }
    if (scoreMode.equals("concat")) {
      concatScoreWeight = addWeight("concat_score_weight", Shape.SCALAR, "ones");
    }
  }

  @Override
  Tensor scores(Tensor query, Tensor key) {
    if (scoreMode.equals("dot")) {
      Tensor s = Ops.matmul(query, Prims.swap(key, -2, -1));
      return scale == null ? s : Ops.multiply(s, scale);
    }
    Tensor sum = Ops.add(Prims.expandDims(query, -2), Prims.expandDims(key, -3));
    Tensor t = Ops.tanh(scale == null ? sum : Ops.multiply(scale, sum));
    return Ops.multiply(Objects.requireNonNull(concatScoreWeight), Ops.sum(t, -1));
  }
}
