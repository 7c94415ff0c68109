package org.keras4j.backend.tensorflow.lowering;

import java.util.List;

/**
 * The body of a function that is applied to terms: a branch, a loop's condition or its step. It may use
 * its arguments only, since in a graph it becomes a function of its own.
 */
@FunctionalInterface
public interface Body {
  /**
   * Writes the operations of the body.
   *
   * @param ops what writes operations where the body goes
   */
  List<Term> apply(TensorFlowOps ops, List<Term> arguments);
}
