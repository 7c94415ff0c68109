package org.keras4j.backend.pytorch.lowering;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.pytorch.claims.Claims;
import org.keras4j.backend.pytorch.claims.ProgramWriter;
import org.keras4j.backend.pytorch.script.Memory;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.Site;

/** Writes graphs, node by node, into a script. */
public final class GraphWriter implements ProgramWriter {
  private final Script s;
  private final ScriptLowering lowering;
  private final FusedConvText conv;
  private @Nullable Node node;
  private Map<Value, List<Node>> users = Map.of();
  private Set<Value> results = Set.of();

  public GraphWriter(Script script) {
    this.s = script;
    this.lowering = new ScriptLowering(script, this);
    this.conv = new FusedConvText(script);
  }

  /** Writes a whole function: inputs, nodes, and tensors for the outputs, whose names it returns. */
  public List<String> writeFunction(Graph g, Set<Integer> donated) {
    List<Term> inputs = s.inputs(g.inputSpecs());
    for (int i : donated) {
      s.memory().donate(inputs.get(i).name());
    }
    List<String> out = new ArrayList<>();
    for (Term t : write(g, inputs)) {
      out.add(s.full(t));
    }
    return out;
  }

  /** Writes one primitive as a function of its inputs. */
  public List<String> writeFunction(Primitive p, List<TensorSpec> in, List<TensorSpec> out) {
    List<String> names = new ArrayList<>();
    for (Term t : p.accept(lowering, new Site<>(s.inputs(in), in, out))) {
      names.add(s.full(t));
    }
    return names;
  }

  @Override
  public List<Term> write(Graph g, List<Term> arguments) {
    Memory memory = s.memory();
    Node outerNode = node;
    Map<Value, List<Node>> outerUsers = users;
    Set<Value> outerResults = results;
    users = users(g);
    results = new HashSet<>(g.outputs());
    Map<Value, Term> terms = new IdentityHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      terms.put(g.inputs().get(i), arguments.get(i));
    }
    ConvFusions fusions =
        new ConvFusions(g, users, v -> terms.containsKey(v) && s.isKept(term(terms, v)));
    Map<Value, Integer> last = lastUses(g, fusions);
    memory.enter();
    for (int i = 0; i < arguments.size(); i++) {
      memory.use(arguments.get(i), last.getOrDefault(g.inputs().get(i), -1));
    }
    int position = -1;
    for (Node n : g.nodes()) {
      position++;
      if (fusions.isDeferred(n)
          || (!n.outputs().isEmpty() && terms.containsKey(n.outputs().get(0)))) {
        continue; // another node has done, or will do, its work
      }
      Map<Value, Term> written = new IdentityHashMap<>();
      node = n;
      ConvFusions.Forward forward = fusions.forward(n);
      ConvFusions.Backward backward = fusions.backward(n);
      if (forward != null) {
        memory.at(position, List.of());
        conv.forward(forward, terms, written);
      } else if (backward != null) {
        memory.at(position, List.of());
        conv.backward(backward, terms, written);
      } else {
        List<Term> in = new ArrayList<>(n.inputs().size());
        for (Value v : n.inputs()) {
          in.add(term(terms, v));
        }
        memory.at(position, in);
        List<Term> out =
            n.primitive().accept(lowering, new Site<>(in, n.inputSpecs(), n.outputSpecs()));
        for (int i = 0; i < out.size(); i++) {
          written.put(n.outputs().get(i), out.get(i));
        }
      }
      terms.putAll(written);
      written.forEach((v, t) -> memory.use(t, last.getOrDefault(v, -1)));
    }
    memory.leave();
    node = outerNode;
    users = outerUsers;
    results = outerResults;
    List<Term> out = new ArrayList<>();
    for (Value v : g.outputs()) {
      out.add(term(terms, v));
    }
    return out;
  }

  @Override
  public boolean isWanted(int output) {
    if (node == null) {
      return true;
    }
    Value v = node.outputs().get(output);
    return users.containsKey(v) || results.contains(v);
  }

  @Override
  public boolean isOnlyFor(int output, String name) {
    if (node == null) {
      return false;
    }
    Value v = node.outputs().get(output);
    if (results.contains(v)) {
      return false;
    }
    for (Node n : users.getOrDefault(v, List.of())) {
      if (!(n.primitive() instanceof Composite c) || !c.name().equals(name)) {
        return false;
      }
    }
    return true;
  }

  /** What was written for a value. */
  static Term term(Map<Value, Term> terms, Value v) {
    return Objects.requireNonNull(terms.get(v));
  }

  private static Map<Value, List<Node>> users(Graph g) {
    Map<Value, List<Node>> out = new IdentityHashMap<>();
    for (Node n : g.nodes()) {
      for (Value v : n.inputs()) {
        out.computeIfAbsent(v, k -> new ArrayList<>()).add(n);
      }
    }
    return out;
  }

  private static Map<Value, Integer> lastUses(Graph g, ConvFusions fusions) {
    Map<Value, Integer> last = new IdentityHashMap<>();
    for (Node n : g.nodes()) {
      int position = fusions.position(n);
      int inputs = n.inputs().size();
      for (int i = 0; i < inputs; i++) {
        if (Claims.reads(n.primitive(), i, inputs)) {
          last.merge(n.inputs().get(i), position, Math::max);
        }
      }
    }
    for (Value v : g.outputs()) {
      last.put(v, Integer.MAX_VALUE);
    }
    return last;
  }
}
