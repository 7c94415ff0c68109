package org.keras4j.ops.internal.passes;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Primitive;

/**
 * Nodes of one result that need not be computed, or not so, as {@link Rewrites} has it. What stays has the same bits, but
 * that a convolution which pads by itself may sum in another order.
 */
final class Simplify {
  private Simplify() {}

  /** What becomes of a node: a value that is there already, or a primitive on inputs. */
  record Step(@Nullable Value value, Primitive primitive, List<Value> inputs) {}

  static Step step(Primitive p, List<Value> in, TensorSpec out) {
    Rewrite r = p.accept(Rewrites.ALL, out);
    Value same = in.isEmpty() ? null : r.same(in, out);
    if (same != null && same.spec().equals(out)) {
      return new Step(same, p, in);
    }
    ArrayConstant folded = folded(r, in, out);
    if (folded != null) {
      return new Step(null, folded, List.of());
    }
    Step merged = r.merged(in, out);
    return merged != null ? merged : new Step(null, p, in);
  }

  /** The literal that a value is, or null. */
  static @Nullable NDArray constant(Value v) {
    Primitive p = producer(v);
    return p == null ? null : p.literal();
  }

  /** What made a value; null for an input of the graph. */
  static @Nullable Primitive producer(Value v) {
    Node n = v.producer();
    return n == null ? null : n.primitive();
  }

  /** An input of the node that made a value. */
  static Value before(Value v, int input) {
    return Objects.requireNonNull(v.producer()).inputs().get(input);
  }

  private static @Nullable ArrayConstant folded(Rewrite r, List<Value> in, TensorSpec out) {
    long size = out.shape().size();
    if (in.isEmpty() || size < 0 || size > Folding.MOST) {
      return null;
    }
    List<NDArray> values = new ArrayList<>();
    for (Value v : in) {
      NDArray c = constant(v);
      if (c == null || c.size() > Folding.MOST) {
        return null;
      }
      values.add(c);
    }
    NDArray result = r.folded(values, out);
    return result == null ? null : new ArrayConstant(result);
  }
}
