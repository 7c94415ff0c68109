package org.keras4j.ops.internal.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Barrier;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Cholesky;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Concat;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.ConvKernelGrad;
import org.keras4j.core.primitive.Convert;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.DimSize;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.DynamicSlice;
import org.keras4j.core.primitive.DynamicUpdateSlice;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.primitive.Eigh;
import org.keras4j.core.primitive.Fft;
import org.keras4j.core.primitive.GatherNd;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.LeadingZeros;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.PopulationCount;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.PrimitiveVisitor;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.RandomBits;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.ReducePrecision;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Reverse;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.ScatterNd;
import org.keras4j.core.primitive.Select;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.primitive.StopGradient;
import org.keras4j.core.primitive.Svd;
import org.keras4j.core.primitive.Take;
import org.keras4j.core.primitive.TopK;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.primitive.TriangularSolve;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.While;
import org.keras4j.core.primitive.WindowSelectAdd;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.engine.Traced;

/**
 * Runs the graph of a function of one element on a batch. Only nodes that depend on the batch's elements
 * get its axis; those whose rule would not fit run element by element in a scan.
 */
public final class Batching implements PrimitiveVisitor<Batching.Site, List<Batch>> {
  private static final Batching RULES = new Batching();

  private Batching() {}

  /**
   * Where a rule is applied; at least one input has the batch's axis.
   *
   * @param like a tensor with the batch's axis
   */
  record Site(Primitive primitive, List<Batch> inputs, Tensor like) {
    Batch in(int i) {
      return inputs.get(i);
    }

    Tensor tensor(int i) {
      return inputs.get(i).tensor();
    }

    boolean each(int i) {
      return inputs.get(i).each();
    }

    /** An input with the batch's axis. */
    Tensor spread(int i) {
      return inputs.get(i).spread(like);
    }

    List<Tensor> spreadAll() {
      List<Tensor> out = new ArrayList<>();
      inputs.forEach(b -> out.add(b.spread(like)));
      return out;
    }

    long size() {
      return like.shape().dim(0);
    }
  }

  /**
   * Applies a function of one element to the elements along the first axis ({@code
   * keras.ops.vectorized_map}).
   *
   * @param f from the structure of one element to a tensor or nested structure
   * @param elements tensors {@code (n, ...)}, a nested structure
   */
  public static @Nullable Object map(
      String name, UnaryOperator<@Nullable Object> f, @Nullable Object elements) {
    List<Tensor> in = new ArrayList<>();
    List<TensorSpec> specs = new ArrayList<>();
    for (Object leaf : Nest.flatten(elements)) {
      Tensor t = ArrayLike.tensor(leaf);
      if (t.rank() == 0 || (!in.isEmpty() && !compatible(t, in.get(0)))) {
        throw new IllegalArgumentException(
            name + ": expected tensors with a first axis of one size, got " + t.spec()
                + (in.isEmpty() ? "" : " beside " + in.get(0).spec()));
      }
      in.add(t);
      specs.add(t.spec().withShape(t.shape().slice(1)));
    }
    if (in.isEmpty()) {
      throw new IllegalArgumentException(name + ": expected at least one tensor");
    }
    Traced.Joined joined =
        Traced.join(List.of(new Traced.Source(specs, x -> f.apply(Nest.pack(elements, x)))));
    if (!joined.state().isEmpty()) {
      throw new IllegalStateException(name + ": the function assigns " + joined.state()
          + ", which has no meaning for all elements at once; use map");
    }
    List<Batch> args = new ArrayList<>();
    in.forEach(t -> args.add(Batch.each(t)));
    joined.captures().forEach(t -> args.add(Batch.same(t)));
    List<Tensor> out = new ArrayList<>();
    for (Batch b : run(joined.graphs().get(0), args, in.get(0))) {
      out.add(b.spread(in.get(0)));
    }
    return joined.parts().get(0).pack(out);
  }

  private static boolean compatible(Tensor a, Tensor b) {
    return a.shape().slice(0, 1).isCompatible(b.shape().slice(0, 1));
  }

  /** Applies a graph. */
  static List<Batch> run(Graph g, List<Batch> in, Tensor like) {
    Map<Value, Batch> map = new HashMap<>();
    for (int i = 0; i < in.size(); i++) {
      map.put(g.inputs().get(i), in.get(i));
    }
    for (Node n : g.nodes()) {
      List<Batch> args = new ArrayList<>(n.inputs().size());
      n.inputs().forEach(v -> args.add(map.get(v)));
      List<Batch> out = apply(n.primitive(), args, like);
      for (int i = 0; i < out.size(); i++) {
        map.put(n.outputs().get(i), out.get(i));
      }
    }
    List<Batch> out = new ArrayList<>();
    g.outputs().forEach(v -> out.add(map.get(v)));
    return out;
  }

