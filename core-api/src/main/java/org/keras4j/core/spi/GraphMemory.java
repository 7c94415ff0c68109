package org.keras4j.core.spi;

import java.math.BigInteger;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ControlFlow;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Trait;

/**
 * What a graph is known to need before it is compiled: the memory of its results, and of what certainly lies
 * beside them while it runs. Values that a compiler may never put into memory, elementwise ones for instance,
 * count only by themselves: one alone that is larger than all memory is refused.
 */
public final class GraphMemory {
  private final MemoryWatch watch;
  private final long needed;
  private final int nodes;

  /**
   * Looks at a graph.
   *
   * @param donated the outputs that take the memory of inputs
   * @throws MemoryLimitException if a value, or all that it needs together, is beyond the limit
   */
  public GraphMemory(Graph g, Collection<Integer> donated, MemoryWatch watch) {
    this.watch = watch;
    this.nodes = g.nodes().size();
    check(g);
    Set<Value> given = new HashSet<>(g.inputs());
    donated.forEach(i -> given.add(g.outputs().get(i)));
    this.needed = peak(g, given);
    if (needed > watch.limit()) {
      refuse();
    }
  }

  private void refuse() {
    watch.refuse("a compiled function of " + nodes + " nodes", BigInteger.valueOf(needed));
  }

  /**
   * To be called before each run.
   *
   * @throws MemoryLimitException if there is no room now for what it needs, even after a collection
   */
  public void require() {
    if (!watch.room(needed)) {
      refuse();
    }
  }

  private void check(Graph g) {
    for (Node n : g.nodes()) {
      for (TensorSpec s : n.outputSpecs()) {
        if (!watch.fits(s)) {
          watch.refuse("a result", List.of(s));
        }
      }
      n.primitive().bodies().forEach(this::check);
    }
  }

  /** The most that lies in memory at once when the nodes run in their order, without inputs and what is given. */
  private static long peak(Graph g, Set<Value> given) {
    Set<Value> results = new HashSet<>(g.outputs());
    Map<Value, Integer> last = new IdentityHashMap<>();
    for (int i = 0; i < g.nodes().size(); i++) {
      for (Value v : g.nodes().get(i).inputs()) {
        last.put(v, i);
      }
    }
    Map<Value, Long> held = new IdentityHashMap<>();
    long live = 0;
    long most = 0;
    for (int i = 0; i < g.nodes().size(); i++) {
      Node n = g.nodes().get(i);
      for (int k = 0; k < n.outputs().size(); k++) {
        Value v = n.outputs().get(k);
        boolean written = results.contains(v) || isWritten(n, k);
        if (written && !given.contains(v) && v.spec().shape().isKnown()) {
          held.put(v, v.spec().bytes());
          live = plus(live, v.spec().bytes());
        }
      }
      long within = 0;
      for (Graph inner : n.primitive().bodies()) {
        within = Math.max(within, peak(inner, new HashSet<>(inner.inputs())));
      }
      most = Math.max(most, plus(live, within));
      Set<Value> ended = new HashSet<>(n.outputs());
      ended.addAll(n.inputs());
      for (Value v : ended) {
        if (last.getOrDefault(v, -1) <= i && !results.contains(v)) {
          Long bytes = held.remove(v);
          live -= bytes == null ? 0 : bytes;
        }
      }
    }
    return most;
  }

  private static long plus(long a, long b) {
    return a + b < 0 ? Long.MAX_VALUE : a + b;
  }

  /** Whether every backend makes a result by a kernel that writes it to memory which is not an operand's. */
  private static boolean isWritten(Node n, int output) {
    Primitive p = n.primitive();
    boolean apart =
        p.is(Trait.PRODUCT) || p.is(Trait.HOST) || p instanceof ControlFlow f && f.gathers(output);
    // one of an operand's form may take its place
    return apart
        || p.is(Trait.KERNEL)
            && !n.inputSpecs().contains(n.outputs().get(output).spec());
  }
}
