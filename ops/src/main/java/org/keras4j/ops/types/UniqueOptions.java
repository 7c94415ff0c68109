package org.keras4j.ops.types;

import org.jspecify.annotations.Nullable;

/**
 * What is told of distinct elements ({@code keras.ops.unique}).
 *
 * <pre>{@code
 * List<Tensor> found = Ops.unique(x, UniqueOptions.defaults().returnCounts(true)); // values and counts
 * }</pre>
 */
public final class UniqueOptions {
  private boolean returnIndex = false;
  private boolean returnInverse = false;
  private boolean returnCounts = false;
  private @Nullable Integer axis;
  private @Nullable Integer size;
  private @Nullable Number fillValue;

  private UniqueOptions() {}

  /** Keras's defaults. */
  public static UniqueOptions defaults() {
    return new UniqueOptions();
  }

  /**
   * Whether to give also where each occurs first.
   *
   * @param value false by default
   * @return these options
   */
  public UniqueOptions returnIndex(boolean value) {
    this.returnIndex = value;
    return this;
  }

  /** See {@link #returnIndex(boolean)}. */
  public boolean returnIndex() {
    return returnIndex;
  }

  /**
   * Whether to give also the place of each element in the result.
   *
   * @param value false by default
   * @return these options
   */
  public UniqueOptions returnInverse(boolean value) {
    this.returnInverse = value;
    return this;
  }

  /** See {@link #returnInverse(boolean)}. */
  public boolean returnInverse() {
    return returnInverse;
  }

  /**
   * Whether to give also how often each occurs.
   *
   * @param value false by default
   * @return these options
   */
  public UniqueOptions returnCounts(boolean value) {
    this.returnCounts = value;
    return this;
  }

  /** See {@link #returnCounts(boolean)}. */
  public boolean returnCounts() {
    return returnCounts;
  }

  /**
   * The axis along which slices are compared.
   *
   * @param value null (the default) compares elements
   * @return these options
   */
  public UniqueOptions axis(@Nullable Integer value) {
    this.axis = value;
    return this;
  }

  /** {@link #axis(Integer)} of a number. */
  public UniqueOptions axis(int value) {
    return axis((Integer) value);
  }

  /** See {@link #axis(Integer)}. */
  public @Nullable Integer axis() {
    return axis;
  }

  /**
   * The length of the result, cut or filled up.
   *
   * @param value null (the default) for as many as there are
   * @return these options
   */
  public UniqueOptions size(@Nullable Integer value) {
    this.size = value;
    return this;
  }

  /** {@link #size(Integer)} of a number. */
  public UniqueOptions size(int value) {
    return size((Integer) value);
  }

  /** See {@link #size(Integer)}. */
  public @Nullable Integer size() {
    return size;
  }

  /**
   * What fills the result up.
   *
   * @param value null (the default) for the smallest element
   * @return these options
   */
  public UniqueOptions fillValue(@Nullable Number value) {
    this.fillValue = value;
    return this;
  }

  /** See {@link #fillValue(Number)}. */
  public @Nullable Number fillValue() {
    return fillValue;
  }
}
