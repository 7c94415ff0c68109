package org.keras4j.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A symbolic tensor of the Functional API: shape (unknown dimensions allowed), dtype, a name, and
 * the {@link OperationNode} that made it ({@code keras.KerasTensor}).
 */
public final class KerasTensor extends Tensor {
  private final TensorSpec spec;
  private final String name;
  private final boolean sparse;
  private @Nullable OperationNode node;
  private int index;

  /**
   * A dense one.
   *
   * @param spec shape and dtype
   * @param name for messages
   */
  public KerasTensor(TensorSpec spec, String name) {
    this(spec, name, false);
  }

  /**
   * A dense or a sparse one ({@code KerasTensor(sparse=True)}).
   *
   * @param spec shape and dtype
   * @param name for messages
   * @param sparse whether a {@link SparseTensor} comes in its place
   */
  public KerasTensor(TensorSpec spec, String name, boolean sparse) {
    this.spec = spec;
    this.name = name;
    this.sparse = sparse;
  }

  /** Whether a {@link SparseTensor} comes in its place when the model runs. */
  public boolean isSparse() {
    return sparse;
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

  /**
   * The input tensors that this one is computed from ({@code keras.utils.get_source_inputs}), in the order in which a
   * walk back through the calls meets them first; of an input, the tensor itself.
   */
  public List<KerasTensor> getSourceInputs() {
    List<KerasTensor> sources = new ArrayList<>();
    Set<KerasTensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<KerasTensor> open = new ArrayDeque<>(List.of(this));
    while (!open.isEmpty()) {
      KerasTensor t = open.pop();
      if (!seen.add(t)) {
        continue;
      }
      OperationNode n = t.node;
      if (n == null || n.inputs().isEmpty()) {
        sources.add(t);
      } else {
        for (int i = n.inputs().size() - 1; i >= 0; i--) {
          open.push(n.inputs().get(i));
        }
      }
    }
    return sources;
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
    return "<KerasTensor shape=" + shape() + ", dtype=" + dtype() + (sparse ? ", sparse" : "")
        + ", name=" + name + ">";
  }
}
