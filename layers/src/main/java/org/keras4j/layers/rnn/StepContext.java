package org.keras4j.layers.rnn;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;

/** What the steps of one sequence share. */
public final class StepContext {
  private final boolean training;
  private final Map<Object, Map<String, List<Tensor>>> kept = new IdentityHashMap<>();

  StepContext(boolean training) {
    this.training = training;
  }

  /** Whether this is a training step. */
  public boolean training() {
    return training;
  }

  /** Keeps tensors of a cell, made before the first step. */
  public void keep(Object cell, String name, List<Tensor> tensors) {
    kept.computeIfAbsent(cell, c -> new HashMap<>()).put(name, tensors);
  }

  /** What the cell kept under this name, or null. */
  public @Nullable List<Tensor> kept(Object cell, String name) {
    Map<String, List<Tensor>> m = kept.get(cell);
    return m == null ? null : m.get(name);
  }
}
