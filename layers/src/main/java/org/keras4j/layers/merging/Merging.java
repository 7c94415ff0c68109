package org.keras4j.layers.merging;

import java.util.List;
import org.keras4j.core.Tensor;

/**
 * The merging layers as functions ({@code keras.layers.add} and so on): on tensors that stand for the inputs of a
 * model each makes a layer of that model.
 */
public final class Merging {
  private Merging() {}

  /** {@link Add}: the sum of tensors ({@code keras.layers.add}). */
  public static Tensor add(List<?> inputs) {
    return new Add().invoke(inputs);
  }

  /** {@link Subtract}: the first of two tensors minus the second ({@code keras.layers.subtract}). */
  public static Tensor subtract(List<?> inputs) {
    return new Subtract().invoke(inputs);
  }

  /** {@link Multiply}: the product of tensors ({@code keras.layers.multiply}). */
  public static Tensor multiply(List<?> inputs) {
    return new Multiply().invoke(inputs);
  }

  /** {@link Average}: the mean of tensors ({@code keras.layers.average}). */
  public static Tensor average(List<?> inputs) {
    return new Average().invoke(inputs);
  }

  /** {@link Maximum}: the greatest elements of tensors ({@code keras.layers.maximum}). */
  public static Tensor maximum(List<?> inputs) {
    return new Maximum().invoke(inputs);
  }

  /** {@link Minimum}: the least elements of tensors ({@code keras.layers.minimum}). */
  public static Tensor minimum(List<?> inputs) {
    return new Minimum().invoke(inputs);
  }

  /** {@link Concatenate}: tensors joined along the last axis. */
  public static Tensor concatenate(List<?> inputs) {
    return concatenate(inputs, -1);
  }

  /** {@link Concatenate}: tensors joined along an axis ({@code keras.layers.concatenate}). */
  public static Tensor concatenate(List<?> inputs, int axis) {
    return new Concatenate(axis).invoke(inputs);
  }

  /** {@link Dot} along the last axis of both tensors, Keras's default. */
  public static Tensor dot(List<?> inputs) {
    return dot(inputs, -1);
  }

  /**
   * {@link Dot}: the sums of products along an axis of two tensors ({@code keras.layers.dot}).
   *
   * @param inputs two tensors
   * @param axes the axis of both
   * @return the tensor without these axes
   */
  public static Tensor dot(List<?> inputs, int axes) {
    return new Dot(axes).invoke(inputs);
  }

  /**
   * {@link Dot}: the sums of products along an axis of each of two tensors.
   *
   * @param inputs two tensors
   * @param first the axis of the first
   * @param second the axis of the second
   * @return the tensor without these axes
   */
  public static Tensor dot(List<?> inputs, int first, int second) {
    return new Dot(first, second).invoke(inputs);
  }
}
