package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/** The connectionist temporal classification loss of label sequences, as {@link Losses#ctc} has it ({@code keras.losses.CTC}). */
@KerasSerializable(module = "keras.losses")
public final class CTC extends PairwiseLoss {
  public CTC() {
    super("ctc");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.ctc(yTrue, yPred);
  }
}
