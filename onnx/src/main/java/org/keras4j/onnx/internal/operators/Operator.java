package org.keras4j.onnx.internal.operators;

import java.util.List;

/** What an operator computes. */
@FunctionalInterface
interface Operator {
  List<Operand> apply(Use u);
}
