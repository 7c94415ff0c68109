package org.keras4j.core.graph;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.TensorSpec;

/** A value of a {@link Graph}: an input, or an output of a node; assigned once. */
public final class Value {
  private final TensorSpec spec;
  private final @Nullable Node producer;
  private final int index;

  Value(TensorSpec spec, @Nullable Node producer, int index) {
    this.spec = spec;
    this.producer = producer;
    this.index = index;
  }

  public TensorSpec spec() {
    return spec;
  }

  /** The node that makes it; null for an input of the graph. */
  public @Nullable Node producer() {
    return producer;
  }

  /** Which output of its producer, or input of its graph, this is. */
  public int index() {
    return index;
  }
}
