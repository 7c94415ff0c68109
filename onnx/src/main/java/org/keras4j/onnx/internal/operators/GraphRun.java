package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.VariableScope;
import org.keras4j.onnx.internal.file.OnnxAttribute;
import org.keras4j.onnx.internal.file.OnnxFunction;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.file.OnnxReference;
import org.keras4j.onnx.internal.file.OnnxTensor;
import org.keras4j.onnx.internal.file.OnnxValue;

/** Runs the nodes of a graph on operands, which are those of a trace or of a device. */
public final class GraphRun {
  private final long opset;
  private final boolean computed;
  private final Map<String, OnnxFunction> functions;
  private final @Nullable GraphRun around;
  private final Map<String, Operand> values = new HashMap<>();

  /**
   * A run.
   *
   * @param opset the version of the operators
   * @param functions the operators that the file defines itself, by domain and name
   * @param computed whether every value is computed at once, so that none is part of a trace
   */
  public GraphRun(long opset, Map<String, OnnxFunction> functions, boolean computed) {
    this(opset, functions, computed, null);
  }

  private GraphRun(
      long opset,
      Map<String, OnnxFunction> functions,
      boolean computed,
      @Nullable GraphRun around) {
    this.opset = opset;
    this.functions = functions;
    this.computed = computed;
    this.around = around;
  }

  /** Whether every value is computed at once. */
  boolean isComputed() {
    return computed;
  }

  /** Gives a name a value. */
  public void put(String name, Operand value) {
    values.put(name, value);
  }

  /**
   * The value of a name.
   *
   * @throws Unsupported if there is none
   */
  public Operand get(String name) {
    Operand o = values.get(name);
    if (o != null) {
      return o;
    }
    if (around == null) {
      throw new Unsupported("nothing gives '" + name + "'");
    }
    Operand outer = around.get(name).apart();
    values.put(name, outer);
    return outer;
  }

  /**
   * Runs nodes.
   *
   * @throws Unsupported if an operator is not known, or cannot be run as it is asked for, naming it
   */
  public void run(List<OnnxNode> nodes) {
    for (OnnxNode n : nodes) {
      run(n);
    }
  }

  private void run(OnnxNode n) {
    OnnxFunction function = functions.get(key(n.domain(), n.type()));
    Operator op = function != null ? u -> called(function, u) : Operators.of(n.domain(), n.type());
    String place = n.type() + (n.name().isEmpty() ? "" : " '" + n.name() + "'");
    if (op == null) {
      throw new Unsupported("operator " + (n.domain().isEmpty() ? "" : n.domain() + ".") + place
          + " is none of those known");
    }
    List<@Nullable Operand> in = new ArrayList<>();
    for (String name : n.inputs()) {
      in.add(name.isEmpty() ? null : get(name));
    }
    List<Operand> out;
    try {
      out = isSmall(n, in) ? computed(op, n, in) : op.apply(new Use(n, in, opset, this));
    } catch (Unsupported | IllegalArgumentException e) {
      throw new Unsupported(place + ": " + e.getMessage());
    }
    for (int i = 0; i < n.outputs().size(); i++) {
      if (!n.outputs().get(i).isEmpty() && i < out.size()) {
        values.put(n.outputs().get(i), out.get(i));
      }
    }
  }

  /** Whether shapes and conditions may be computed of it: what is known, and but a few numbers. */
  private boolean isSmall(OnnxNode n, List<@Nullable Operand> in) {
    // graphs within it may use what is not known
    boolean any = false;
    if (computed
        || n.attributes().values().stream().anyMatch(a -> a.value() instanceof OnnxGraph)) {
      return false;
    }
    for (Operand o : in) {
      if (o != null && !o.isSmallLiteral()) {
        return false;
      }
      any |= o != null;
    }
    return any;
  }

