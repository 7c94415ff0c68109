package org.keras4j.training.optimizers;

import java.util.function.Supplier;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.training.schedules.LearningRateSchedule;

/**
 * Steps scaled by running means of gradients and of their squares ({@code keras.optimizers.Adam}; Kingma
 * and Ba 2014): {@code m += (1 - beta1)(g - m); v += (1 - beta2)(g² - v); w -= lr sqrt(1 - beta2^t) / (1 -
 * beta1^t) m / (sqrt(v) + epsilon)}.
 *
 * <pre>{@code
 * model.compile(new Adam(1e-3).beta1(0.95).clipnorm(1).name("adam"), "mse");
 * }</pre>
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

  /**
   * With a learning rate.
   *
   * @param learningRate 0.001 by default
   */
  public Adam(double learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that a schedule tells, step by step.
   *
   * @param learningRate the schedule
   */
  public Adam(LearningRateSchedule learningRate) {
    this((Object) learningRate);
  }

  /**
   * With a learning rate that is asked for at each step.
   *
   * @param learningRate gives a number
   */
  public Adam(Supplier<? extends Number> learningRate) {
    this((Object) learningRate);
  }

  private Adam(Object learningRate) {
    super(learningRate);
  }
}
