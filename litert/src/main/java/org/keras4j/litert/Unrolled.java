package org.keras4j.litert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keras4j.core.Shape;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.Concat;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.primitive.TopK;

/**
 * Graphs without scans of a known number of steps: TensorFlow Lite's loops over lists of tensors want all sizes known, and the batch is
 * open. Longer scans stay as they are. Floats are put in order as TensorFlow Lite does it, which has no operators for bits and gives NaN no place.
 */
final class Unrolled {
  static final int MOST = 256;

  private Unrolled() {}

  static Graph of(Graph g) {
    if (!isChanged(g)) {
      return g;
    }
    GraphBuilder b = new GraphBuilder();
    List<Value> arguments = new ArrayList<>();
    g.inputs().forEach(v -> arguments.add(b.input(v.spec())));
    return b.build(inlined(b, g, arguments));
  }

  private static boolean isChanged(Graph g) {
    for (Node n : g.nodes()) {
      boolean inside = n.primitive() instanceof Composite c && isChanged(c.body(n.inputSpecs()));
      boolean scan = n.primitive() instanceof Scan s && steps(s, n) >= 0;
      if (inside || scan || isOrder(n)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOrder(Node n) {
    Primitive p = n.primitive();
    return (p instanceof TopK || p instanceof Sort || p instanceof ArgReduce)
        && n.inputs().get(0).spec().dtype().isFloat();
  }

  private static Composite ordered(Primitive p) {
    return new Composite(
        Composites.ORDER_OF_NUMBERS, Attributes.named("of", p.toString()), specs -> {
          GraphBuilder b = new GraphBuilder();
          List<Value> in = new ArrayList<>();
          specs.forEach(x -> in.add(b.input(x)));
          return b.build(b.add(p, in));
        });
  }

  private static List<Value> inlined(GraphBuilder b, Graph g, List<Value> arguments) {
    Map<Value, Value> mine = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      mine.put(g.inputs().get(i), arguments.get(i));
    }
    for (Node n : g.nodes()) {
      List<Value> in = mapped(mine, n.inputs());
      List<Value> out;
      if (n.primitive() instanceof Scan s && steps(s, n) >= 0) {
        out = steps(b, s, (int) steps(s, n), in);
      } else if (n.primitive() instanceof Composite c && isChanged(c.body(n.inputSpecs()))) {
        out = inlined(b, c.body(n.inputSpecs()), in);
      } else if (isOrder(n)) {
        out = b.add(ordered(n.primitive()), in, n.outputSpecs());
      } else {
        out = b.add(n.primitive(), in, n.outputSpecs());
      }
      for (int i = 0; i < out.size(); i++) {
        mine.put(n.outputs().get(i), out.get(i));
      }
    }
    return mapped(mine, g.outputs());
  }

  private static List<Value> mapped(Map<Value, Value> map, List<Value> values) {
    List<Value> out = new ArrayList<>();
    values.forEach(v -> out.add(Objects.requireNonNull(map.get(v))));
    return out;
  }

  private static boolean isReshaped(Shape s) {
    return Arrays.stream(s.toArray()).filter(d -> d < 0).count() <= 1;
  }

  /** How many steps a scan has; -1 if it stays. */
  private static long steps(Scan s, Node n) {
    long length = s.length();
    for (int i = s.carries(); i < s.carries() + s.sequences(); i++) {
      Shape x = n.inputs().get(i).spec().shape();
      length = length < 0 ? x.dim(0) : length;
      if (!isReshaped(x.slice(1))) {
        return -1;
      }
    }
    for (Value y : s.body().outputs()) {
      if (!isReshaped(y.spec().shape())) {
        return -1;
      }
    }
    return length > MOST || length == 0 ? -1 : length;
  }

  private static List<Value> steps(GraphBuilder b, Scan s, int length, List<Value> in) {
    List<Value> state = in.subList(0, s.carries());
    int end = s.carries() + s.sequences();
    int results = s.body().outputs().size() - s.carries();
    Value[][] given = new Value[results][length];
    for (int k = 0; k < length; k++) {
      int at = s.reverse() ? length - 1 - k : k;
      List<Value> arguments = new ArrayList<>(state);
      for (Value x : in.subList(s.carries(), end)) {
        arguments.add(row(b, x, at));
      }
      arguments.addAll(in.subList(end, in.size()));
      List<Value> out = inlined(b, s.body(), arguments);
      state = out.subList(0, s.carries());
      for (int r = 0; r < results; r++) {
        Value y = out.get(s.carries() + r);
        given[r][at] = b.add1(new ReshapeTo(y.spec().shape().insert(0, 1)), y);
      }
    }
    List<Value> all = new ArrayList<>(state);
    for (Value[] parts : given) {
      all.add(
          parts.length == 1 ? parts[0] : b.add(new Concat(0), List.of(parts)).get(0));
    }
    return all;
  }

  private static Value row(GraphBuilder b, Value x, int at) {
    Shape s = x.spec().shape();
    long[] start = new long[s.rank()];
    long[] limit = new long[s.rank()];
    for (int i = 0; i < limit.length; i++) {
      limit[i] = s.dim(i) < 0 ? Long.MAX_VALUE : s.dim(i);
    }
    start[0] = at;
    limit[0] = at + 1L;
    Slice one = new Slice(LongList.of(start), LongList.of(limit), LongList.repeat(1, s.rank()));
    return b.add1(new ReshapeTo(s.slice(1)), b.add1(one, x));
  }
}
