package org.keras4j.training.optimizers;

import java.util.function.Supplier;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.schedules.LearningRateSchedule;

/**
 * {@link Adam} with weight decay apart from the gradients, 0.004 by default ({@code keras.optimizers.AdamW};
 * Loshchilov and Hutter 2019).
 *
 * <pre>{@code
 * w -= lr * weightDecay * w, then as Adam
 * }</pre>
 *
 * <pre>{@code
 * model.compile(new AdamW(1e-3).weightDecay(0.01), "mse");
 * }</pre>
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

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public AdamW(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public AdamW(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public AdamW(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private AdamW(Object learningRate) {
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
