package org.keras4j.backend.pytorch.lowering;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.ConvKernelGrad;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.ReshapeTo;

/**
 * Which nodes of a graph one kernel of libtorch runs together: a convolution with the bias added to it and,
 * where all of its numbers are a model's weights, the batch normalization after it; and the gradients of a
 * convolution by its input, kernel and bias.
 */
final class ConvFusions {
  /**
   * A convolution that goes on.
   *
   * @param add where its bias is added; null if it has none
   * @param bias the bias, with as many elements as there are filters
   * @param base the bias as a vector, before it was given axes to broadcast along
   * @param norm the normalization; null if there is none
   */
  record Forward(
      Node conv,
      @Nullable Node add,
      @Nullable Value bias,
      @Nullable Value base,
      @Nullable Node norm) {
    ConvAttributes attributes() {
      return ((Conv) conv.primitive()).conv();
    }

    Node last() {
      return norm != null ? norm : add != null ? add : conv;
    }
  }

  /**
   * Gradients that one cotangent gives.
   *
   * @param kernel by the kernel
   * @param input by the input; null if there is none
   * @param bias by the bias: the cotangent's sum over all but its last axis; null if there is none
   */
  record Backward(
      Node kernel, @Nullable Node input, @Nullable Node bias) {
    ConvAttributes attributes() {
      return ((ConvKernelGrad) kernel.primitive()).conv();
    }
  }

  private final Map<Value, List<Node>> users;
  private final Set<Value> results;
  private final Predicate<Value> kept;
  private final Map<Node, Integer> order = new IdentityHashMap<>();
  private final Map<Node, Forward> forward = new IdentityHashMap<>();
  private final Map<Node, Backward> backward = new IdentityHashMap<>();
  private final Map<Node, Node> deferred = new IdentityHashMap<>();

  /**
   * Looks for them.
   *
   * @param users the nodes that read each value
   * @param kept whether a value is an input that may be a weight, the same from call to call
   */
  ConvFusions(Graph g, Map<Value, List<Node>> users, Predicate<Value> kept) {
    this.users = users;
    this.results = new HashSet<>(g.outputs());
    this.kept = kept;
    for (Node n : g.nodes()) {
      order.put(n, order.size());
    }
    Map<Value, Boolean> seen = new HashMap<>();
    for (Node n : g.nodes()) {
      if (n.primitive() instanceof Conv && isTaken(n)) {
        findForward(n);
      } else if (n.primitive() instanceof ConvKernelGrad
          && isTaken(n)
          && seen.put(n.inputs().get(1), true) == null) {
        findBackward(n);
      }
    }
  }

  // the kernels refuse axes of size 0
  private static boolean isTaken(Node n) {
    DType t = n.outputs().get(0).spec().dtype();
    return (t == DType.FLOAT32 || t == DType.FLOAT64 || t == DType.BFLOAT16)
        && isFull(n.outputs().get(0))
        && n.inputs().stream().allMatch(ConvFusions::isFull);
  }

  private static boolean isFull(Value v) {
    return v.spec().shape().size() != 0;
  }

  /** What ends at this node, which is to be written in place of it; else null. */
  @Nullable
  Forward forward(Node n) {
    return forward.get(n);
  }

  /** What is to be written in place of this node; else null. */
  @Nullable
  Backward backward(Node n) {
    return backward.get(n);
  }

  /** Whether nothing is to be written for a node, for one that follows does its work. */
  boolean isDeferred(Node n) {
    return deferred.containsKey(n);
  }

  /** Where in the graph's order the operands of a node are read. */
  int position(Node n) {
    return place(deferred.getOrDefault(n, n));
  }

  private int place(Node n) {
    return Objects.requireNonNull(order.get(n));
  }

  private @Nullable Node onlyUser(Value v) {
    List<Node> all = users.getOrDefault(v, List.of());
    return all.size() == 1 && !results.contains(v) ? all.get(0) : null;
  }

