package org.keras4j.layers.core;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.regularizers.Regularizer;

/**
 * The input of a model, given by the shape of one sample ({@code keras.Input}). It is the first element of
 * a {@code Sequential}, or starts a Functional model:
 *
 * <pre>{@code
 * KerasTensor x = Input.of(28, 28, 1);
 * KerasTensor ids = new Input(100).dtype("int32").name("ids").output();
 * }</pre>
 */
@KerasSerializable(module = "keras.layers", name = "InputLayer")
public final class Input extends InputLayer {
  private Input() {}

  /**
   * An input of this shape, the batch axis left out.
   *
   * @param shape the sizes, -1 for unknown ones
   */
  public Input(long... shape) {
    super(Shape.of(shape).insert(0, Shape.UNKNOWN));
  }

  /** The symbolic tensor of an input of this shape, the batch axis left out, of dtype floatx. */
  public static KerasTensor of(long... shape) {
    return new Input(shape).output();
  }

  @Override
  public Input name(String value) {
    super.name(value);
    return this;
  }

  @Override
  public Input batchSize(long value) {
    super.batchSize(value);
    return this;
  }

  @Override
  public Input sparse(boolean value) {
    super.sparse(value);
    return this;
  }

  @Override
  public Input optional(boolean value) {
    super.optional(value);
    return this;
  }

  @Override
  public Input trainable(boolean value) {
    super.trainable(value);
    return this;
  }

  @Override
  public Input dtype(@Nullable DTypePolicy policy) {
    super.dtype(policy);
    return this;
  }

  @Override
  public Input dtype(String name) {
    super.dtype(name);
    return this;
  }

  @Override
  public Input dtype(DType dtype) {
    super.dtype(dtype);
    return this;
  }

  @Override
  public Input activityRegularizer(@Nullable Regularizer regularizer) {
    super.activityRegularizer(regularizer);
    return this;
  }

  @Override
  public Input activityRegularizer(@Nullable String name) {
    super.activityRegularizer(name);
    return this;
  }
}
