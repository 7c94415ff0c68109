package org.keras4j.models;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Nest;
import org.keras4j.core.Operation;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.InputLayer;
import org.keras4j.ops.custom.CustomOperation;
import org.keras4j.ops.types.Index;

/** The config of a Functional model: its layers and functions, and how they are connected. */
final class FunctionalConfig {
  private FunctionalConfig() {}

  // ---- writing

  static Map<String, Object> write(Functional model) {
    Network graph = model.graph();
    Map<Operation, String> names = uniqueNames(graph, model.callNames());
    Map<OperationNode, Integer> indices = new IdentityHashMap<>();
    for (Operation op : graph.operations()) {
      List<OperationNode> nodes = graph.nodesOf(op);
      for (int i = 0; i < nodes.size(); i++) {
        indices.put(nodes.get(i), i);
      }
    }
    List<Object> layers = new ArrayList<>();
    for (Operation op : graph.operations()) {
      layers.add(operation(op, graph, names, indices));
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", model.name());
    out.put("trainable", model.isTrainable());
    out.put("layers", layers);
    out.put("input_layers", Nest.map(model.inputStructure(), t -> history(t, names, indices)));
    out.put("output_layers", Nest.map(model.outputStructure(), t -> end(t, names, indices)));
    return out;
  }

  /** What the operations of a model are called, each differently. */
  static Map<Operation, String> names(Functional model) {
    return uniqueNames(model.graph(), model.callNames());
  }

  private static Map<Operation, String> uniqueNames(
      Network graph, Map<Operation, String> callNames) {
    Map<Operation, String> names = new IdentityHashMap<>();
    Map<String, Integer> used = new HashMap<>();
    for (Operation op : graph.operations()) {
      if (isObject(op)) {
        names.put(op, op.name());
        used.put(op.name(), 1);
      }
    }
    for (Operation op : graph.operations()) {
      String given = callNames.get(op);
      if (given != null && used.putIfAbsent(given, 1) == null) {
        names.put(op, given);
      }
    }
    for (Operation op : graph.operations()) {
      if (!isObject(op) && !names.containsKey(op)) {
        String base = OpNames.of(op);
        String name = base;
        for (int i = 1; used.putIfAbsent(name, 1) != null; i++) {
          name = base + "_" + i;
        }
        names.put(op, name);
      }
    }
    return names;
  }

  // every tensor of a Functional model was made by a call
  private static OperationNode node(KerasTensor t) {
    return Objects.requireNonNull(t.node());
  }

  /** Whether an operation has a config of its own: a layer, or one that a user wrote. */
  private static boolean isObject(Operation op) {
    return op instanceof Layer || op instanceof CustomOperation;
  }

  private static List<Object> history(
      @Nullable Object tensor, Map<Operation, String> names, Map<OperationNode, Integer> indices) {
    KerasTensor t = (KerasTensor) Objects.requireNonNull(tensor);
    OperationNode n = node(t);
    List<Object> out = new ArrayList<>();
    out.add(names.get(n.operation()));
    out.add(indices.get(n));
    out.add(t.outputIndex());
    return out;
  }

  /** Among the outputs, and there alone, Keras counts the calls of a model within the model from 1. */
  private static List<Object> end(
      @Nullable Object tensor, Map<Operation, String> names, Map<OperationNode, Integer> indices) {
    List<Object> out = history(tensor, names, indices);
    if (node((KerasTensor) Objects.requireNonNull(tensor)).operation() instanceof Functional) {
      out.set(1, (Integer) out.get(1) + 1);
    }
    return out;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> operation(
      Operation op,
      Network graph,
      Map<Operation, String> names,
      Map<OperationNode, Integer> indices) {
    List<OperationNode> nodes = graph.nodesOf(op);
    Map<String, Object> out;
    List<Object> inbound = new ArrayList<>();
    if (isObject(op)) {
      out = new LinkedHashMap<>((Map<String, Object>) Serializer.serialize(op));
      if (!(op instanceof InputLayer)) {
        for (OperationNode n : nodes) {
          inbound.add(call(n.args(), n.kwargs(), names, indices));
        }
      }
    } else {
      OpTable.Row row = OpTable.find(op.name());
      if (row == null) {
        throw new IllegalArgumentException(
            "A model with a call of '" + op.name() + "' cannot be saved: Keras's files have no such"
                + " operation; put the call into a layer");
      }
      OperationNode n = nodes.get(0);
      Map<String, Object> config = new LinkedHashMap<>();
      config.put("name", names.get(op));
      Map<String, Object> given = new LinkedHashMap<>();
      for (int i = 0; i < Math.min(n.args().size(), row.parameters().size()); i++) {
        given.put(row.parameters().get(i), n.args().get(i));
      }
      row.settings().forEach(s -> config.put(s, Serializer.serialize(given.get(s))));
      List<Object> args = new ArrayList<>();
      row.arguments().forEach(a -> args.add(given.get(a)));
      if (row.variadic() != null) {
        Object all = given.get(row.variadic());
        args.addAll(all instanceof Object[] a ? Arrays.asList(a) : list(all, row.variadic()));
      }
      Map<String, Object> named = new LinkedHashMap<>();
      row.keywords().forEach(k -> named.put(k, given.get(k)));
      out = new LinkedHashMap<>();
      out.put("module", row.module());
      out.put("class_name", row.className());
      out.put("config", config);
      out.put("registered_name", row.className());
      inbound.add(call(args, named, names, indices));
    }
    out.put("name", names.get(op));
    out.put("inbound_nodes", inbound);
    return out;
  }

  private static Map<String, Object> call(
      List<Object> args,
      Map<String, Object> kwargs,
      Map<Operation, String> names,
      Map<OperationNode, Integer> indices) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("args", Serializer.serialize(Nest.map(args, x -> argument(x, names, indices))));
    out.put("kwargs", Serializer.serialize(Nest.map(kwargs, x -> argument(x, names, indices))));
    return out;
  }

  private static @Nullable Object argument(
      @Nullable Object x, Map<Operation, String> names, Map<OperationNode, Integer> indices) {
    if (!(x instanceof KerasTensor t)) {
      return x;
    }
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("shape", Serializer.serialize(t.shape()));
    config.put("dtype", t.dtype().kerasName());
    config.put("keras_history", history(t, names, indices));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("class_name", "__keras_tensor__");
    out.put("config", config);
    return out;
  }

  // ---- reading

  /**
   * What a config describes.
   *
   * @param callNames the names that calls of functions have in it
   */
  record Parts(
      @Nullable String name,
      boolean trainable,
      Object inputs,
      Object outputs,
      Map<Operation, String> callNames) {}

  private static final class Reader {
    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private final Map<Operation, String> callNames = new IdentityHashMap<>();
    private final Map<String, List<List<KerasTensor>>> outputs = new HashMap<>();

    private record Call(String name, int number) {}

    private static final class Pending {
      private final String name;
      private final Map<?, ?> layer;
      private final List<Map<?, ?>> calls;
      private int next;
      private int missing;

      Pending(String name, Map<?, ?> layer, List<Map<?, ?>> calls) {
        this.name = name;
        this.layer = layer;
        this.calls = calls;
      }
    }

    Parts read(Map<?, ?> config) {
      List<Pending> pending = new ArrayList<>();
      for (Object o : list(config.get("layers"), "layers")) {
        Map<?, ?> layer = map(o, "layer");
        String name = String.valueOf(layer.get("name"));
        List<Map<?, ?>> calls = new ArrayList<>();
        for (Object c : list(layer.get("inbound_nodes"), "inbound_nodes of " + name)) {
          calls.add(map(c, "inbound node of " + name));
        }
        OpTable.Row row = OpTable.findClass(layer.get("module"), layer.get("class_name"));
        if (row == null) {
          Object made = Serializer.deserialize(layer);
          if (!(made instanceof Operation l)) {
            throw new IllegalArgumentException(
                "The config lists '" + name + "' among the layers, which is a " + made);
          }
          operations.put(name, l);
          if (l instanceof InputLayer in) {
            outputs.put(name, new ArrayList<>(List.of(List.of(in.output()))));
            continue;
          }
        }
        outputs.put(name, new ArrayList<>());
        pending.add(new Pending(name, layer, calls));
      }
      // calls become possible as their inputs do: each waits for the tensors that are not there yet
      Deque<Pending> ready = new ArrayDeque<>(pending);
      Map<Call, List<Pending>> waiting = new HashMap<>();
      int open = pending.size();
      while (!ready.isEmpty()) {
        Pending p = ready.remove();
        while (p.next < p.calls.size()) {
          Set<Call> missing = new LinkedHashSet<>();
          missing(p.calls.get(p.next), missing);
          if (!missing.isEmpty()) {
            p.missing = missing.size();
            missing.forEach(
                c -> waiting.computeIfAbsent(c, k -> new ArrayList<>()).add(p));
            break;
          }
          run(p, p.calls.get(p.next));
          for (Pending w : waitingFor(waiting, new Call(p.name, p.next++))) {
            if (--w.missing == 0) {
              ready.add(w);
            }
          }
        }
        open -= p.next == p.calls.size() ? 1 : 0;
      }
      if (open > 0) {
        throw new IllegalArgumentException("The config's layers depend on each other in a circle");
      }
      return new Parts(
          config.get("name") == null
              ? null
              : ConfigEntries.text("Functional", "name", config.get("name")),
          !Boolean.FALSE.equals(config.get("trainable")),
          ends(config.get("input_layers")),
          ends(config.get("output_layers")),
          callNames);
    }

    private void run(Pending p, Map<?, ?> call) {
      List<Object> args = new ArrayList<>(list(tensors(call.get("args")), "args"));
      Map<String, Object> kwargs = new LinkedHashMap<>();
      if (call.get("kwargs") != null) {
        map(tensors(call.get("kwargs")), "kwargs").forEach((k, v) -> kwargs.put((String) k, v));
      }
      Operation op = operations.get(p.name);
      Object result;
      if (op != null) {
        result = op.invoke(args, kwargs);
      } else {
        OpTable.Row row = Objects.requireNonNull(
            OpTable.findClass(p.layer.get("module"), p.layer.get("class_name")), p.name);
        for (int i = 0; i < args.size() && i < row.arguments().size(); i++) {
          kwargs.put(row.arguments().get(i), args.get(i));
        }
        map(p.layer.get("config"), "config").forEach((k, v) -> {
          if (row.parameters().contains(k)) {
            kwargs.put((String) k, Serializer.deserialize(v));
          } else if (!k.equals("name")) {
            throw new IllegalArgumentException(row.className() + " '" + p.name
                + "': config has an unknown entry '" + k + "', expected some of " + row.settings());
          }
        });
        List<Object> positional = new ArrayList<>();
        if (row.variadic() != null) {
          // what stands before the arguments of any number has no name in the call either
          int at = row.parameters().indexOf(row.variadic());
          row.parameters().subList(0, at).forEach(k -> positional.add(kwargs.remove(k)));
          positional.addAll(args.subList(row.arguments().size(), args.size()));
        }
        result = OpCalls.call(row.function(), positional, kwargs);
      }
      List<KerasTensor> leaves = new ArrayList<>();
      for (Tensor t : Nest.tensors(result)) {
        if (!(t instanceof KerasTensor k)) {
          throw new IllegalArgumentException(
              "The config calls '" + p.name + "' without an input of the model");
        }
        leaves.add(k);
      }
      if (op == null && !leaves.isEmpty()) {
        OperationNode made = leaves.get(0).node();
        if (made != null) {
          callNames.put(made.operation(), p.name);
        }
      }
      Objects.requireNonNull(outputs.get(p.name), p.name).add(leaves);
    }

    private static List<Pending> waitingFor(Map<Call, List<Pending>> waiting, Call made) {
      List<Pending> out = waiting.remove(made);
      return out == null ? List.of() : out;
    }

    /** A tensor's layer, which of its calls made it, and which of their results it is. */
    private record History(Call call, int output) {
      static History of(@Nullable Object list) {
        if (list instanceof List<?> l
            && l.size() >= 3
            && l.get(0) instanceof String name
            && l.get(1) instanceof Integer call
            && l.get(2) instanceof Integer output
            && call >= 0
            && output >= 0) {
          return new History(new Call(name, call), output);
        }
        throw new IllegalArgumentException("The config has a tensor whose history is " + list
            + ", expected a layer's name, a call and an output");
      }

      static History ofTensor(Map<?, ?> tensor) {
        return of(map(tensor.get("config"), "tensor").get("keras_history"));
      }
    }

    private @Nullable KerasTensor find(History h) {
      List<List<KerasTensor>> calls = outputs.get(h.call.name);
      if (calls == null) {
        throw new IllegalArgumentException(
            "The config refers to a layer '" + h.call.name + "' that it does not list");
      }
      if (h.call.number >= calls.size()) {
        return null;
      }
      if (h.output >= calls.get(h.call.number).size()) {
        throw new IllegalArgumentException("The config refers to output " + h.output + " of '"
            + h.call.name + "', which has " + calls.get(h.call.number).size());
      }
      return calls.get(h.call.number).get(h.output);
    }

    private void missing(@Nullable Object call, Set<Call> out) {
      if (call instanceof Map<?, ?> m) {
        if ("__keras_tensor__".equals(m.get("class_name"))) {
          History h = History.ofTensor(m);
          if (find(h) == null) {
            out.add(h.call);
          }
          return;
        }
        m.values().forEach(x -> missing(x, out));
      } else if (call instanceof List<?> l) {
        l.forEach(x -> missing(x, out));
      }
    }

    private @Nullable Object tensors(@Nullable Object tree) {
      if (tree instanceof Map<?, ?> m) {
        if ("__keras_tensor__".equals(m.get("class_name"))) {
          return find(History.ofTensor(m));
        }
        Object index = Index.fromConfig(m);
        if (index != null) {
          return index;
        }
        if (m.get("class_name") != null) {
          return Serializer.deserialize(m);
        }
        Map<Object, Object> out = new LinkedHashMap<>();
        m.forEach((k, v) -> out.put(k, tensors(v)));
        return out;
      }
      if (tree instanceof List<?> l) {
        List<Object> out = new ArrayList<>();
        l.forEach(x -> out.add(tensors(x)));
        return out;
      }
      return tree;
    }

    private Object ends(@Nullable Object tree) {
      if (tree instanceof List<?> l) {
        if (l.size() == 3 && l.get(0) instanceof String && l.get(1) instanceof Number) {
          History h = History.of(l);
          if (operations.get(h.call.name) instanceof Functional && h.call.number > 0) {
            h = new History(new Call(h.call.name, h.call.number - 1), h.output);
          }
          KerasTensor t = find(h);
          if (t == null) {
            throw new IllegalArgumentException(
                "The config refers to an output " + l + " that is not there");
          }
          return t;
        }
        List<Object> out = new ArrayList<>();
        l.forEach(x -> out.add(ends(x)));
        return out;
      }
      Map<Object, Object> out = new LinkedHashMap<>();
      map(tree, "input_layers or output_layers").forEach((k, v) -> out.put(k, ends(v)));
      return out;
    }
  }

  static Parts read(Map<?, ?> config) {
    return new Reader().read(config);
  }

  private static List<?> list(@Nullable Object o, String what) {
    if (o instanceof List<?> l) {
      return l;
    }
    throw new IllegalArgumentException(
        "Functional: the config's " + what + " must be a list, got " + o);
  }

  private static Map<?, ?> map(@Nullable Object o, String what) {
    if (o instanceof Map<?, ?> m) {
      return m;
    }
    throw new IllegalArgumentException(
        "Functional: the config's " + what + " must be a map, got " + o);
  }
}
