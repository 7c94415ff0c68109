package org.keras4j.ops.internal.partition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.spi.Collectives.Fold;

/**
 * Makes one exchange of all that wait for the same ones before them: the gradients of a model without batch statistics
 * become one, between the program that computes them and the one that updates. Where they are more than a bucket, buckets of them
 * are sent as soon as they are there, while the others are computed, and each is waited for where its first sum is needed, so
 * that the first weights are updated while the last gradients are on their way.
 *
 * <p>All processes must begin the same exchanges in the same order, also on a backend that runs what is independent in any: so each
 * takes a token of the one before.
 */
final class Buckets {
  private final GraphBuilder b = new GraphBuilder();
  private final Map<Value, Value> map = new HashMap<>();
  private final Split split;
  private final Map<Value, Bucket> sent = new HashMap<>();
  private @Nullable Value last; // the token of the exchange begun last

  private Buckets(Split split) {
    this.split = split;
  }

  static Graph merged(Graph g, Split split) {
    return new Buckets(split).of(g);
  }

  private Graph of(Graph g) {
    Map<Value, Integer> level = new HashMap<>();
    List<List<Node>> nodes = new ArrayList<>();
    List<List<Node>> exchanges = new ArrayList<>();
    for (Node n : g.nodes()) {
      boolean exchange = isExchange(n);
      int at = exchange ? 1 : 0;
      for (Value v : n.inputs()) {
        at = Math.max(at, level.getOrDefault(v, 0) + (exchange ? 1 : 0));
      }
      for (Value v : n.outputs()) {
        level.put(v, at);
      }
      while (nodes.size() <= at) {
        nodes.add(new ArrayList<>());
        exchanges.add(new ArrayList<>());
      }
      (exchange ? exchanges : nodes).get(at).add(n);
    }
    g.inputs().forEach(v -> map.put(v, b.input(v.spec())));
    boolean early = g.nodes().stream().noneMatch(Buckets::exchangesWithin);
    Outbox out = null;
    for (int i = 0; i < nodes.size(); i++) {
      List<Node> rest = new ArrayList<>(exchanges.get(i));
      if (out != null) {
        out.flush();
        rest.removeAll(out.done);
      }
      if (!rest.isEmpty()) {
        exchange(rest);
      }
      boolean more = early && i + 1 < nodes.size();
      out = more ? outbox(exchanges.get(i + 1)) : null;
      for (Node n : nodes.get(i)) {
        List<Value> in = n.inputs().stream().map(this::value).toList();
        put(n.outputs(), b.add(n.primitive(), in, n.outputSpecs()));
        if (out != null) {
          out.offer();
        }
      }
    }
    return b.build(g.outputs().stream().map(this::value).toList());
  }

  private static boolean isExchange(Node n) {
    return n.primitive() instanceof HostCall h && h.body() instanceof Exchange;
  }

  private static boolean exchangesWithin(Node n) {
    return n.primitive().bodies().stream()
        .anyMatch(g -> g.nodes().stream().anyMatch(m -> isExchange(m) || exchangesWithin(m)));
  }

  /** What a value became; a sum that is on its way is waited for. */
  private Value value(Value old) {
    Value v = map.get(old);
    if (v == null) {
      Bucket s = Objects.requireNonNull(sent.get(old));
      put(s.sums, b.add(s.sending.end(), List.of(Objects.requireNonNull(last))));
      v = map.get(old);
    }
    return Objects.requireNonNull(v);
  }

  private void put(List<Value> old, List<Value> made) {
    for (int i = 0; i < old.size(); i++) {
      map.put(old.get(i), made.get(i));
    }
  }

  private void exchange(List<Node> nodes) {
    List<Exchange.Item> items = new ArrayList<>();
    List<Value> in = new ArrayList<>();
    List<Value> out = new ArrayList<>();
    for (Node n : nodes) {
      items.addAll(((Exchange) ((HostCall) n.primitive()).body()).items());
      n.inputs().forEach(v -> in.add(value(v)));
      out.addAll(n.outputs());
    }
    if (last == null) {
      put(out, b.add(Exchange.call(split, items), in));
      return;
    }
    in.add(last);
    List<Value> made = b.add(Exchange.inOrder(split, items), in);
    put(out, made.subList(0, out.size()));
    last = made.get(out.size());
  }

  // ---- what is sent early

  private record Bucket(Sending sending, List<Value> sums) {}

  /** The sums of a level that go in buckets; null if they are too few. */
  private @Nullable Outbox outbox(List<Node> exchanges) {
    Map<Value, Node> waiting = new LinkedHashMap<>();
    long bytes = 0;
    for (Node n : exchanges) {
      List<Exchange.Item> items = ((Exchange) ((HostCall) n.primitive()).body()).items();
      if (n.inputs().size() == 1
          && items.get(0) instanceof Exchange.Folded f
          && f.fold() == Fold.SUM
          && Exchange.isCarriedAsFloat32(f.out().dtype())
          && waiting.putIfAbsent(n.inputs().get(0), n) == null) {
        bytes += 4 * f.out().shape().size();
      }
    }
    return bytes > split.group().bucketBytes() ? new Outbox(waiting) : null;
  }

  /** Collects what is there until it fills a bucket. */
  private final class Outbox {
    final Set<Node> done = new HashSet<>();
    private final Map<Value, Node> waiting;
    private final List<Node> ready = new ArrayList<>();
    private long bytes;

    Outbox(Map<Value, Node> waiting) {
      this.waiting = waiting;
    }

    /** Takes what is there now. */
    void offer() {
      var it = waiting.entrySet().iterator();
      while (it.hasNext()) {
        var e = it.next();
        if (map.containsKey(e.getKey())) {
          it.remove();
          ready.add(e.getValue());
          bytes += 4 * e.getKey().spec().shape().size();
          if (bytes >= split.group().bucketBytes()) {
            flush();
          }
        }
      }
    }

    /** Sends what is collected. */
    void flush() {
      if (ready.isEmpty()) {
        return;
      }
      List<Value> in = new ArrayList<>();
      List<TensorSpec> values = new ArrayList<>();
      List<Value> sums = new ArrayList<>();
      for (Node n : ready) {
        in.add(value(n.inputs().get(0)));
        values.add(n.inputs().get(0).spec());
        sums.addAll(n.outputs());
      }
      if (last != null) {
        in.add(last);
      }
      Bucket s =
          new Bucket(new Sending(split, values, sums.stream().map(Value::spec).toList()), sums);
      last = b.add(s.sending.begin(), in).get(0);
      sums.forEach(v -> sent.put(v, s));
      done.addAll(ready);
      ready.clear();
      bytes = 0;
    }
  }
}
