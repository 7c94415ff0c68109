package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.graph.Graph;
import org.keras4j.onnx.internal.file.OnnxAttribute;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxModel;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.file.OnnxTensor;
import org.keras4j.onnx.internal.file.OnnxValue;

/** Makes a model of ONNX out of a graph. */
public final class GraphExport {
  private GraphExport() {}

  /** A named tensor that a graph takes after its inputs. */
  public record Weight(String name, NDArray value) {}

  /**
   * How a graph is written.
   *
   * @param batch what the unknown sizes of the inputs' first axes are called, which are equal then; empty if they are not
   * @param qdq whether integer products are written as pairs of {@code QuantizeLinear} and {@code DequantizeLinear}
   */
  public record Form(String batch, int opset, boolean qdq) {}

  /**
   * A graph as a model.
   *
   * @param name the graph's name
   * @param graph takes the inputs, then the weights
   * @param inputs the inputs' names
   * @param outputs the outputs' names
   * @throws Refusal if it has parts that ONNX cannot express
   */
  public static OnnxModel model(
      String name,
      Graph graph,
      List<String> inputs,
      List<Weight> weights,
      List<String> outputs,
      Form form) {
    Program program = new Program(form.opset);
    Scope scope = new Scope(program, null);
    List<OnnxValue> takes = new ArrayList<>();
    List<Term> arguments = new ArrayList<>();
    List<OnnxTensor> tensors = new ArrayList<>();
    // an input keeps its name, and an output of the same name gets another
    List<String> takenNames = inputs.stream().map(program::name).toList();
    List<String> givenNames = outputs.stream().map(program::name).toList();
    for (int i = 0; i < graph.inputs().size(); i++) {
      var spec = Types.stored(graph.inputs().get(i).spec());
      if (i < inputs.size()) {
        Term t = new Term(takenNames.get(i), spec.dtype(), spec.shape(), null);
        arguments.add(t);
        takes.add(value(t, t.name(), form.batch));
      } else {
        Weight w = weights.get(i - inputs.size());
        Term t = new Term(program.name(w.name()), spec.dtype(), spec.shape(), null);
        arguments.add(t);
        tensors.add(new OnnxTensor(t.name(), Types.stored(w.value())));
      }
    }
    List<Term> results = new OnnxLowering(new OnnxOps(scope)).apply(graph, arguments);
    Map<String, String> renamed = new HashMap<>();
    List<OnnxValue> gives = new ArrayList<>();
    Set<String> made = new HashSet<>();
    scope.nodes.forEach(n -> made.addAll(n.outputs()));
    List<OnnxNode> copies = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Term t = results.get(i);
      String wanted = givenNames.get(i);
      gives.add(value(t, wanted, null));
      if (made.remove(t.name())) {
        renamed.put(t.name(), wanted);
      } else { // an input, a weight, or a result that was given before
        String from = renamed.getOrDefault(t.name(), t.name());
        copies.add(new OnnxNode(wanted, "", "Identity", List.of(from), List.of(wanted), Map.of()));
      }
    }
    List<OnnxNode> nodes = new ArrayList<>(renamed(scope.nodes, renamed));
    nodes.addAll(copies);
    if (form.qdq) {
      nodes = QuantizedPairs.of(program, nodes, tensors, Set.copyOf(givenNames));
    }
    nodes = live(nodes, new HashSet<>(givenNames));
    tensors.addAll(program.constants());
    Set<String> read = new HashSet<>();
    reads(nodes, read);
    // a weight that nothing reads is a part of the model all the same; a literal is not
    int named = weights.size();
    List<OnnxTensor> kept = new ArrayList<>(tensors.subList(0, named));
    for (OnnxTensor t : tensors.subList(named, tensors.size())) {
      if (read.contains(t.name())) {
        kept.add(t);
      }
    }
    OnnxGraph g = new OnnxGraph(name, takes, kept, nodes, gives);
    long ir = form.opset >= 23 ? 11 : form.opset >= 21 ? 10 : form.opset >= 19 ? 9 : 8;
    return new OnnxModel(
        ir, "keras4j", new LinkedHashMap<>(program.domains), g, List.of(), Map.of());
  }

  // sizes of one name are the same size: those of outputs have none
  private static OnnxValue value(Term t, String name, @Nullable String batch) {
    List<Object> dims = new ArrayList<>();
    for (int i = 0; i < t.rank(); i++) {
      long d = t.dim(i);
      String open = batch == null ? "" : i == 0 ? batch : name + "_dim_" + i;
      dims.add(d >= 0 ? (Object) d : open);
    }
    return new OnnxValue(name, t.dtype(), dims);
  }

  private static String name(String s, Map<String, String> renamed) {
    return renamed.getOrDefault(s, s);
  }

  private static List<OnnxNode> renamed(List<OnnxNode> nodes, Map<String, String> renamed) {
    List<OnnxNode> out = new ArrayList<>();
    for (OnnxNode n : nodes) {
      Map<String, OnnxAttribute> attributes = new LinkedHashMap<>();
      n.attributes().forEach((key, a) -> {
        if (a.value() instanceof OnnxGraph g) {
          List<OnnxValue> gives = new ArrayList<>();
          for (OnnxValue v : g.outputs()) {
            gives.add(new OnnxValue(name(v.name(), renamed), v.dtype(), v.dims()));
          }
          List<OnnxNode> inner = renamed(g.nodes(), renamed);
          attributes.put(
              key,
              new OnnxAttribute(
                  new OnnxGraph(g.name(), g.inputs(), g.initializers(), inner, gives)));
        } else {
          attributes.put(key, a);
        }
      });
      out.add(new OnnxNode(
          name(n.name(), renamed),
          n.domain(),
          n.type(),
          n.inputs().stream().map(s -> name(s, renamed)).toList(),
          n.outputs().stream().map(s -> name(s, renamed)).toList(),
          attributes));
    }
    return out;
  }

  /** The nodes that something needs. */
  private static List<OnnxNode> live(List<OnnxNode> nodes, Set<String> needed) {
    List<OnnxNode> out = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode n = nodes.get(i);
      if (n.outputs().stream().noneMatch(needed::contains)) {
        continue;
      }
      Map<String, OnnxAttribute> attributes = new LinkedHashMap<>();
      n.attributes().forEach((key, a) -> {
        if (a.value() instanceof OnnxGraph g) {
          Set<String> inner = new HashSet<>();
          g.outputs().forEach(v -> inner.add(v.name()));
          List<OnnxNode> kept = live(g.nodes(), inner);
          attributes.put(
              key,
              new OnnxAttribute(
                  new OnnxGraph(g.name(), g.inputs(), g.initializers(), kept, g.outputs())));
        } else {
          attributes.put(key, a);
        }
      });
      OnnxNode kept =
          new OnnxNode(n.name(), n.domain(), n.type(), n.inputs(), n.outputs(), attributes);
      reads(List.of(kept), needed);
      out.add(kept);
    }
    java.util.Collections.reverse(out);
    return out;
  }

  private static void reads(List<OnnxNode> nodes, Set<String> into) {
    for (OnnxNode n : nodes) {
      into.addAll(n.inputs());
      for (OnnxAttribute a : n.attributes().values()) {
        if (a.value() instanceof OnnxGraph g) {
          reads(g.nodes(), into);
          g.outputs().forEach(v -> into.add(v.name()));
        }
      }
    }
  }
}
