package org.keras4j.models;

import org.keras4j.core.Operation;
import org.keras4j.layers.Layer;
import org.keras4j.ops.custom.CustomOperation;

/** What a graph's operations are called. */
final class OpNames {
  private OpNames() {}

  /** The name of a layer; of a function its last part. */
  static String of(Operation op) {
    String n = op.name();
    return op instanceof Layer ? n : n.substring(n.lastIndexOf('.') + 1);
  }

  /** The class: of a function as Keras calls its operation. */
  static String type(Operation op) {
    if (op instanceof Layer l) {
      return l.getClass().getSimpleName().equals("Input")
          ? "InputLayer"
          : l.getClass().getSimpleName();
    }
    if (op instanceof CustomOperation) {
      return op.getClass().getSimpleName();
    }
    OpTable.Row row = OpTable.find(op.name());
    return row == null ? of(op) : row.className();
  }
}
