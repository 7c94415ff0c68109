package org.keras4j.ops.internal.partition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.RandomBits;

/**
 * Composites that a backend has a kernel for. One that works on each sample by itself, or sums over samples at its end,
 * stays one on this process's samples; of any other the body is divided.
 */
final class Kernels {
  private Kernels() {}

  static List<Placed> placed(Composite p, Site s) {
    List<TensorSpec> whole = s.in.stream().map(Placed::whole).toList();
    List<Placed> in = new ArrayList<>();
    for (Placed x : s.in) {
      in.add(x.isPartial() ? new Placed(s.part.whole(x), Layout.WHOLE, x.whole()) : x);
    }
    if (in.stream().allMatch(Placed::isWhole)) {
      return new Site(s.part, s.node, in).together();
    }
    Graph body = p.body(whole);
    List<TensorSpec> local = in.stream().map(x -> x.value().spec()).toList();
    if (s.part.claims.has(p, local)) {
      List<Layout> alone = alone(p, s.part, body, in, local);
      if (alone != null) {
        List<Value> made = s.part.b.add(p, in.stream().map(Placed::value).toList(), p.infer(local));
        List<Placed> out = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
          out.add(new Placed(made.get(i), alone.get(i), s.whole(i)));
        }
        return out;
      }
    }
    return s.part.run(body, in);
  }

  /** The layouts of the results, if the body needs nothing of the other processes and of the number of samples; else null. */
  private static @Nullable List<Layout> alone(
      Composite p, Partition part, Graph body, List<Placed> in, List<TensorSpec> local) {
    Partition trial = new Partition(part.split, (c, specs) -> false);
    List<Placed> given = new ArrayList<>();
    for (Placed x : in) {
      given.add(trial.input(x.whole(), x.layout()));
    }
    List<Placed> out = trial.run(body, given);
    if (strangers(body, in, out)) {
      return null;
    }
    if (trial.contacts() > 0 || !literals(body).equals(literals(p.body(local)))) {
      return null;
    }
    List<TensorSpec> specs = p.infer(local);
    for (int i = 0; i < specs.size(); i++) {
      if (!specs.get(i).equals(out.get(i).value().spec())) {
        return null;
      }
    }
    return out.stream().map(Placed::layout).toList();
  }

  // a kernel may look at the shape of an input that the body does not read: it has to be that of
  // one that is read
  private static boolean strangers(Graph body, List<Placed> in, List<Placed> out) {
    Set<Value> read = new HashSet<>(body.outputs());
    body.nodes().forEach(n -> read.addAll(n.inputs()));
    List<Placed> known = new ArrayList<>(out);
    for (int i = 0; i < in.size(); i++) {
      if (read.contains(body.inputs().get(i))) {
        known.add(in.get(i));
      }
    }
    for (Placed x : in) {
      boolean alike = known.stream()
          .anyMatch(k -> k.layout().equals(x.layout())
              && k.whole().shape().equals(x.whole().shape()));
      if (x.isRows() && !alike) {
        return true;
      }
    }
    return false;
  }

  // constants may tell the number of samples; random numbers depend on their place
  private static List<Object> literals(Graph g) {
    List<Object> out = new ArrayList<>();
    for (Node n : g.nodes()) {
      NDArray literal = n.primitive().literal();
      if (literal != null) {
        out.add(List.of(literal.spec(), literal));
      } else if (n.primitive() instanceof RandomBits) {
        out.add(n); // equal to no other
      } else if (n.primitive() instanceof Composite c) {
        out.add(literals(c.body(n.inputSpecs())));
      }
      n.primitive().bodies().forEach(b -> out.add(literals(b)));
    }
    return out;
  }
}
