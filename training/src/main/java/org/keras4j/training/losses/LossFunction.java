package org.keras4j.training.losses;

import org.keras4j.core.Tensor;

/** A loss as a function of targets and predictions, giving one number a sample. */
@FunctionalInterface
public interface LossFunction {
  Tensor call(Object yTrue, Object yPred);
}