  /** Results of what is known, which are known too. */
  private List<Operand> computed(Operator op, OnnxNode n, List<@Nullable Operand> in) {
    List<@Nullable Operand> own = new ArrayList<>();
    in.forEach(o -> own.add(o == null ? null : o.apart()));
    try (VariableScope outside = VariableScope.suspend()) {
      List<Operand> out = new ArrayList<>();
      for (Operand o : op.apply(new Use(n, own, opset, this))) {
        NDArray a = o.array();
        out.add(a == null ? o : Operand.of(a).as(o.declared()));
      }
      return out;
    }
  }

  /** How a function is found. */
  public static String key(String domain, String name) {
    return domain + ":" + name;
  }

  private List<Operand> called(OnnxFunction f, Use u) {
    GraphRun inner = new GraphRun(opset, functions, computed, null);
    for (int i = 0; i < Math.min(u.count(), f.inputs().size()); i++) {
      if (u.has(i)) {
        inner.put(f.inputs().get(i), u.in(i));
      }
    }
    Map<String, OnnxAttribute> settings = new LinkedHashMap<>(f.defaults());
    settings.putAll(u.node().attributes());
    inner.run(f.nodes().stream().map(n -> bound(n, settings)).toList());
    List<Operand> out = new ArrayList<>();
    f.outputs().forEach(name -> out.add(inner.get(name)));
    return out;
  }

  /** A node of a function with the settings that the caller gives. */
  private static OnnxNode bound(OnnxNode n, Map<String, OnnxAttribute> settings) {
    Map<String, OnnxAttribute> out = new LinkedHashMap<>();
    n.attributes().forEach((key, a) -> {
      Object v = a.value();
      if (v instanceof OnnxReference r) {
        OnnxAttribute given = settings.get(r.name());
        if (given != null) {
          out.put(key, given);
        }
      } else if (v instanceof OnnxGraph g) {
        List<OnnxNode> nodes = g.nodes().stream().map(x -> bound(x, settings)).toList();
        out.put(
            key,
            new OnnxAttribute(
                new OnnxGraph(g.name(), g.inputs(), g.initializers(), nodes, g.outputs())));
      } else {
        out.put(key, a);
      }
    });
    return new OnnxNode(n.name(), n.domain(), n.type(), n.inputs(), n.outputs(), out);
  }

  /** Runs a graph within this one, which sees the values here; gives its outputs. */
  List<Operand> within(OnnxGraph g, List<Operand> inputs) {
    if (inputs.size() > g.inputs().size()) {
      throw new Unsupported(
          "its graph takes " + g.inputs().size() + " inputs, not " + inputs.size());
    }
    GraphRun inner = new GraphRun(opset, functions, computed, this);
    for (OnnxTensor t : g.initializers()) {
      inner.put(t.name(), Operand.of(t.value()));
    }
    for (int i = 0; i < inputs.size(); i++) {
      inner.put(g.inputs().get(i).name(), inputs.get(i));
    }
    inner.run(g.nodes());
    List<Operand> out = new ArrayList<>();
    for (OnnxValue v : g.outputs()) {
      out.add(inner.get(v.name()));
    }
    return out;
  }

  /** Runs the nodes whose inputs are all known, on the device; gives the names that became known, and their values. */
  public static Map<String, NDArray> folded(
      List<OnnxNode> nodes, Map<String, NDArray> known, long opset) {
    GraphRun run = new GraphRun(opset, Map.of(), true);
    known.forEach((name, a) -> run.put(name, Operand.of(a)));
    Map<String, NDArray> out = new HashMap<>(known);
    for (OnnxNode n : nodes) {
      boolean all = n.inputs().stream().allMatch(i -> i.isEmpty() || out.containsKey(i));
      if (!all || n.type().startsWith("Random") || Operators.of(n.domain(), n.type()) == null) {
        continue;
      }
      try {
        run.run(n);
      } catch (Unsupported e) {
        continue; // it is said where the node is run
      }
      for (String name : n.outputs()) {
        Operand o = run.values.get(name);
        if (o != null) {
          NDArray a = o.array() != null ? o.array() : o.tensor().toNDArray();
          out.put(name, a);
          run.put(name, Operand.of(a));
        }
      }
    }
    return out;
  }
}
