package org.keras4j.litert;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.Concat;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.StopGradient;
import org.keras4j.core.primitive.Take;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.core.spi.ServingFunction;

/**
 * Which values of a graph are quantized, and between which limits each lies on examples. Quantized are the float inputs and what nodes
 * give, but for what the converter folds into the product before it (biases, normalization by kept statistics, relu), what only moves
 * elements, and what has limits of its own (sigmoid, tanh, softmax).
 */
final class Calibration {
  // folded into the product before them
  private static final Set<String> FOLDED = Set.of(
      Composites.RELU.name(), Composites.RELU6.name(), Composites.BATCH_NORMALIZATION.name());
  // pooling is done in integers, and so gives what has the limits of its input
  private static final Set<String> BOUNDED =
      Set.of(Composites.SOFTMAX.name(), Composites.MAX_POOL.name(), Composites.AVERAGE_POOL.name());

  private final Graph graph;
  private final Map<Value, List<Node>> users = new HashMap<>();
  private final Set<Value> fixed = new HashSet<>();
  private final Set<Value> products = new HashSet<>();
  private final List<Value> places = new ArrayList<>();

  /**
   * The places of a graph.
   *
   * @param graph takes inputs, then weights
   * @param inputs how many inputs it takes
   */
  Calibration(Graph graph, int inputs) {
    this.graph = graph;
    for (Node n : graph.nodes()) {
      n.inputs().forEach(v -> users.computeIfAbsent(v, k -> new ArrayList<>()).add(n));
    }
    fixed.addAll(graph.inputs().subList(inputs, graph.inputs().size()));
    for (Value v : graph.inputs().subList(0, inputs)) {
      if (v.spec().dtype() == DType.FLOAT32) {
        places.add(v);
      }
    }
    graph.nodes().forEach(this::place);
  }

  private void place(Node n) {
    if (fixed.containsAll(n.inputs())) {
      fixed.addAll(n.outputs());
      return;
    }
    if (isProduct(n)) {
      products.addAll(n.outputs());
    }
    for (Value v : n.outputs()) {
      boolean folded = products.contains(v) && isFoldedOn(v);
      if (v.spec().dtype() == DType.FLOAT32 && !folded && !moves(n.primitive()) && !isBounded(n)) {
        places.add(v);
      }
    }
  }

  private boolean isProduct(Node n) {
    Primitive p = n.primitive();
    if (p instanceof Conv || p instanceof ConvInputGrad || p instanceof DotGeneral) {
      return true;
    } else if (p instanceof Composite c && c.name().equals(Composites.DENSE.name())) {
      return true;
    }
    boolean after = n.inputs().stream().anyMatch(products::contains);
    return after && (folds(n) || moves(p));
  }

  /** Whether a node does one thing to each channel, which the product before it can do itself. */
  private boolean folds(Node n) {
    if (n.primitive() instanceof Composite c) {
      return FOLDED.contains(c.name());
    }
    return n.primitive() instanceof Binary && n.inputs().stream().anyMatch(fixed::contains);
  }

  private boolean isFoldedOn(Value v) {
    List<Node> all = users.getOrDefault(v, List.of());
    return !graph.outputs().contains(v)
        && all.size() == 1
        && (folds(all.get(0)) || all.get(0).primitive() instanceof ReshapeTo);
  }

  private static boolean moves(Primitive p) {
    return p instanceof ReshapeTo
        || p instanceof Transpose
        || p instanceof Slice
        || p instanceof Pad
        || p instanceof Take
        || p instanceof BroadcastInDim
        || p instanceof StopGradient;
  }

  private static boolean isBounded(Node n) {
    if (n.primitive() instanceof Unary u) {
      return u.kind() == UnaryKind.LOGISTIC || u.kind() == UnaryKind.TANH;
    }
    return n.primitive() instanceof Composite c && BOUNDED.contains(c.name());
  }

  /** Copies the graph; {@code seen} gets every value that a place has a copy of, and says what stands for it from then on. */
  private Map<Value, Value> copy(GraphBuilder b, Map<Value, Value> into, Replacing seen) {
    Set<Value> here = new HashSet<>(places);
    for (Value v : graph.inputs()) {
      Value mine = b.input(v.spec());
      into.put(v, here.contains(v) ? seen.replace(v, mine) : mine);
    }
    for (Node n : graph.nodes()) {
      List<Value> in = new ArrayList<>();
      n.inputs().forEach(v -> in.add(into.get(v)));
      List<Value> out = b.add(n.primitive(), in, n.outputSpecs());
      for (int i = 0; i < out.size(); i++) {
        Value v = n.outputs().get(i);
        into.put(v, here.contains(v) ? seen.replace(v, out.get(i)) : out.get(i));
      }
    }
    return into;
  }