  private static List<Batch> apply(Primitive p, List<Batch> args, Tensor like) {
    if (args.stream().anyMatch(Batch::each)) {
      return p.accept(RULES, new Site(p, args, like));
    }
    List<Tensor> in = new ArrayList<>();
    args.forEach(b -> in.add(b.tensor()));
    List<Batch> out = new ArrayList<>();
    Engine.bind(p, in).forEach(t -> out.add(Batch.same(t)));
    return out;
  }

  static List<Batch> each(List<Tensor> tensors) {
    List<Batch> out = new ArrayList<>();
    tensors.forEach(t -> out.add(Batch.each(t)));
    return out;
  }

  private static List<Batch> bind(Primitive p, Tensor... in) {
    return each(Engine.bind(p, Arrays.asList(in)));
  }

  /** The primitive as it is, on inputs that all have the batch's axis. */
  private static List<Batch> leading(Primitive p, Site s) {
    return each(Engine.bind(p, s.spreadAll()));
  }

  /** Element by element. */
  static List<Batch> oneByOne(Primitive p, Site s) {
    List<TensorSpec> specs = new ArrayList<>();
    List<Tensor> in = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (boolean each : new boolean[] {true, false}) {
      for (int i = 0; i < s.inputs().size(); i++) {
        if (s.each(i) == each) {
          specs.add(s.tensor(i).spec().withShape(s.in(i).shape()));
          in.add(s.tensor(i));
          order.add(i);
        }
      }
    }
    int sequences = (int) s.inputs().stream().filter(Batch::each).count();
    Graph body = Trace.subgraph(specs, new ArrayList<>(), x -> {
      Tensor[] args = new Tensor[x.size()];
      for (int i = 0; i < args.length; i++) {
        args[order.get(i)] = x.get(i);
      }
      return Engine.bind(p, List.of(args));
    });
    return each(Engine.bind(new Scan(body, 0, sequences, s.size(), false), in));
  }

  private static List<Batch> elementwise(Primitive p, Site s) {
    int rank = s.inputs().stream().mapToInt(Batch::rank).max().orElse(0);
    List<Tensor> in = new ArrayList<>();
    s.inputs().forEach(b -> in.add(b.aligned(rank)));
    return each(Engine.bind(p, in));
  }

  @Override
  public List<Batch> constant(ArrayConstant p, Site s) {
    return bind(p);
  }

  @Override
  public List<Batch> iota(Iota p, Site s) {
    return oneByOne(p, s);
  }

  @Override
  public List<Batch> randomBits(RandomBits p, Site s) {
    return oneByOne(p, s);
  }

  @Override
  public List<Batch> unary(Unary p, Site s) {
    return elementwise(p, s);
  }

  @Override
  public List<Batch> binary(Binary p, Site s) {
    return elementwise(p, s);
  }

  @Override
  public List<Batch> compare(Compare p, Site s) {
    return elementwise(p, s);
  }

  @Override
  public List<Batch> select(Select p, Site s) {
    return elementwise(p, s);
  }

  @Override
  public List<Batch> convert(Convert p, Site s) {
    return elementwise(p, s);
  }

  @Override
  public List<Batch> bitcast(Bitcast p, Site s) {
    return elementwise(p, s);
  }

  @Override
  public List<Batch> populationCount(PopulationCount p, Site s) {
    return elementwise(p, s);
  }

  @Override
  public List<Batch> leadingZeros(LeadingZeros p, Site s) {
    return elementwise(p, s);
  }

  @Override
  public List<Batch> reducePrecision(ReducePrecision p, Site s) {
    return elementwise(p, s);
  }

  @Override
  public List<Batch> reshape(ReshapeTo p, Site s) {
    return ShapeBatching.reshape(p, s);
  }

  @Override
  public List<Batch> broadcastInDim(BroadcastInDim p, Site s) {
    return ShapeBatching.broadcastInDim(p, s);
  }

  @Override
  public List<Batch> transpose(Transpose p, Site s) {
    return ShapeBatching.transpose(p, s);
  }

  @Override
  public List<Batch> reverse(Reverse p, Site s) {
    return bind(new Reverse(ShapeBatching.shifted(p.axes())), s.tensor(0));
  }

  @Override
  public List<Batch> slice(Slice p, Site s) {
    return ShapeBatching.slice(p, s);
  }

  @Override
  public List<Batch> pad(Pad p, Site s) {
    return ShapeBatching.pad(p, s);
  }

  @Override
  public List<Batch> concatenate(Concat p, Site s) {
    return leading(new Concat(p.axis() + 1), s);
  }

