package org.keras4j.layers.attention;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.SeededLayer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.random.RandomOps;

/**
 * Attention of a query to values, weighted by scores of the query with keys.
 *
 * @param <S> the class itself
 */
public abstract class BaseAttention<S extends BaseAttention<S>> extends SeededLayer<S> {
  @Config
  private boolean useScale;

  @Config
  private double dropout;

  BaseAttention(boolean useScale) {
    this.useScale = useScale;
  }

  @Override
  protected void configured() {
    if (!(dropout >= 0 && dropout <= 1)) {
      throw new IllegalArgumentException(
          label() + ": 'dropout' expects a number from 0 to 1, got " + dropout);
    }
    reseed();
  }

  @Override
  protected final boolean draws() {
    return dropout > 0;
  }

  /**
   * Whether scores are scaled by learned numbers.
   *
   * @param value false by default
   * @return this layer
   */
  public S useScale(boolean value) {
    return set("useScale", () -> useScale = value);
  }

  /**
   * Which part of the weights is dropped in training.
   *
   * @param value 0 by default
   * @return this layer
   */
  public S dropout(double value) {
    set("dropout", () -> dropout = value);
    configured();
    return self();
  }

  final boolean isUseScale() {
    return useScale;
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    return previousMask instanceof List<?> l && !l.isEmpty() ? l.get(0) : null;
  }

  /** Scores {@code (..., queries, keys)}. */
  abstract Tensor scores(Tensor query, Tensor key);

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "mask", "training", "return_attention_scores", "use_causal_mask");
  }

  @Override
  protected void build(Shape input) {
    throw new IllegalArgumentException(
        label() + ": expected a list [query, value] or [query, value, key], got one tensor");
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    if (!(inputs instanceof List<?> in) || in.size() < 2 || in.size() > 3) {
      throw new IllegalArgumentException(
          label() + ": expected a list [query, value] or [query, value, key], got " + inputs);
    }
    Tensor query = single(in.get(0));
    Tensor value = single(in.get(1));
    Tensor key = in.size() > 2 ? single(in.get(2)) : value;
    List<?> masks = masks(context);
    Tensor scores = scores(query, key);
    Tensor allowed = allowed(scores, (Tensor) masks.get(1), context.flag("use_causal_mask", false));
    if (allowed != null) {
      double most = scores.dtype() == DType.FLOAT16 ? 65504.0 : 1e9;
      Tensor keep = allowed.rank() == 2 ? Prims.expandDims(allowed, 1) : allowed;
      scores = Ops.where(keep, scores, Ops.subtract(scores, most));
    }
    Tensor weights = Ops.softmax(scores, -1);
    Tensor applied = context.training() && dropout > 0
        ? RandomOps.dropout(weights, dropout, generator())
        : weights;
    Tensor y = Ops.matmul(applied, value);
    if (masks.get(0) instanceof Tensor m) {
      y = Ops.where(Prims.expandDims(m, -1), y, Prims.scalarLike(y, 0));
    }
    return context.flag("return_attention_scores", false) ? List.of(y, applied) : y;
  }

  private List<?> masks(CallContext context) {
    Object masks = context.masks();
    if (masks == null) {
      return Arrays.asList(null, null);
    }
    if (!(masks instanceof List<?> l) || l.size() < 2 || l.size() > 3) {
      throw new IllegalArgumentException(
          label() + ": 'mask' expects a list of 2 or 3 masks, got " + masks);
    }
    return l;
  }

  private static @Nullable Tensor allowed(
      Tensor scores, @Nullable Tensor valueMask, boolean causal) {
    if (!causal) {
      return valueMask;
    }
    Tensor before = Prims.expandDims(
        AttentionMask.causal(
            AttentionMask.positions(scores, -2), AttentionMask.positions(scores, -1)),
        0);
    return valueMask == null ? before : Ops.logicalAnd(Prims.expandDims(valueMask, -2), before);
  }
}