  private interface Replacing {
    Value replace(Value original, Value copy);
  }

  private static IntList axes(Value v) {
    int[] all = new int[v.spec().rank()];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    return IntList.of(all);
  }

  /**
   * The limits of each place over examples.
   *
   * @param examples for each input an array with the batch first
   * @throws IllegalArgumentException if there are none, or they do not fit the inputs
   */
  Map<Value, float[]> limits(
      Backend backend,
      List<TensorSpec> specs,
      List<ServingFunction.Weight> weights,
      Iterable<List<NDArray>> examples) {
    GraphBuilder b = new GraphBuilder();
    List<Value> lows = new ArrayList<>();
    List<Value> highs = new ArrayList<>();
    copy(b, new HashMap<>(), (v, mine) -> {
      lows.add(edge(b, ReduceKind.MIN, mine));
      highs.add(edge(b, ReduceKind.MAX, mine));
      return mine;
    });
    Graph measuring = b.build(
        List.of(b.add(new Concat(0), lows).get(0), b.add(new Concat(0), highs).get(0)));
    String device = backend.devices().get(0);
    float[][] all = new float[places.size()][];
    int count = 0;
    List<BackendTensor> kept = new ArrayList<>();
    try (Executable program =
        backend.compile(measuring, new CompileOptions(Map.of(), true, device))) {
      for (ServingFunction.Weight w : weights) {
        kept.add(backend.fromHost(w.value(), device));
      }
      for (List<NDArray> example : examples) {
        count++;
        measure(backend, device, program, checked(specs, example), kept, all);
      }
    } finally {
      kept.forEach(BackendTensor::close);
    }
    if (count == 0) {
      throw new IllegalArgumentException("examples: expected at least one, got none");
    }
    Map<Value, float[]> out = new LinkedHashMap<>();
    for (int i = 0; i < all.length; i++) {
      out.put(places.get(i), all[i]);
    }
    return out;
  }

  private static Value edge(GraphBuilder b, ReduceKind kind, Value v) {
    Value one = v.spec().rank() == 0 ? v : b.add1(new Reduce(kind, axes(v)), v);
    return b.add1(new ReshapeTo(Shape.of(1)), one);
  }

  private static void measure(
      Backend backend,
      String device,
      Executable program,
      List<NDArray> example,
      List<BackendTensor> weights,
      float[][] all) {
    List<BackendTensor> in = new ArrayList<>();
    List<BackendTensor> out = new ArrayList<>();
    try {
      example.forEach(a -> in.add(backend.fromHost(a, device)));
      List<BackendTensor> arguments = new ArrayList<>(in);
      arguments.addAll(weights);
      out.addAll(program.run(arguments));
      NDArray low = out.get(0).toHost();
      NDArray high = out.get(1).toHost();
      for (int i = 0; i < all.length; i++) {
        float[] edges = {low.getFloat(i), high.getFloat(i)};
        if (!Float.isFinite(edges[0]) || !Float.isFinite(edges[1])) {
          throw new IllegalArgumentException(
              "examples: the model computes numbers that are not finite on them");
        }
        float[] now = Objects.requireNonNullElse(all[i], new float[2]);
        // 0 has a step of its own, whatever the limits
        all[i] = new float[] {Math.min(now[0], edges[0]), Math.max(now[1], edges[1])};
      }
    } finally {
      in.forEach(BackendTensor::close);
      out.forEach(BackendTensor::close);
    }
  }

  private static List<NDArray> checked(List<TensorSpec> specs, List<NDArray> example) {
    if (example.size() != specs.size()) {
      throw new IllegalArgumentException("examples: expected " + specs.size()
          + " arrays, one for each input, got " + example.size());
    }
    List<NDArray> out = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      NDArray a = example.get(i);
      TensorSpec s = specs.get(i);
      if (!a.shape().isCompatible(s.shape())) {
        throw new IllegalArgumentException("examples: expected arrays of shape " + s.shape()
            + " for input " + i + ", got " + a.shape());
      }
      out.add(a.dtype() == s.dtype() ? a : a.astype(s.dtype()));
    }
    return out;
  }

  /** The graph with steps of eight bits between the limits at every place. */
  Graph quantized(Map<Value, float[]> limits) {
    GraphBuilder b = new GraphBuilder();
    Map<Value, Value> copies = copy(b, new HashMap<>(), (v, mine) -> {
      float[] edges = Objects.requireNonNull(limits.get(v));
      return edges[0] == edges[1] ? mine : b.add1(FakeQuant.of(edges[0], edges[1]), mine);
    });
    List<Value> outputs = new ArrayList<>();
    graph.outputs().forEach(v -> outputs.add(Objects.requireNonNull(copies.get(v))));
    return b.build(outputs);
  }
}
