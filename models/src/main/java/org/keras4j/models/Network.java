package org.keras4j.models;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Nest;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;

/**
 * The nodes between the inputs and outputs of a Functional model: found, ordered by depth as Keras orders
 * them, and run on other tensors.
 */
final class Network {
  private final List<KerasTensor> inputs;
  private final List<OperationNode> nodes;
  private final List<List<OperationNode>> byDepth;
  private final List<Operation> operations;
  private final Map<Operation, List<OperationNode>> nodesOf = new IdentityHashMap<>();
  private final Map<KerasTensor, Integer> slots = new IdentityHashMap<>();
  private final Step[] steps;
  private final int[] outputs;

  // one node ready to run: where its arguments come from and its results go
  private record Step(
      Operation operation,
      int single,
      List<Object> args,
      Map<String, Object> kwargs,
      int[] results) {}

  private record Slot(int index) {}

  Network(List<KerasTensor> inputs, List<KerasTensor> outputs) {
    this.inputs = inputs;
    Set<KerasTensor> boundary = Collections.newSetFromMap(new IdentityHashMap<>());
    boundary.addAll(inputs);
    List<OperationNode> found = new ArrayList<>();
    Map<Operation, Integer> indices = new IdentityHashMap<>();
    Set<OperationNode> done = Collections.newSetFromMap(new IdentityHashMap<>());
    for (KerasTensor t : outputs) {
      visit(t, boundary, done, found, indices);
    }
    Map<OperationNode, Integer> nodeDepth = new IdentityHashMap<>();
    Map<Operation, Integer> depth = new IdentityHashMap<>();
    for (int i = found.size() - 1; i >= 0; i--) {
      OperationNode n = found.get(i);
      int d = Math.max(nodeDepth.getOrDefault(n, 0), depth.getOrDefault(n.operation(), 0));
      depth.put(n.operation(), d);
      nodeDepth.put(n, d);
      if (isInput(n, boundary)) {
        continue;
      }
      for (KerasTensor t : n.inputs()) {
        OperationNode p = t.node();
        if (p != null) {
          nodeDepth.merge(p, d + 1, Math::max);
        }
      }
    }
    for (KerasTensor t : inputs) {
      OperationNode n = t.node();
      if (n != null && !nodeDepth.containsKey(n)) {
        nodeDepth.put(n, 0);
        depth.putIfAbsent(n.operation(), 0);
        indices.putIfAbsent(n.operation(), -1);
        found.add(n);
      }
    }
    TreeMap<Integer, List<OperationNode>> levels = new TreeMap<>(Comparator.reverseOrder());
    for (OperationNode n : found) {
      levels.computeIfAbsent(nodeDepth.get(n), k -> new ArrayList<>()).add(n);
    }
    this.byDepth = List.copyOf(levels.values());
    this.nodes = new ArrayList<>();
    byDepth.forEach(nodes::addAll);
    for (OperationNode n : nodes) {
      nodesOf.computeIfAbsent(n.operation(), k -> new ArrayList<>()).add(n);
    }
    nodesOf.values().forEach(l -> l.sort(Comparator.comparingLong(OperationNode::id)));
    TreeMap<Integer, List<Operation>> opLevels = new TreeMap<>(Comparator.reverseOrder());
    depth.forEach((op, d) -> opLevels.computeIfAbsent(d, k -> new ArrayList<>()).add(op));
    this.operations = new ArrayList<>();
    for (List<Operation> level : opLevels.values()) {
      level.sort(Comparator.comparingInt(indices::get));
      operations.addAll(level);
    }
    checkNames();
    this.steps = plan(found, boundary);
    this.outputs = outputs.stream().mapToInt(slots::get).toArray();
  }

  private static boolean isInput(OperationNode n, Set<KerasTensor> boundary) {
    return n.outputs().stream().allMatch(boundary::contains);
  }

  private static void visit(
      KerasTensor start,
      Set<KerasTensor> boundary,
      Set<OperationNode> done,
      List<OperationNode> found,
      Map<Operation, Integer> indices) {
    // depth first with a stack of one's own: models are deeper than Java's
    record Frame(OperationNode node, java.util.Iterator<KerasTensor> parents) {}
    java.util.ArrayDeque<Frame> stack = new java.util.ArrayDeque<>();
    Set<OperationNode> open = Collections.newSetFromMap(new IdentityHashMap<>());
    OperationNode first = nodeOf(start, boundary);
    if (done.contains(first)) {
      return;
    }
    indices.putIfAbsent(first.operation(), indices.size());
    open.add(first);
    stack.push(new Frame(first, parents(first, boundary)));
    while (!stack.isEmpty()) {
      Frame f = stack.peek();
      if (f.parents.hasNext()) {
        OperationNode p = nodeOf(f.parents.next(), boundary);
        if (done.contains(p)) {
          continue;
        }
        if (!open.add(p)) {
          throw new IllegalArgumentException("The model's graph has a cycle");
        }
        indices.putIfAbsent(p.operation(), indices.size());
        stack.push(new Frame(p, parents(p, boundary)));
      } else {
        stack.pop();
        open.remove(f.node);
        done.add(f.node);
        found.add(f.node);
      }
    }
  }

