package org.keras4j.training.data;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.SparseArray;
import org.keras4j.core.Tensor;
import org.keras4j.layers.preprocessing.Adapting;

/**
 * Inputs, targets and sample weights of one step. Each is a tensor or array, or a nested structure (lists,
 * maps) of them, the first axis counting samples; targets and weights may be null.
 */
public record Batch(Object x, @Nullable Object y, @Nullable Object sampleWeight)
    implements Adapting.Inputs {
  /** Inputs alone. */
  public static Batch of(Object x) {
    return new Batch(x, null, null);
  }

  public static Batch of(Object x, @Nullable Object y) {
    return new Batch(x, y, null);
  }

  /** The number of samples; -1 if there is no tensor or array in it. */
  public long size() {
    for (Object leaf : Nest.flatten(List.of(x))) {
      if (leaf instanceof NDArray a && a.rank() > 0) {
        return a.shape().dim(0);
      } else if (leaf instanceof SparseArray a) {
        return a.shape().dim(0);
      } else if (leaf instanceof Tensor t && t.rank() > 0) {
        return t.shape().dim(0);
      }
    }
    return -1;
  }
}
