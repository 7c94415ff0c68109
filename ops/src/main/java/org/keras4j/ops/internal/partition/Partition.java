package org.keras4j.ops.internal.partition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.Convert;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Select;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.StopGradient;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.spi.Collectives.Fold;
import org.keras4j.core.spi.ServingFunction.Claims;

/**
 * The graph of a batch as one process runs it: of inputs that hold samples it gets its own rows, and where values of all
 * samples come together it exchanges with the others. The results are those of the whole graph on every process, whatever
 * the graph computes: a primitive without a rule for divided inputs gets them whole.
 *
 * <p>This is the single-program-multiple-data partitioning of compilers such as GSPMD (Xu et al., 2021), along one axis.
 */
public final class Partition {
  final GraphBuilder b = new GraphBuilder();
  final Split split;
  final Claims claims;
  private final Map<Value, Value> wholes = new HashMap<>();
  private final Map<Cut, Value> cuts = new HashMap<>();
  private int exchanges;
  private int sliced;

  private record Cut(Value value, int axis, long factor) {}

  Partition(Split split, Claims claims) {
    this.split = split;
    this.claims = claims;
  }

  /**
   * Divides a graph.
   *
   * @param g the graph for the whole batch
   * @param rows for each input, whether its first axis counts samples
   * @param split which of them this process has
   * @param claims the composites that are left as they are where they work on each sample by itself
   * @return a graph of as many inputs and outputs, the outputs whole
   */
  public static Graph of(Graph g, List<Boolean> rows, Split split, Claims claims) {
    Partition p = new Partition(split, claims);
    List<Placed> in = new ArrayList<>();
    for (int i = 0; i < g.inputs().size(); i++) {
      in.add(p.input(g.inputs().get(i).spec(), rows.get(i) ? Layout.rows(0, 1) : Layout.WHOLE));
    }
    List<Value> out = p.run(g, in).stream().map(p::whole).toList();
    return Buckets.merged(p.b.build(out), split);
  }

  /** An input of this process's graph. */
  Placed input(TensorSpec whole, Layout layout) {
    return new Placed(b.input(local(whole, layout)), layout, whole);
  }

  /** The spec of what this process has. */
  TensorSpec local(TensorSpec whole, Layout layout) {
    return layout.isRows()
        ? whole.withShape(whole.shape().with(layout.axis(), split.rows() * layout.factor()))
        : whole;
  }

  /** Places the nodes of a graph; what becomes of its outputs. */
  List<Placed> run(Graph g, List<Placed> arguments) {
    Map<Value, Placed> map = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      map.put(g.inputs().get(i), arguments.get(i));
    }
    for (Node n : g.nodes()) {
      List<Placed> in = n.inputs().stream().map(map::get).toList();
      List<Placed> out = n.primitive().accept(Rules.ALL, new Site(this, n, in));
      for (int i = 0; i < out.size(); i++) {
        map.put(n.outputs().get(i), out.get(i));
      }
    }
    return g.outputs().stream().map(map::get).toList();
  }

  /** How often something was exchanged, or cut out of a whole value. */
  int contacts() {
    return exchanges + sliced;
  }

  // ---- values

  /** All of a value. */
  Value whole(Placed p) {
    if (p.isWhole()) {
      return p.value();
    }
    return wholes.computeIfAbsent(
        p.value(),
        v -> exchanged(
            v,
            p.isPartial()
                ? new Exchange.Folded(Fold.SUM, p.whole())
                : new Exchange.Joined(p.layout().axis(), p.layout().factor(), p.whole())));
  }

  Value exchanged(Value v, Exchange.Item item) {
    exchanges++;
    return b.add1(Exchange.call(split, List.of(item)), v);
  }

  /** A value's rows; of one that has size 1 there, or no such axis, all. */
  Value aligned(Placed p, int axis, long factor) {
    if (p.hasRowsAt(axis) && p.layout().factor() == factor) {
      return p.value();
    }
    Value w = whole(p);
    return axis < 0 || w.spec().dim(axis) == 1 ? w : rows(w, axis, factor);
  }

  /** The rows of a whole value: computed as such where that is as good, else cut out. */
  Value rows(Value v, int axis, long factor) {
    Cut key = new Cut(v, axis, factor);
    Value known = cuts.get(key);
    if (known == null) {
      known = cut(v, axis, factor);
      cuts.put(key, known);
    }
    return known;
  }

  private Value cut(Value v, int axis, long factor) {
    Node n = v.producer();
    long size = split.rows() * factor;
    if (n != null) {
      Primitive p = n.primitive();
      if (p instanceof BroadcastInDim to && n.inputs().size() == 1) {
        Value from = n.inputs().get(0);
        int at = to.dims().indexOf(axis);
        boolean repeated = at < 0 || from.spec().dim(at) == 1;
        return b.add1(
            new BroadcastInDim(to.to().with(axis, size), to.dims()),
            repeated ? from : rows(from, at, factor));
      } else if (p instanceof Iota i && i.axis() != axis && n.inputs().isEmpty()) {
        return b.add(new Iota(i.shape().with(axis, size), i.axis(), i.dtype()), List.of())
            .get(0);
      } else if (p instanceof Transpose t) {
        return b.add1(t, rows(n.inputs().get(0), t.permutation().get(axis), factor));
      } else if (isElementwise(p)) {
        List<Value> in = new ArrayList<>();
        for (Value x : n.inputs()) {
          int at = axis - (v.spec().rank() - x.spec().rank());
          in.add(at < 0 || x.spec().dim(at) == 1 ? x : rows(x, at, factor));
        }
        return b.add(p, in).get(0);
      }
    }
    sliced++;
    long[] start = new long[v.spec().rank()];
    long[] limit = v.spec().shape().toArray();
    start[axis] = split.start() * factor;
    limit[axis] = start[axis] + size;
    return b.add1(
        new Slice(LongList.of(start), LongList.of(limit), LongList.repeat(1, start.length)), v);
  }

  private static boolean isElementwise(Primitive p) {
    return p instanceof Unary
        || p instanceof Binary
        || p instanceof Compare
        || p instanceof Select
        || p instanceof Convert
        || p instanceof StopGradient;
  }

  /** A term of a whole value: it on the first process, zeros on the others. */
  Value term(Value whole) {
    return split.group().rank() == 0 ? whole : zeros(whole.spec());
  }

  Value zeros(TensorSpec spec) {
    Value zero = b.add(new ArrayConstant(NDArray.zeros(spec.dtype(), Shape.SCALAR)), List.of())
        .get(0);
    return spec.rank() == 0 ? zero : b.add1(new BroadcastInDim(spec.shape(), IntList.of()), zero);
  }

  /** Whether a value is nothing but zeros, as far as can be seen. */
  static boolean isZero(Value v) {
    Node n = v.producer();
    if (n == null) {
      return false;
    }
    if (n.primitive() instanceof BroadcastInDim || n.primitive() instanceof Convert) {
      return isZero(n.inputs().get(0));
    }
    NDArray literal = n.primitive().literal();
    if (literal == null || literal.dtype().isComplex() || literal.size() > 64) {
      return false;
    }
    for (int i = 0; i < literal.size(); i++) {
      if (literal.getDouble(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
