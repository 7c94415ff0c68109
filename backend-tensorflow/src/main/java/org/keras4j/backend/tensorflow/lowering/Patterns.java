package org.keras4j.backend.tensorflow.lowering;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ReshapeTo;

/** Nodes of a graph that are less work to run when the node before them is known. */
final class Patterns {
  private final TensorFlowOps o;
  private final Map<Value, Term> terms;

  /**
   * The patterns of one graph.
   *
   * @param terms what its values are lowered to so far
   */
  Patterns(TensorFlowOps ops, Map<Value, Term> terms) {
    this.o = ops;
    this.terms = terms;
  }

  /** What a node gives, if it is the end of a pattern. */
  @Nullable
  List<Term> apply(Node n) {
    Term y = null;
    if (n.primitive() instanceof Binary b && b.kind() == BinaryKind.ADD) {
      y = biased(n.inputs().get(0), n.inputs().get(1));
      if (y == null) {
        y = biased(n.inputs().get(1), n.inputs().get(0));
      }
    } else if (n.primitive() instanceof Reduce r && r.kind() == ReduceKind.SUM) {
      y = unpooled(r, n.inputs().get(0));
    }
    return y == null ? null : List.of(y);
  }

  private Term term(Value v) {
    return Objects.requireNonNull(terms.get(v));
  }

  /** The sum of an image and a vector brought to its rank: convolutions take vectors along. */
  private @Nullable Term biased(Value image, Value bias) {
    Value vector = origin(bias);
    if (vector == null) {
      return null;
    }
    Term x = term(image);
    Term b = term(vector);
    Shape s = bias.spec().shape();
    return s.rank() > 1
            && s.rank() == x.rank()
            && s.dim(-1) == b.dim(0)
            && s.dim(-1) == s.size()
            && Elementwise.isBias(x, b)
        ? Elementwise.bias(o, x, b)
        : null;
  }

  // the vector that one of a higher rank was made of
  private static @Nullable Value origin(Value v) {
    Node n = v.producer();
    if (n == null || n.inputs().size() != 1) {
      return null;
    }
    Primitive p = n.primitive();
    boolean shapes = p instanceof ReshapeTo || p instanceof BroadcastInDim;
    return shapes && n.inputs().get(0).spec().rank() == 1 ? n.inputs().get(0) : null;
  }

  /** The sum of each channel of maximum pooling's gradient, which is that of the cotangent: a part of the elements. */
  private @Nullable Term unpooled(Reduce r, Value dx) {
    Node n = dx.producer();
    if (n == null
        || !(n.primitive() instanceof Composite c)
        || !c.name().equals(Composites.MAX_POOL.backward())
        || !Reductions.isColumns(dx.spec().rank(), r.axes().toArray())
        || !isWithin(c)) {
      return null;
    }
    DType t = dx.spec().dtype();
    boolean wide = t == DType.FLOAT32 || t == DType.FLOAT64;
    Term dy = term(n.inputs().get(2));
    return wide ? new Reductions(o).reduce(r.kind(), dy, r.axes().toArray()) : null;
  }

  /** Whether each window has an element that is no padding, which its cotangent goes to. */
  private static boolean isWithin(Composite c) {
    LongList size = c.attributes().get(Composites.SIZE);
    LongList low = c.attributes().get(Composites.LOW);
    LongList high = c.attributes().get(Composites.HIGH);
    for (int i = 0; i < size.size(); i++) {
      if (low.get(i) >= size.get(i) || high.get(i) >= size.get(i)) {
        return false;
      }
    }
    return true;
  }
}
