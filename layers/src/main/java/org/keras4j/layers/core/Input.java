package org.keras4j.layers.core;

import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.serialization.KerasSerializable;

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
}
