package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The mean of the logarithm of the hyperbolic cosine of differences, as {@link Losses#logCosh} has it ({@code keras.losses.LogCosh}). */
@KerasSerializable(module = "keras.losses")
public final class LogCosh extends PairwiseLoss {
  public LogCosh() {
    super("log_cosh");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.logCosh(yTrue, yPred);
  }
}