  private void findForward(Node conv) {
    Value y = conv.outputs().get(0);
    Node add = null;
    Value bias = null;
    Value base = null;
    Node next = onlyUser(y);
    if (next != null && next.primitive() instanceof Binary b && b.kind() == BinaryKind.ADD) {
      Value other = next.inputs().get(next.inputs().get(0) == y ? 1 : 0);
      if (other != y && isVector(other, y) && next.outputs().get(0).spec().equals(y.spec())) {
        add = next;
        bias = other;
        base = base(other);
        y = next.outputs().get(0);
        next = onlyUser(y);
      }
    }
    Node norm = next != null && isFoldable(conv, base, next, y) ? next : null;
    if (add == null && norm == null) {
      return;
    }
    Forward f = new Forward(conv, add, bias, base, norm);
    forward.put(f.last(), f);
    deferred.put(conv, f.last());
    if (add != null && norm != null) {
      deferred.put(add, norm);
    }
  }

  /** Whether a value holds one number for each element of the last axis of y. */
  private static boolean isVector(Value v, Value y) {
    long n = y.spec().dim(-1);
    return n > 0
        && v.spec().rank() > 0
        && v.spec().dim(-1) == n
        && v.spec().shape().size() == n
        && v.spec().dtype() == y.spec().dtype();
  }

  private static Value base(Value bias) {
    Node n = bias.producer();
    Value in = n != null && n.primitive() instanceof ReshapeTo && n.inputs().size() == 1
        ? n.inputs().get(0)
        : bias;
    return in.spec().rank() == 1 ? in : bias;
  }

  private boolean isFoldable(Node conv, @Nullable Value bias, Node norm, Value y) {
    DType t = y.spec().dtype();
    if (!(norm.primitive() instanceof Composite c
            && c.name().equals(Composites.BATCH_NORMALIZATION.name()))
        || norm.inputs().get(0) != y
        || conv.inputs().get(1).spec().rank() != 4
        || !kept.test(conv.inputs().get(1))
        || (bias != null && !kept.test(bias))
        || (t != DType.FLOAT32 && t != DType.FLOAT64)) {
      return false;
    }
    return norm.inputs().stream()
        .skip(1)
        .allMatch(v -> kept.test(v) && isVector(v, y) && v.spec().rank() == 1);
  }

  private void findBackward(Node kernel) {
    ConvAttributes c = ((ConvKernelGrad) kernel.primitive()).conv();
    if (!c.low().equals(c.high())) {
      return; // padded by hand
    }
    Value ct = kernel.inputs().get(1);
    Node input = null;
    Node bias = null;
    for (Node n : users.getOrDefault(ct, List.of())) {
      Primitive p = n.primitive();
      if (p instanceof ConvInputGrad g
          && n.inputs().get(0) == ct
          && g.conv().equals(c)
          && g.input().equals(kernel.inputs().get(0).spec().shape())
          && n.inputs()
              .get(1)
              .spec()
              .shape()
              .equals(((ConvKernelGrad) kernel.primitive()).kernel())) {
        input = n;
      } else if (p instanceof Reduce r
          && r.kind() == Reduce.ReduceKind.SUM
          && r.axes().equals(IntList.range(0, ct.spec().rank() - 1))) {
        bias = n;
      }
    }
    Node first = kernel;
    first = input != null && place(input) < place(first) ? input : first;
    first = bias != null && place(bias) < place(first) ? bias : first;
    if (first != kernel && !isBefore(kernel.inputs().get(0), first)) {
      return;
    }
    if (input != null && first != input && !isBefore(input.inputs().get(1), first)) {
      input = null;
    }
    if (input != null || bias != null) {
      backward.put(first, new Backward(kernel, input, bias));
    }
  }

  private boolean isBefore(Value v, Node n) {
    return v.producer() == null || order.getOrDefault(v.producer(), -1) < place(n);
  }
}
