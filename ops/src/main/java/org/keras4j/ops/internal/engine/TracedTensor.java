package org.keras4j.ops.internal.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;

/** A value of a graph that is being traced. */
public final class TracedTensor extends Tensor {
  private final Trace trace;
  private final Value value;
  private final @Nullable HostValue host;

  TracedTensor(Trace trace, Value value) {
    this(trace, value, null);
  }

  TracedTensor(Trace trace, Value value, @Nullable HostValue host) {
    this.trace = trace;
    this.value = value;
    this.host = host;
  }

  /** Where the value comes from, if it is known on the host before the graph runs. */
  public @Nullable HostValue host() {
    return host;
  }

  public Trace trace() {
    return trace;
  }

  public Value value() {
    return value;
  }

  /** The first input of the composite of this name that the tensor is the only result of; null if it is none. */
  public @Nullable TracedTensor operandOf(String composite) {
    Node n = value.producer();
    return n != null
            && n.outputs().size() == 1
            && n.primitive() instanceof Composite c
            && c.name().equals(composite)
        ? new TracedTensor(trace, n.inputs().get(0))
        : null;
  }

  /** What made the value; null for an input of the graph. */
  public @Nullable Primitive primitive() {
    Node n = value.producer();
    return n == null ? null : n.primitive();
  }

  /** The inputs of what made the value; none of an input of the graph. */
  public List<TracedTensor> operands() {
    Node n = value.producer();
    return n == null
        ? List.of()
        : n.inputs().stream().map(v -> new TracedTensor(trace, v)).toList();
  }

  /** Its numbers, if it is a constant of the graph; otherwise null. */
  public @Nullable NDArray constant() {
    Node n = value.producer();
    return n == null ? null : n.primitive().literal();
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
