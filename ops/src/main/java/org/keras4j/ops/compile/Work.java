package org.keras4j.ops.compile;

import java.util.List;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.ControlFlow;
import org.keras4j.core.primitive.ControlVisitor;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.Trait;
import org.keras4j.core.primitive.While;

/**
 * What a graph does, roughly, as its shapes tell.
 *
 * @param nodes how many primitives run
 * @param operations how many multiplications and other elementary operations they do
 * @param isKnown false where that cannot be told: the repetitions of a while loop, decompositions, Java code
 */
public record Work(long nodes, double operations, boolean isKnown) {
  public static final Work NONE = new Work(0, 0, true);

  private static final Work OPEN = new Work(0, 0, false);

  /** The work of all runs of bodies. */
  private static final ControlVisitor<List<TensorSpec>, Work> REPEATED = new ControlVisitor<>() {
    @Override
    public Work caseOf(Case p, List<TensorSpec> in) {
      return p.branches().stream().map(Work::of).reduce(NONE, Work::max);
    }

    @Override
    public Work whileLoop(While p, List<TensorSpec> in) {
      return OPEN;
    }

    @Override
    public Work scan(Scan p, List<TensorSpec> in) {
      long n = p.sequences() > 0 ? in.get(p.carries()).dim(0) : p.length();
      return n < 0 ? OPEN : NONE.and(of(p.body()), n);
    }
  };

  /** The work of a graph. */
  public static Work of(Graph g) {
    Work sum = NONE;
    for (Node n : g.nodes()) {
      sum = sum.and(of(n.primitive(), n.inputSpecs(), n.outputSpecs()), 1);
    }
    return sum;
  }

  private Work and(Work w, long times) {
    return new Work(
        nodes + times * w.nodes, operations + times * w.operations, isKnown && w.isKnown);
  }

  /** The larger of both in each respect. */
  public Work max(Work w) {
    return new Work(
        Math.max(nodes, w.nodes), Math.max(operations, w.operations), isKnown && w.isKnown);
  }

  private static Work of(Primitive p, List<TensorSpec> in, List<TensorSpec> out) {
    if (p instanceof Composite c) {
      return of(c.body(in));
    } else if (p instanceof ControlFlow c) {
      return c.control(REPEATED, in);
    }
    double elements = 0;
    for (TensorSpec s : in) {
      elements = Math.max(elements, s.shape().size());
    }
    for (TensorSpec s : out) {
      elements = Math.max(elements, s.shape().size());
    }
    double operations = p.is(Trait.PRODUCT) ? products(in, out) : elements;
    return new Work(1, operations, !p.is(Trait.OPEN_ENDED));
  }

  // (m, k) times (k, n): m * k * n is the root of what the three sizes multiply to
  private static double products(List<TensorSpec> in, List<TensorSpec> out) {
    return Math.sqrt((double) in.get(0).shape().size()
        * in.get(1).shape().size()
        * out.get(0).shape().size());
  }
}
