package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.file.OnnxTensor;
import org.keras4j.onnx.internal.file.OnnxValue;

/** Runs the nodes of a graph on operands, which are those of a trace or of a device. */
public final class GraphRun {
  private final long opset;
  private final Map<String, Operand> values = new HashMap<>();

  /** With the version of the operators. */
  public GraphRun(long opset) {
    this.opset = opset;
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
    if (o == null) {
      throw new Unsupported("nothing gives '" + name + "'");
    }
    return o;
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
    Operator op = Operators.of(n.domain(), n.type());
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
      out = op.apply(new Use(n, in, opset, this));
    } catch (Unsupported | IllegalArgumentException e) {
      throw new Unsupported(place + ": " + e.getMessage());
    }
    for (int i = 0; i < n.outputs().size(); i++) {
      if (!n.outputs().get(i).isEmpty() && i < out.size()) {
        values.put(n.outputs().get(i), out.get(i));
      }
    }
  }

  /** Runs a graph within this one; gives its outputs. */
  List<Operand> branch(OnnxGraph g) {
    for (OnnxTensor t : g.initializers()) {
      put(t.name(), Operand.of(t.value()));
    }
    run(g.nodes());
    List<Operand> out = new ArrayList<>();
    for (OnnxValue v : g.outputs()) {
      out.add(get(v.name()));
    }
    return out;
  }

  /** Runs the nodes whose inputs are all known, on the device; gives the names that became known, and their values. */
  public static Map<String, NDArray> folded(
      List<OnnxNode> nodes, Map<String, NDArray> known, long opset) {
    GraphRun run = new GraphRun(opset);
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
