package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;

/**
 * What attention is told besides query, key and value ({@code keras.ops.dot_product_attention}).
 *
 * <pre>{@code
 * Ops.dotProductAttention(query, key, value, AttentionOptions.defaults().isCausal(true).scale(0.5));
 * }</pre>
 */
public final class AttentionOptions {
  private @Nullable Object bias;
  private @Nullable Object mask;
  private @Nullable Double scale;
  private boolean isCausal = false;
  private @Nullable Boolean flashAttention;

  private AttentionOptions() {}

  /** Keras's defaults. */
  public static AttentionOptions defaults() {
    return new AttentionOptions();
  }

  /**
   * What is added to the logits.
   *
   * @param value array-like that broadcasts to {@code (batch, heads, t, s)}; null (the default) for nothing
   * @return these options
   */
  public AttentionOptions bias(@Nullable Object value) {
    this.bias = value;
    return this;
  }

  /** See {@link #bias(Object)}. */
  public @Nullable Object bias() {
    return bias;
  }

  /**
   * Where attention is allowed.
   *
   * @param value array-like of true and false that broadcasts as the bias; null (the default) for everywhere
   * @return these options
   */
  public AttentionOptions mask(@Nullable Object value) {
    this.mask = value;
    return this;
  }

  /** See {@link #mask(Object)}. */
  public @Nullable Object mask() {
    return mask;
  }

  /**
   * What products are multiplied with.
   *
   * @param value {@code 1 / sqrt(depth)} by default
   * @return these options
   */
  public AttentionOptions scale(double value) {
    this.scale = value;
    return this;
  }

  /** See {@link #scale(double)}. */
  public @Nullable Double scale() {
    return scale;
  }

  /**
   * Whether a place sees only those before it and itself.
   *
   * @param value false by default
   * @return these options
   */
  public AttentionOptions isCausal(boolean value) {
    this.isCausal = value;
    return this;
  }

  /** See {@link #isCausal(boolean)}. */
  public boolean isCausal() {
    return isCausal;
  }

  /**
   * Whether the backend's own kernel is to compute it, which does not hold all weights at once, where it has one.
   *
   * @param value what {@code Keras.flashAttention} says by default; false for the plain form everywhere
   * @return these options
   */
  public AttentionOptions flashAttention(boolean value) {
    this.flashAttention = value;
    return this;
  }

  /** See {@link #flashAttention(boolean)}. */
  public @Nullable Boolean flashAttention() {
    return flashAttention;
  }
}