  @Override
  public List<Batch> dynamicSlice(DynamicSlice p, Site s) {
    return ShapeBatching.dynamicSlice(p, s);
  }

  @Override
  public List<Batch> dynamicUpdateSlice(DynamicUpdateSlice p, Site s) {
    return ShapeBatching.dynamicUpdateSlice(p, s);
  }

  @Override
  public List<Batch> dimSize(DimSize p, Site s) {
    return List.of(Batch.same(Engine.bind1(new DimSize(p.axis() + 1), s.tensor(0))));
  }

  @Override
  public List<Batch> take(Take p, Site s) {
    return IndexBatching.take(p, s);
  }

  @Override
  public List<Batch> gatherNd(GatherNd p, Site s) {
    return IndexBatching.gatherNd(p, s);
  }

  @Override
  public List<Batch> scatterNd(ScatterNd p, Site s) {
    return IndexBatching.scatterNd(p, s);
  }

  @Override
  public List<Batch> reduce(Reduce p, Site s) {
    return bind(new Reduce(p.kind(), ShapeBatching.shifted(p.axes())), s.tensor(0));
  }

  @Override
  public List<Batch> argReduce(ArgReduce p, Site s) {
    return bind(new ArgReduce(p.max(), p.axis() + 1), s.tensor(0));
  }

  @Override
  public List<Batch> cumulative(Cumulative p, Site s) {
    return bind(new Cumulative(p.kind(), p.axis() + 1, p.reverse()), s.tensor(0));
  }

  @Override
  public List<Batch> reduceWindow(ReduceWindow p, Site s) {
    return bind(new ReduceWindow(p.kind(), ShapeBatching.outer(p.window())), s.tensor(0));
  }

  @Override
  public List<Batch> windowSelectAdd(WindowSelectAdd p, Site s) {
    return leading(new WindowSelectAdd(ShapeBatching.outer(p.window())), s);
  }

  @Override
  public List<Batch> dotGeneral(DotGeneral p, Site s) {
    return ProductBatching.dotGeneral(p, s);
  }

  @Override
  public List<Batch> conv(Conv p, Site s) {
    return ProductBatching.conv(p, s);
  }

  @Override
  public List<Batch> convInputGrad(ConvInputGrad p, Site s) {
    return oneByOne(p, s);
  }

  @Override
  public List<Batch> convKernelGrad(ConvKernelGrad p, Site s) {
    return oneByOne(p, s);
  }

  @Override
  public List<Batch> sort(Sort p, Site s) {
    return leading(new Sort(p.axis() + 1, p.descending()), s);
  }

  @Override
  public List<Batch> topK(TopK p, Site s) {
    return leading(p, s);
  }

  @Override
  public List<Batch> fft(Fft p, Site s) {
    return leading(p, s);
  }

  @Override
  public List<Batch> cholesky(Cholesky p, Site s) {
    return leading(p, s);
  }

  @Override
  public List<Batch> triangularSolve(TriangularSolve p, Site s) {
    return leading(p, s);
  }

  @Override
  public List<Batch> lu(Lu p, Site s) {
    return leading(p, s);
  }

  @Override
  public List<Batch> qr(Qr p, Site s) {
    return leading(p, s);
  }

  @Override
  public List<Batch> svd(Svd p, Site s) {
    return leading(p, s);
  }

  @Override
  public List<Batch> eigh(Eigh p, Site s) {
    return leading(p, s);
  }

  @Override
  public List<Batch> eig(Eig p, Site s) {
    return leading(p, s);
  }

  @Override
  public List<Batch> caseOf(Case p, Site s) {
    return ControlBatching.caseOf(p, s);
  }

  @Override
  public List<Batch> whileLoop(While p, Site s) {
    return ControlBatching.whileLoop(p, s);
  }

  @Override
  public List<Batch> scan(Scan p, Site s) {
    return ControlBatching.scan(p, s);
  }

  @Override
  public List<Batch> stopGradient(StopGradient p, Site s) {
    return elementwise(p, s);
  }

  @Override
  public List<Batch> barrier(Barrier p, Site s) {
    List<Tensor> in = new ArrayList<>();
    s.inputs().forEach(b -> in.add(b.tensor()));
    List<Tensor> out = Engine.bind(p, in);
    List<Batch> result = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      result.add(new Batch(out.get(i), s.each(i)));
    }
    return result;
  }

  @Override
  public List<Batch> hostCall(HostCall p, Site s) {
    return oneByOne(p, s);
  }

  @Override
  public List<Batch> composite(Composite p, Site s) {
    return ControlBatching.composite(p, s);
  }
}
