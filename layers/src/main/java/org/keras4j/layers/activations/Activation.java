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
 */
@KerasSerializable(module = "keras.layers")
public final class Activation extends FluentLayer<Activation> {
  @Config
  private ActivationFunction activation = Activations.LINEAR;

  private Activation() {
    supportsMasking(true);
    builtWithoutInput();
  }

  /** With this function: a {@link ActivationFunction}, a lambda, a name or a config. */
  public Activation(@Nullable Object activation) {
    this();
    this.activation = ActivationFunction.get(activation);
  }

  /** With this function. */
  public Activation(ActivationFunction activation) {
    this((Object) activation);
  }

  @Override
  protected Tensor call(Tensor x) {
    return activate(activation, x);
  }
}
