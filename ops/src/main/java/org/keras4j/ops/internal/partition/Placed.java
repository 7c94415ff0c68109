package org.keras4j.ops.internal.partition;

import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Value;

/**
 * What a process has of a value.
 *
 * @param value in the graph of this process
 * @param whole the spec of the value in the whole graph
 */
record Placed(Value value, Layout layout, TensorSpec whole) {
  int rank() {
    return whole.rank();
  }

  boolean isRows() {
    return layout.isRows();
  }

  /** Whether its rows lie along an axis. */
  boolean hasRowsAt(int axis) {
    return layout.isRows() && layout.axis() == axis;
  }

  boolean isPartial() {
    return layout.isPartial();
  }

  boolean isWhole() {
    return layout.isWhole();
  }
}
