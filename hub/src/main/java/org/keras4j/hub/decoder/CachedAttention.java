package org.keras4j.hub.decoder;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.Layer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.types.Index;

/**
 * Attention to what came before: within the tokens of a call, or to a cache that they are written into. Queries {@code (batch,
 * time, heads, dim)}, keys and values {@code (batch, time, key heads, dim)}, those of the cache {@code (batch, length, key
 * heads, dim)}.
 */
public final class CachedAttention {
  private final double scale;
  private @Nullable Double softCap;
  private @Nullable Integer window;
  private @Nullable Layer dropout;

  private CachedAttention(double scale) {
    this.scale = scale;
  }

  /**
   * Attention to all that came before.
   *
   * @param scale what products are multiplied with
   * @return attention
   */
  public static CachedAttention scaled(double scale) {
    return new CachedAttention(scale);
  }

  /**
   * Confines the products by tanh.
   *
   * @param value to plus and minus this number; null (the default) for no limit
   * @return this attention
   */
  public CachedAttention softCap(@Nullable Double value) {
    softCap = value;
    return this;
  }

  /**
   * How many tokens back a token sees, itself included.
   *
   * @param value null (the default) for all
   * @return this attention
   */
  public CachedAttention window(@Nullable Integer value) {
    window = value;
    return this;
  }

  /**
   * What is applied to the weights of the values.
   *
   * @param value a layer that drops some; null (the default) for nothing
   * @return this attention
   */
  public CachedAttention dropout(@Nullable Layer value) {
    dropout = value;
    return this;
  }

  /**
   * The heads after attention, and with a cache its new keys and values.
   *
   * @param query the queries
   * @param key the keys of the same tokens
   * @param value their values
   * @param context a call's positions, and perhaps the keys and values of a cache, as {@link CausalBackbone#blocks} tells
   * @return {@code (batch, time, heads, dim)}, then with a cache keys and values {@code (batch, length, key heads, dim)}
   */
  public List<Tensor> apply(Tensor query, Tensor key, Tensor value, CallContext context) {
    Tensor keys = context.tensor("keys");
    Tensor values = context.tensor("values");
    Tensor positions = context.tensor("positions");
    if (positions == null || (keys == null) != (values == null)) {
      throw new IllegalArgumentException("Attention to what came before: expected the argument"
          + " 'positions', and 'keys' and 'values' both or neither");
    }
    if (keys == null || values == null) {
      return List.of(within(query, key, value));
    }
    boolean fresh = context.flag("fresh", false);
    Tensor newKeys = written(keys, key, positions, fresh);
    Tensor newValues = written(values, value, positions, fresh);
    Tensor heads = fresh ? within(query, key, value) : cached(query, newKeys, newValues, positions);
    return List.of(heads, newKeys, newValues);
  }

  // the tokens of the call alone, the first of which is the first of its text
  private Tensor within(Tensor query, Tensor key, Tensor value) {
    long time = query.shape().dim(1);
    boolean far = window != null && (time < 0 || time > window);
    if (softCap == null && dropout == null && !far) {
      return Ops.dotProductAttention(query, key, value, null, null, scale, true, null, null);
    }
    Tensor place = Ops.subtract(
        Ops.cumsum(Ops.onesLike(Ops.getItem(query, 0, Index.ALL, 0, 0), DType.INT32)), 1);
    Tensor mask = allowed(Ops.expandDims(place, 1), Ops.expandDims(place, 0));
    return attend(query, key, value, Ops.expandDims(mask, new int[] {0, 1}));
  }

  // all of the cache, of which nothing behind a token's own position is to be seen
  private Tensor cached(Tensor query, Tensor keys, Tensor values, Tensor positions) {
    Tensor slots = Ops.arange(keys.shape().intDim(1), null, null, "int32");
    int heads = query.shape().intDim(2);
    int shared = keys.shape().intDim(2);
    if (query.shape().dim(1) == 1 && heads > shared) {
      // the heads that share keys as so many queries, so that keys need not be repeated
      long batch = query.shape().dim(0);
      int dim = query.shape().intDim(3);
      Tensor grouped = Ops.transpose(
          Ops.reshape(query, batch, shared, heads / shared, dim), new int[] {0, 2, 1, 3});
      Tensor mask = allowed(Ops.reshape(positions, batch, 1, 1, 1), slots);
      Tensor y = attend(grouped, keys, values, mask);
      return Ops.reshape(Ops.transpose(y, new int[] {0, 2, 1, 3}), batch, 1, heads, dim);
    }
    Tensor rows = Ops.expandDims(positions, new int[] {1, 3});
    return attend(query, keys, values, allowed(rows, slots));
  }

  private Tensor allowed(Tensor row, Tensor column) {
    Tensor past = Ops.lessEqual(column, row);
    return window == null
        ? past
        : Ops.logicalAnd(past, Ops.less(Ops.subtract(row, column), window));
  }

  private Tensor attend(Tensor query, Tensor key, Tensor value, Tensor mask) {
    if (softCap == null && dropout == null) {
      return Ops.dotProductAttention(query, key, value, null, mask, scale, false, null, null);
    }
    int repeats = query.shape().intDim(2) / key.shape().intDim(2);
    Tensor k = repeats == 1 ? key : Ops.repeat(key, repeats, 2);
    Tensor v = repeats == 1 ? value : Ops.repeat(value, repeats, 2);
    Tensor logits = Ops.cast(Ops.einsum("bthd,bshd->bhts", query, k), DType.FLOAT32);
    Tensor capped = softCap == null
        ? Ops.multiply(logits, scale)
        : Ops.multiply(Ops.tanh(Ops.multiply(logits, scale / softCap)), softCap);
    Tensor p = Ops.cast(Ops.softmax(Ops.where(mask, capped, -1e30f), -1), query.dtype());
    return Ops.einsum("bhts,bshd->bthd", dropout == null ? p : dropout.invoke(p), v);
  }

  private static Tensor written(Tensor cache, Tensor fresh, Tensor positions, boolean first) {
    if (first) {
      return Ops.sliceUpdate(cache, new int[] {0, 0, 0, 0}, fresh);
    }
    long batch = cache.shape().dim(0);
    if (batch == 1) {
      Tensor start = Ops.getItem(positions, 0, 0);
      return Ops.sliceUpdate(cache, List.of(0, start, 0, 0), fresh);
    }
    // each text has a length of its own
    Tensor rows = Ops.broadcastTo(
        Ops.expandDims(Ops.arange((int) batch, null, null, "int32"), 1), positions.shape());
    return Ops.scatterUpdate(cache, Ops.stack(List.of(rows, positions), -1), fresh);
  }
}
