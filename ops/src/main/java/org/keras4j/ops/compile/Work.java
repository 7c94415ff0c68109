package org.keras4j.ops.compile;

import java.util.List;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Cholesky;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.ConvKernelGrad;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.primitive.Eigh;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.Svd;
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
    } else if (p instanceof Scan s) {
      long n = s.sequences() > 0 ? in.get(s.carries()).dim(0) : s.length();
      return n < 0 ? new Work(0, 0, false) : NONE.and(of(s.body()), n);
    } else if (p instanceof Case c) {
      return c.branches().stream().map(Work::of).reduce(NONE, Work::max);
    }
    double elements = 0;
    for (TensorSpec s : in) {
      elements = Math.max(elements, s.shape().size());
    }
    for (TensorSpec s : out) {
      elements = Math.max(elements, s.shape().size());
    }
    return new Work(1, isProduct(p) ? products(in, out) : elements, isKnown(p));
  }

  private static boolean isKnown(Primitive p) {
    return !(p instanceof While
        || p instanceof HostCall
        || p instanceof Cholesky
        || p instanceof Eig
        || p instanceof Eigh
        || p instanceof Lu
        || p instanceof Qr
        || p instanceof Svd);
  }

  private static boolean isProduct(Primitive p) {
    return p instanceof DotGeneral
        || p instanceof Conv
        || p instanceof ConvInputGrad
        || p instanceof ConvKernelGrad;
  }

  // (m, k) times (k, n): m * k * n is the root of what the three sizes multiply to
  private static double products(List<TensorSpec> in, List<TensorSpec> out) {
    return Math.sqrt((double) in.get(0).shape().size()
        * in.get(1).shape().size()
        * out.get(0).shape().size());
  }
}
