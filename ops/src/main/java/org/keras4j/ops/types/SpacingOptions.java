package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;

/**
 * How numbers between two others are spaced ({@code keras.ops.linspace}, {@code logspace}, {@code geomspace}).
 *
 * <pre>{@code
 * Ops.linspace(0, 1, SpacingOptions.defaults().num(5).endpoint(false));
 * }</pre>
 */
public final class SpacingOptions {
  private int num = 50;
  private boolean endpoint = true;
  private @Nullable Object base;
  private @Nullable DType dtype;
  private int axis = 0;

  private SpacingOptions() {}

  /** Keras's defaults. */
  public static SpacingOptions defaults() {
    return new SpacingOptions();
  }

  /**
   * How many there are.
   *
   * @param value 50 by default
   * @return these options
   */
  public SpacingOptions num(int value) {
    this.num = value;
    return this;
  }

  /** See {@link #num(int)}. */
  public int num() {
    return num;
  }

  /**
   * Whether the end is the last of them, or the one after the last.
   *
   * @param value true by default
   * @return these options
   */
  public SpacingOptions endpoint(boolean value) {
    this.endpoint = value;
    return this;
  }

  /** See {@link #endpoint(boolean)}. */
  public boolean endpoint() {
    return endpoint;
  }

  /**
   * The base of the powers that {@code logspace} gives; for others it must not be set.
   *
   * @param value a number, or an array-like that broadcasts; null (the default) for 10
   * @return these options
   */
  public SpacingOptions base(@Nullable Object value) {
    this.base = value;
    return this;
  }

  /** See {@link #base(Object)}. */
  public @Nullable Object base() {
    return base;
  }

  /**
   * The dtype of the numbers.
   *
   * @param value null (the default) for the float dtype that both ends combine to
   * @return these options
   */
  public SpacingOptions dtype(@Nullable DType value) {
    this.dtype = value;
    return this;
  }

  /**
   * The dtype of the numbers.
   *
   * @param value its name
   * @return these options
   * @throws IllegalArgumentException if there is none of that name
   */
  public SpacingOptions dtype(String value) {
    return dtype(DType.of(value));
  }

  /** See {@link #dtype(DType)}. */
  public @Nullable DType dtype() {
    return dtype;
  }

  /**
   * Where the new axis stands if the ends are no scalars.
   *
   * @param value 0 by default
   * @return these options
   */
  public SpacingOptions axis(int value) {
    this.axis = value;
    return this;
  }

  /** See {@link #axis(int)}. */
  public int axis() {
    return axis;
  }
}
