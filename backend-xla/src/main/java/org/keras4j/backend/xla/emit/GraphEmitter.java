package org.keras4j.backend.xla.emit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.NDArray;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.spi.Site;

/** Writes a graph as a module. */
public final class GraphEmitter {
  /** Literals up to this many bytes stand in the text. */
  private static final int INLINE_BYTES = 256;

  private final Hlo h;
  private final Emitter emitter;
  private final int inputs;
  private final @Nullable Shardings shardings;
  private final SingleRows rows;
  private final List<NDArray> constants = new ArrayList<>();
  private int depth;

  private GraphEmitter(
      EmitOptions options, int inputs, @Nullable Shardings shardings, SingleRows rows) {
    this.shardings = shardings;
    this.rows = rows;
    this.h = new Hlo(options);
    this.emitter = new Emitter(h, this);
    this.inputs = inputs;
  }

  /**
   * The module of a graph whose shapes are known.
   *
   * @param donated by input, the output that may take its memory; marked in the text
   * @throws HostOnly if it holds a primitive that runs on the host only
   */
  public static Module emit(Graph g, EmitOptions options, Map<Integer, Integer> donated) {
    return emit(g, options, donated, null, SingleRows.NONE);
  }

  /**
   * {@link #emit(Graph, EmitOptions, Map)}, some products being written in another way.
   *
   * @param rows of this graph; inputs of which it says so are given turned
   */
  public static Module emit(
      Graph g, EmitOptions options, Map<Integer, Integer> donated, SingleRows rows) {
    return emit(g, options, donated, null, rows);
  }

  /**
   * The module of a graph that several devices run together; its literals lie on each of them.
   *
   * @param shardings how its inputs and outputs lie on them; null for one device
   */
  public static Module emit(
      Graph g, EmitOptions options, Map<Integer, Integer> donated, @Nullable Shardings shardings) {
    return emit(g, options, donated, shardings, SingleRows.NONE);
  }

  private static Module emit(
      Graph g,
      EmitOptions options,
      Map<Integer, Integer> donated,
      @Nullable Shardings shardings,
      SingleRows rows) {
    int n = g.inputs().size();
    GraphEmitter e = new GraphEmitter(options, n, shardings, rows);
    List<Term> arguments = new ArrayList<>(n);
    List<TensorType> parameters = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      TensorType t = Types.of(g.inputs().get(i).spec());
      Integer contracted = rows.turned().get(i);
      t = contracted == null ? t : SingleRows.turned(t, contracted);
      parameters.add(t);
      arguments.add(new Term("%a" + i, t));
    }
    List<Term> results = e.nodes(g, arguments);
    StringBuilder b = new StringBuilder("module");
    b.append(shardings == null ? "" : shardings.attributes()).append('{');
    b.append(shardings == null ? "" : shardings.declaration());
    b.append("func.func public @main(");
    for (NDArray c : e.constants) {
      parameters.add(Types.of(c.spec()));
    }
    for (int i = 0; i < parameters.size(); i++) {
      b.append(i == 0 ? "" : ",").append("%a").append(i).append(':').append(parameters.get(i));
      List<String> attributes = new ArrayList<>();
      Integer output = i < n ? donated.get(i) : null;
      if (output != null) {
        attributes.add("tf.aliasing_output=" + output + ":i32");
      }
      if (shardings != null) {
        attributes.add(
            i < n
                ? shardings.attribute(shardings.inputs().get(i).axes())
                : shardings.replicated(parameters.get(i).rank()));
      }
      if (!attributes.isEmpty()) {
        b.append('{').append(String.join(",", attributes)).append('}');
      }
    }
    b.append(")->(");
    for (int i = 0; i < results.size(); i++) {
      b.append(i == 0 ? "" : ",").append(results.get(i).type());
      if (shardings != null) {
        b.append('{')
            .append(shardings.attribute(shardings.outputs().get(i).axes()))
            .append('}');
      }
    }
    b.append("){\n");
    b.append(e.h.text());
    b.append("return ").append(Hlo.names(results));
    b.append(results.isEmpty() ? "" : " : ").append(Hlo.types(results)).append("\n}}\n");
    return new Module(
        b.toString(), parameters, results.stream().map(Term::type).toList(), e.constants);
  }

  /** Writes a graph's nodes here, its inputs being the given values. */
  List<Term> nodes(Graph g, List<Term> arguments) {
    Map<Value, Term> terms = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      terms.put(g.inputs().get(i), arguments.get(i));
    }
    for (Node n : g.nodes()) {
      List<Term> row = depth == 0 ? rows.emit(h, g, n, terms) : null;
      if (row != null) {
        terms.put(n.outputs().get(0), row.get(0));
        continue;
      }
      List<Term> in = new ArrayList<>(n.inputs().size());
      for (Value v : n.inputs()) {
        in.add(terms.get(v));
      }
      List<Term> out =
          n.primitive().accept(emitter, new Site<>(in, n.inputSpecs(), n.outputSpecs()));
      for (int i = 0; i < out.size(); i++) {
        terms.put(n.outputs().get(i), out.get(i));
      }
    }
    return g.outputs().stream().map(terms::get).toList();
  }

  /** The same inside a region, where literals cannot become arguments. */
  List<Term> region(Graph g, List<Term> arguments) {
    depth++;
    try {
      return nodes(g, arguments);
    } finally {
      depth--;
    }
  }

  /** How values lie on the devices; null for one. */
  @Nullable
  Shardings shardings() {
    return shardings;
  }

  Term constant(ArrayConstant p) {
    NDArray a = p.value();
    TensorType t = Types.of(a.spec());
    if (depth > 0 || t.bytes() <= INLINE_BYTES || Literal.isSplat(a)) {
      return h.literal(Literal.of(a, t), t);
    }
    constants.add(a);
    return new Term("%a" + (inputs + constants.size() - 1), t);
  }
}
