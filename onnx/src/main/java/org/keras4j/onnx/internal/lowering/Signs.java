package org.keras4j.onnx.internal.lowering;

import java.util.HashSet;
import java.util.Set;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.Compare;

/** Bits of floats that are read for their sign alone, which ONNX can tell though it does not read bits. */
final class Signs {
  private final Set<Value> bits = new HashSet<>();

  Signs(Graph g) {
    for (Node n : g.nodes()) {
      if (n.primitive() instanceof Bitcast b
          && n.inputs().get(0).spec().dtype().isFloat()
          && b.to().isSigned()
          && n.inputs().get(0).spec().dtype().size() == b.to().size()) {
        bits.add(n.outputs().get(0));
      }
    }
    for (Node n : g.nodes()) {
      for (int i = 0; i < n.inputs().size(); i++) {
        if (i > 0 || !isBelowZero(n)) {
          bits.remove(n.inputs().get(i));
        }
      }
    }
    bits.removeAll(g.outputs());
  }

  private static boolean isBelowZero(Node n) {
    return n.primitive() instanceof Compare c
        && c.direction() == Compare.Direction.LT
        && n.inputs().get(1).producer() != null
        && n.inputs().get(1).producer().primitive() instanceof ArrayConstant zero
        && zero.value().size() == 1
        && zero.value().getLong(0) == 0;
  }

  /** Whether a node makes bits of which nothing but the sign is asked. */
  boolean makes(Node n) {
    return !n.outputs().isEmpty() && bits.contains(n.outputs().get(0));
  }

  /** Whether a node asks for the sign of such bits. */
  boolean asks(Node n) {
    return n.primitive() instanceof Compare && bits.contains(n.inputs().get(0));
  }
}
