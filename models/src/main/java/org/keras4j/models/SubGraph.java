package org.keras4j.models;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Nest;
import org.keras4j.core.OperationNode;
import org.keras4j.layers.core.InputLayer;

/**
 * A model that begins at inner tensors of another one: inputs of its own in their place, and a copy of the calls
 * between them and the outputs, which runs the same layers.
 */
final class SubGraph {
  private final Map<KerasTensor, KerasTensor> copies = new IdentityHashMap<>();

  private SubGraph() {}

  /** Where a model begins and ends, nested as given. */
  record Ends(Object inputs, Object outputs) {}

  /** The ends themselves if all inputs are those of input layers; else those of a copy. */
  static Ends between(
      Object inputs, List<KerasTensor> flatInputs, Object outputs, List<KerasTensor> flatOutputs) {
    return flatInputs.stream().allMatch(SubGraph::isInput)
        ? new Ends(inputs, outputs)
        : new SubGraph().copy(inputs, flatInputs, outputs, flatOutputs);
  }

  private static boolean isInput(KerasTensor t) {
    OperationNode n = t.node();
    return n != null && n.operation() instanceof InputLayer;
  }

  private Ends copy(
      Object inputs, List<KerasTensor> flatInputs, Object outputs, List<KerasTensor> flatOutputs) {
    for (KerasTensor t : flatInputs) {
      copies.put(t, isInput(t) ? t : new InputLayer(t.shape()).dtype(t.dtype()).output());
    }
    // in the order in which the calls were made: a call comes after those that it depends on
    for (OperationNode n : between(flatInputs, flatOutputs)) {
      Map<String, Object> kwargs = new LinkedHashMap<>();
      n.kwargs().forEach((k, v) -> kwargs.put(k, mapped(v)));
      List<Object> args = new ArrayList<>();
      n.args().forEach(a -> args.add(mapped(a)));
      Object results = Objects.requireNonNull(
          Nest.map(n.outputStructure(), x -> x instanceof KerasTensor t ? fresh(t) : x));
      new OperationNode(n.operation(), args, kwargs, results);
      for (int i = 0; i < n.outputs().size(); i++) {
        copies.putIfAbsent(
            n.outputs().get(i), (KerasTensor) Nest.tensors(results).get(i));
      }
    }
    return new Ends(
        Objects.requireNonNull(mapped(inputs)), Objects.requireNonNull(mapped(outputs)));
  }

  private static KerasTensor fresh(KerasTensor t) {
    KerasTensor copy = new KerasTensor(t.spec(), t.name(), t.isSparse());
    copy.setKerasMask(t.kerasMask());
    return copy;
  }

  private @Nullable Object mapped(@Nullable Object structure) {
    return Nest.map(structure, x -> x instanceof KerasTensor t ? copies.get(t) : x);
  }

  private static List<OperationNode> between(List<KerasTensor> inputs, List<KerasTensor> outputs) {
    Set<KerasTensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<OperationNode> found = Collections.newSetFromMap(new IdentityHashMap<>());
    seen.addAll(inputs);
    Deque<KerasTensor> open = new ArrayDeque<>(outputs);
    while (!open.isEmpty()) {
      KerasTensor t = open.pop();
      if (!seen.add(t)) {
        continue;
      }
      OperationNode n = t.node();
      if (n == null || n.inputs().isEmpty()) {
        throw new IllegalArgumentException(
            "The outputs depend on " + t + ", which is not among the model's inputs " + inputs);
      }
      if (found.add(n)) {
        open.addAll(n.inputs());
      }
    }
    List<OperationNode> out = new ArrayList<>(found);
    out.sort(Comparator.comparingLong(OperationNode::id));
    return out;
  }
}