  private static java.util.Iterator<KerasTensor> parents(
      OperationNode n, Set<KerasTensor> boundary) {
    return (isInput(n, boundary) ? List.<KerasTensor>of() : n.inputs()).iterator();
  }

  private static OperationNode nodeOf(KerasTensor t, Set<KerasTensor> boundary) {
    OperationNode n = t.node();
    if (n == null || (n.inputs().isEmpty() && !boundary.contains(t))) {
      throw new IllegalArgumentException(
          "The outputs depend on " + t + ", which is not among the model's inputs " + boundary);
    }
    return n;
  }

  private void checkNames() {
    Map<String, Operation> names = new HashMap<>();
    for (Operation op : operations) {
      if (op instanceof org.keras4j.layers.Layer) {
        Operation other = names.put(op.name(), op);
        if (other != null && other != op) {
          throw new IllegalArgumentException(
              "A model's layers need different names, two are called '" + op.name() + "'");
        }
      }
    }
  }

  private Step[] plan(List<OperationNode> order, Set<KerasTensor> boundary) {
    for (KerasTensor t : inputs) {
      slots.put(t, slots.size());
    }
    List<Step> out = new ArrayList<>();
    for (OperationNode n : order) {
      if (isInput(n, boundary)) {
        continue;
      }
      int single = n.args().size() == 1
              && n.args().get(0) instanceof KerasTensor t
              && !symbolicValues(n)
              && !n.kwargs().containsKey("training")
          ? slots.get(t)
          : -1;
      List<Object> args = new ArrayList<>();
      n.args().forEach(a -> args.add(place(a)));
      Map<String, Object> kwargs = new LinkedHashMap<>();
      n.kwargs().forEach((k, v) -> kwargs.put(k, place(v)));
      int[] results = new int[n.outputs().size()];
      for (int i = 0; i < results.length; i++) {
        results[i] = slots.computeIfAbsent(n.outputs().get(i), k -> slots.size());
      }
      out.add(new Step(n.operation(), single, args, kwargs, results));
    }
    return out.toArray(new Step[0]);
  }

  private static boolean symbolicValues(OperationNode n) {
    return Nest.flatten(n.kwargs()).stream().anyMatch(KerasTensor.class::isInstance);
  }

  private @Nullable Object place(@Nullable Object x) {
    return Nest.map(
        x, v -> v instanceof KerasTensor t ? new Slot(Objects.requireNonNull(slots.get(t))) : v);
  }

  /**
   * Runs the nodes on other tensors; the outputs' values, flattened.
   *
   * @param training goes before what the nodes' calls were told; null for that
   */
  List<Object> run(List<?> values, @Nullable Boolean training) {
    Object[] at = new Object[slots.size()];
    for (int i = 0; i < values.size(); i++) {
      at[i] = values.get(i);
    }
    for (Step s : steps) {
      Object result;
      if (s.single >= 0) {
        result = s.operation.invoke(Collections.singletonList(at[s.single]), s.kwargs);
      } else {
        List<Object> args = new ArrayList<>(s.args.size());
        s.args.forEach(a -> args.add(fill(a, at)));
        Map<String, Object> kwargs = new LinkedHashMap<>();
        s.kwargs.forEach((k, v) -> kwargs.put(k, fill(v, at)));
        if (training != null) {
          kwargs.replace("training", training);
        }
        result = s.operation.invoke(args, kwargs);
      }
      if (s.results.length == 1 && !Nest.isNested(result)) {
        at[s.results[0]] = result;
      } else {
        List<Object> leaves = new ArrayList<>();
        for (Object leaf : Nest.flatten(result)) {
          if (leaf instanceof org.keras4j.core.Tensor) {
            leaves.add(leaf);
          }
        }
        for (int i = 0; i < s.results.length; i++) {
          at[s.results[i]] = leaves.get(i);
        }
      }
    }
    List<Object> out = new ArrayList<>(outputs.length);
    for (int i : outputs) {
      out.add(at[i]);
    }
    return out;
  }

  private static @Nullable Object fill(@Nullable Object x, Object[] at) {
    return Nest.map(x, v -> v instanceof Slot s ? at[s.index] : v);
  }

  /** All nodes, deepest (nearest to the inputs) first. */
  List<OperationNode> nodes() {
    return nodes;
  }

  /** The nodes in groups of equal depth, deepest first. */
  List<List<OperationNode>> nodesByDepth() {
    return byDepth;
  }

  /** The operations, deepest first. */
  List<Operation> operations() {
    return operations;
  }

  /** The nodes of one operation, in the order in which its calls were made. */
  List<OperationNode> nodesOf(Operation op) {
    return nodesOf.getOrDefault(op, List.of());
  }
}
