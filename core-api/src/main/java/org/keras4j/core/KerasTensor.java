package org.keras4j.core;

import org.jspecify.annotations.Nullable;

/**
 * A symbolic tensor of the Functional API: shape (unknown dimensions allowed), dtype, a name, and
 * the {@link OperationNode} that made it ({@code keras.KerasTensor}).
 */
public final class KerasTensor extends Tensor {
  private final TensorSpec spec;
  private final String name;
  private @Nullable OperationNode node;
  private int index;

  public KerasTensor(TensorSpec spec, String name) {
    this.spec = spec;
    this.name = name;
  }

  void producedBy(OperationNode producer, int outputIndex) {
    this.node = producer;
    this.index = outputIndex;
  }

  public String name() {
    return name;
  }

  /** The call that made this tensor; null for one made by hand. */
  public @Nullable OperationNode node() {
    return node;
  }

  /** Which of the node's flattened outputs this is. */
  public int outputIndex() {
    return index;
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public NDArray toNDArray() {
    throw new IllegalStateException(
        "KerasTensor '" + name + "' is symbolic and holds no numbers; it can only be passed to"
            + " layers and ops to build a model");
  }

  @Override
  public String toString() {
    return "<KerasTensor shape=" + shape() + ", dtype=" + dtype() + ", name=" + name + ">";
  }
}
