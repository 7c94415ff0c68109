package org.keras4j.training.losses;

import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;

/**
 * The connectionist temporal classification of sequences ({@code keras.losses.CTC}; Graves et al. 2006): the negative
 * log probability of the labels, summed over all ways in which they may lie within the predicted steps.
 *
 * <p>Targets are class numbers {@code (batch, max_length)}, padded with 0, which is the blank; predictions are logits
 * {@code (batch, max_length, classes)}. {@link #invoke} reduces the losses {@code (batch,)} to a scalar, unless
 * {@link #reduction} says otherwise.
 *
 * <pre>{@code
 * int[][] yTrue = {{1, 2, 1}};
 * double[][][] yPred = {{{0.1, 2, 0.3}, {0.2, 0.1, 3}, {0.1, 2, 0.4}}};
 * Tensor loss = new CTC().invoke(yTrue, yPred);
 * }</pre>
 *
 * @see Losses#ctc
 */
@KerasSerializable(module = "keras.losses")
public final class CTC extends PairwiseLoss<CTC> {
  /** Named {@code ctc}, reduced over the batch. */
  public CTC() {
    super("ctc");
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    return Losses.ctc(yTrue, yPred);
  }
}
