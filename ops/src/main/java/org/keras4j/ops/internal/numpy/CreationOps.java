package org.keras4j.ops.internal.numpy;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dimensions;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.engine.Prims;

/** Tensors made from shapes, numbers and other tensors' shapes. */
public final class CreationOps {
  private CreationOps() {}

  /** {@link #array(Object, Object)} with the value's own dtype. */
  public static Tensor array(Object x) {
    return array(x, null);
  }

  /**
   * The value as a tensor ({@code keras.ops.array}).
   *
   * @param dtype its dtype; null keeps the value's
   */
  public static Tensor array(Object x, @Nullable Object dtype) {
    return Op.call("ops.array", a -> a.tensor(0, DType.from(a.get(1))), x, dtype);
  }

  /** Zeros of floatx. */
  public static Tensor zeros(Object shape) {
    return zeros(shape, null);
  }

  /**
   * Zeros ({@code keras.ops.zeros}).
   *
   * @param shape a shape, or its dimensions as an array, list or integer; in a graph integer tensors may tell
   *     them, a vector of known length or scalars in a list, and the result's dimensions are unknown until it runs
   * @param dtype null for floatx
   */
  public static Tensor zeros(Object shape, @Nullable Object dtype) {
    return filled("ops.zeros", 0, shape, dtype);
  }

  /** Ones of floatx. */
  public static Tensor ones(Object shape) {
    return ones(shape, null);
  }

  /** Ones ({@code keras.ops.ones}); as {@link #zeros(Object, Object)}. */
  public static Tensor ones(Object shape, @Nullable Object dtype) {
    return filled("ops.ones", 1, shape, dtype);
  }

  /** Zeros of floatx; what Keras leaves unset is set here. */
  public static Tensor empty(Object shape) {
    return empty(shape, null);
  }

  /** A tensor whose elements do not matter ({@code keras.ops.empty}); they are zero. */
  public static Tensor empty(Object shape, @Nullable Object dtype) {
    return filled("ops.empty", 0, shape, dtype);
  }

  private static Tensor filled(String name, double value, Object shape, @Nullable Object dtype) {
    return Op.call(
        name,
        a -> Dimensions.of(name, a.get(0)).full(Dtypes.orFloatx(a.get(1)), value),
        shape,
        dtype);
  }

  /** One value everywhere, of floatx. */
  public static Tensor full(Object shape, Object fillValue) {
    return full(shape, fillValue, null);
  }

  /**
   * One value everywhere ({@code keras.ops.full}).
   *
   * @param shape as for {@link #zeros(Object, Object)}
   * @param fillValue a scalar, or what broadcasts to the shape
   * @param dtype null for floatx
   */
  public static Tensor full(Object shape, Object fillValue, @Nullable Object dtype) {
    return Op.call(
        "ops.full",
        a -> Dimensions.of(a.name(), a.get(0)).repeat(a.tensor(1, Dtypes.orFloatx(a.get(2)))),
        shape,
        fillValue,
        dtype);
  }

  /** Zeros in shape and dtype of {@code x}. */
  public static Tensor zerosLike(Object x) {
    return zerosLike(x, null);
  }

  /**
   * Zeros in the shape of {@code x} ({@code keras.ops.zeros_like}).
   *
   * @param dtype null for that of {@code x}
   */
  public static Tensor zerosLike(Object x, @Nullable Object dtype) {
    return Op.call("ops.zeros_like", a -> like(a, 0), x, dtype);
  }

  /** Ones in shape and dtype of {@code x}. */
  public static Tensor onesLike(Object x) {
    return onesLike(x, null);
  }

  /** Ones in the shape of {@code x} ({@code keras.ops.ones_like}); as {@link #zerosLike(Object, Object)}. */
  public static Tensor onesLike(Object x, @Nullable Object dtype) {
    return Op.call("ops.ones_like", a -> like(a, 1), x, dtype);
  }

  /** A tensor in shape and dtype of {@code x}. */
  public static Tensor emptyLike(Object x) {
    return emptyLike(x, null);
  }

  /** A tensor in the shape of {@code x} whose elements do not matter ({@code keras.ops.empty_like}). */
  public static Tensor emptyLike(Object x, @Nullable Object dtype) {
    return Op.call("ops.empty_like", a -> like(a, 0), x, dtype);
  }

  private static Tensor like(Op.Args a, double value) {
    Tensor x = a.tensor(0);
    DType d = DType.from(a.get(1));
    return Prims.fullLike(x, d == null ? x.dtype() : d, value);
  }

  /** One value in shape and dtype of {@code x}. */
  public static Tensor fullLike(Object x, Object fillValue) {
    return fullLike(x, fillValue, null);
  }

  /**
   * One value in the shape of {@code x} ({@code keras.ops.full_like}).
   *
   * @param fillValue a scalar, or what broadcasts to the shape
   * @param dtype null for that of {@code x}
   */
  public static Tensor fullLike(Object x, Object fillValue, @Nullable Object dtype) {
    return Op.call(
        "ops.full_like",
        a -> {
          Tensor like = a.tensor(0);
          DType d = DType.from(a.get(2));
          return Prims.broadcastLike(a.tensor(1, d == null ? like.dtype() : d), like);
        },
        x,
        fillValue,
        dtype);
  }
}
