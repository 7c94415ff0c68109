package org.keras4j.training.internal.outputs;

import org.keras4j.core.Shape;

/** What targets are, by their shape beside that of the predictions. */
enum Targets {
  /** Yes or no, one number a sample. */
  BINARY,
  /** Class numbers. */
  SPARSE,
  /** Probabilities of classes, or one-hot. */
  DENSE;

  static Targets of(Shape yTrue, Shape yPred) {
    if (yPred.rank() == 0 || yPred.last() == 1) {
      return BINARY;
    }
    boolean column = yTrue.rank() > 0 && yTrue.last() == 1 && yPred.last() > 1;
    return yTrue.rank() < yPred.rank() || column ? SPARSE : DENSE;
  }
}
