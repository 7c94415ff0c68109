package org.keras4j.training.optimizers;

import org.keras4j.core.serialization.KerasSerializable;

/**
 * {@link Adam} with weight decay apart from the gradients, 0.004 by default ({@code keras.optimizers.AdamW};
 * Loshchilov and Hutter 2019).
 */
@KerasSerializable(
    module = "keras.optimizers",
    // as Keras on PyTorch writes it
    aliases = {"keras.src.backend.torch.optimizers.torch_adamw.AdamW"})
public final class AdamW extends AdamFamily<AdamW> {
  /** With a learning rate of 0.001. */
  public AdamW() {
    this(0.001);
  }

  /** With a learning rate: a number, a schedule, or a supplier of numbers. */
  public AdamW(Object learningRate) {
    super(learningRate);
    this.weightDecay = 0.004;
  }

  @Override
  void validate() {
    super.validate();
    if (weightDecay == null) {
      throw new IllegalArgumentException(label() + ": weightDecay expects a number, got null");
    }
  }
}
