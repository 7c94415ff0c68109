package org.keras4j.training.optimizers;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * Steps scaled by running means of gradients and of their squares ({@code keras.optimizers.Adam}; Kingma
 * and Ba 2014): {@code m += (1 - beta1)(g - m); v += (1 - beta2)(g² - v); w -= lr sqrt(1 - beta2^t) / (1 -
 * beta1^t) m / (sqrt(v) + epsilon)}.
 */
@KerasSerializable(
    module = "keras.optimizers",
    // as Keras on PyTorch writes it
    aliases = {"keras.src.backend.torch.optimizers.torch_adam.Adam"})
public final class Adam extends AdamFamily<Adam> {
  /** With a learning rate of 0.001. */
  public Adam() {
    this(0.001);
  }

  /** With a learning rate: a number, a schedule, or a supplier of numbers. */
  public Adam(Object learningRate) {
    super(learningRate);
  }
}
