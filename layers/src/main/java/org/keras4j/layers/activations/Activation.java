package org.keras4j.layers.activations;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;

/**
 * Applies an activation function ({@code keras.layers.Activation}).
 *
 * <p>Input and output shape: any.
 *
 * <pre>{@code
 * Tensor y = new Activation("relu").invoke(Ops.ones(new long[] {2, 3})); // (2, 3)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Activation extends FluentLayer<Activation> {
  @Config
  private ActivationFunction activation = Activations.LINEAR;

  private Activation() {
    supportsMasking(true);
    builtWithoutInput();
  }

  /**
   * With a function.
   *
   * @param activation a constant of {@link Activations} or any function of a tensor; null for linear
   */
  public Activation(@Nullable ActivationFunction activation) {
    this();
    this.activation = ActivationFunction.get(activation);
  }

  /**
   * With a function of a name.
   *
   * @param name {@code "relu"}; {@code "none"} for linear
   * @throws IllegalArgumentException if there is none of that name
   */
  public Activation(@Nullable String name) {
    this(ActivationFunction.named(name));
  }

  @Override
  protected Tensor call(Tensor x) {
    return activate(activation, x);
  }
}
