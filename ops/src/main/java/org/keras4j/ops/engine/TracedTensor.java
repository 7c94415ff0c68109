package org.keras4j.ops.engine;

import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Value;

/** A value of a graph that is being traced. */
public final class TracedTensor extends Tensor {
  private final Trace trace;
  private final Value value;

  TracedTensor(Trace trace, Value value) {
    this.trace = trace;
    this.value = value;
  }

  public Trace trace() {
    return trace;
  }

  public Value value() {
    return value;
  }

  @Override
  public TensorSpec spec() {
    return value.spec();
  }

  @Override
  public NDArray toNDArray() {
    throw new IllegalStateException(
        "A tensor " + spec() + " that is being traced for compilation holds no numbers yet; compute"
            + " with ops instead of reading it, or run this part uncompiled");
  }

  @Override
  public String toString() {
    return "TracedTensor(" + spec() + ")";
  }
}
