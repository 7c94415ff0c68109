package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.*;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.Lowering;
import org.keras4j.core.spi.Site;

/** The lowering of every primitive, the same whether it runs at once or becomes part of a graph. */
public final class TensorFlowLowering implements Lowering<Term> {
  private final TensorFlowOps o;
  private final Elementwise elementwise;
  private final BitPatterns bits;
  private final Shapes shapes;
  private final Indexing indexing;
  private final Reductions reductions;

  public TensorFlowLowering(Target target) {
    this(new TensorFlowOps(target));
  }

  private TensorFlowLowering(TensorFlowOps ops) {
    this.o = ops;
    this.elementwise = new Elementwise(ops);
    this.bits = new BitPatterns(ops);
    this.shapes = new Shapes(ops);
    this.indexing = new Indexing(ops);
    this.reductions = new Reductions(ops);
  }

  /** Lowers one primitive. */
  public List<Term> apply(Primitive p, Site<Term> site) {
    List<Term> out = p.accept(this, site);
    for (TensorSpec s : site.out()) {
      if (s.dtype() == DType.INT4 || s.dtype() == DType.UINT4) {
        return wrapped(p, out, site);
      }
    }
    return out;
  }

  // bytes carry the four-bit integers, whose arithmetic has to wrap
  private List<Term> wrapped(Primitive p, List<Term> out, Site<Term> site) {
    if (!p.is(Trait.ARITHMETIC)) {
      return out;
    }
    List<Term> y = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      DType t = site.out(i).dtype();
      boolean small = t == DType.INT4 || t == DType.UINT4;
      y.add(small ? elementwise.wrap(out.get(i), t) : out.get(i));
    }
    return y;
  }

  /** Lowers a whole graph. */
  public List<Term> apply(Graph g, List<Term> arguments) {
    Map<Value, Term> terms = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      terms.put(g.inputs().get(i), arguments.get(i));
    }
    Patterns patterns = new Patterns(o, terms);
    for (Node n : g.nodes()) {
      Site<Term> site = new Site<>(all(terms, n.inputs()), n.inputSpecs(), n.outputSpecs());
      @Nullable List<Term> out;
      try {
        out = patterns.apply(n);
        out = out == null ? apply(n.primitive(), site) : out;
      } catch (BackendException e) {
        throw e.in(n.primitive().label() + " on " + n.inputSpecs());
      }
      for (int i = 0; i < out.size(); i++) {
        terms.put(n.outputs().get(i), out.get(i));
      }
    }
    return all(terms, g.outputs());
  }

  private static List<Term> all(Map<Value, Term> terms, List<Value> values) {
    List<Term> out = new ArrayList<>(values.size());
    for (Value v : values) {
      out.add(terms.get(v));
    }
    return out;
  }

  private static Body body(Graph g) {
    return (ops, arguments) -> new TensorFlowLowering(ops).apply(g, arguments);
  }

  /** A spec in the dtype that TensorFlow holds. */
  public static TensorSpec stored(TensorSpec s) {
    return s.withDType(NativeType.storage(s.dtype()));
  }

  private static List<Term> rest(Site<Term> s) {
    return s.inputs().subList(1, s.inputs().size());
  }

  @Override
  public List<Term> constant(ArrayConstant p, Site<Term> s) {
    NDArray a = p.value();
    DType t = NativeType.storage(a.dtype());
    return List.of(o.constant(t == a.dtype() ? a : NDArray.ofBytes(a.bytes(), t, a.shape())));
  }

  @Override
  public List<Term> iota(Iota p, Site<Term> s) {
    DType t = NativeType.storage(p.dtype());
    return List.of(shapes.iota(p.shape(), p.axis(), t, s.inputs()));
  }

  @Override
  public List<Term> randomBits(RandomBits p, Site<Term> s) {
    if (!p.shape().isKnown()) {
      throw new IllegalArgumentException("random numbers of shape " + p.shape()
          + " are drawn for known sizes alone: say the sizes of the inputs");
    }
    OpCall word = new OpCall("Bitcast").dtype("type", DType.UINT64);
    Term key = o.reshape(o.call(word, Shape.SCALAR, DType.UINT64, s.input(0)), Shape.of(1));
    Term counter = o.constant(NDArray.zeros(DType.UINT64, Shape.of(2)));
    OpCall call = new OpCall("StatelessRandomUniformFullIntV2").dtype("dtype", DType.UINT32);
    Term philox = o.scalar(1);
    return List.of(o.call(call, p.shape(), DType.UINT32, o.ints(p.shape()), key, counter, philox));
  }

  @Override
  public List<Term> unary(Unary p, Site<Term> s) {
    return List.of(elementwise.unary(p.kind(), s.input(0)));
  }

  @Override
  public List<Term> binary(Binary p, Site<Term> s) {
    return List.of(elementwise.binary(p.kind(), s.input(0), s.input(1)));
  }

  @Override
  public List<Term> compare(Compare p, Site<Term> s) {
    return List.of(elementwise.compare(p.direction(), s.input(0), s.input(1)));
  }

  @Override
  public List<Term> select(Select p, Site<Term> s) {
    return List.of(o.select(s.input(0), s.input(1), s.input(2)));
  }

  @Override
  public List<Term> convert(Convert p, Site<Term> s) {
    return List.of(elementwise.convert(s.input(0), p.to()));
  }

  @Override
  public List<Term> bitcast(Bitcast p, Site<Term> s) {
    DType t = NativeType.storage(p.to());
    return List.of(elementwise.bitcast(s.input(0), t, s.out(0).shape()));
  }

  @Override
  public List<Term> populationCount(PopulationCount p, Site<Term> s) {
    return List.of(bits.ones(s.input(0), s.in(0).dtype()));
  }

  @Override
  public List<Term> leadingZeros(LeadingZeros p, Site<Term> s) {
    return List.of(bits.leadingZeros(s.input(0), s.in(0).dtype()));
  }

  @Override
  public List<Term> reducePrecision(ReducePrecision p, Site<Term> s) {
    return List.of(bits.rounded(p, s.input(0)));
  }

  @Override
  public List<Term> reshape(ReshapeTo p, Site<Term> s) {
    return List.of(shapes.reshape(s.input(0), s.out(0).shape(), rest(s)));
  }

  @Override
  public List<Term> broadcastInDim(BroadcastInDim p, Site<Term> s) {
    return List.of(shapes.broadcastInDim(p, s.input(0), rest(s)));
  }

  @Override
  public List<Term> transpose(Transpose p, Site<Term> s) {
    return List.of(o.transpose(s.input(0), p.permutation().toArray()));
  }

  @Override
  public List<Term> reverse(Reverse p, Site<Term> s) {
    return List.of(shapes.reverse(s.input(0), p.axes().toArray()));
  }

  @Override
  public List<Term> slice(Slice p, Site<Term> s) {
    return List.of(shapes.slice(s.input(0), p.start(), p.limit(), p.stride()));
  }

  @Override
  public List<Term> pad(Pad p, Site<Term> s) {
    return List.of(shapes.pad(p, s.input(0), s.input(1)));
  }

  @Override
  public List<Term> concatenate(Concat p, Site<Term> s) {
    return List.of(o.concat(s.inputs(), p.axis()));
  }

  @Override
  public List<Term> dynamicSlice(DynamicSlice p, Site<Term> s) {
    return List.of(indexing.dynamicSlice(s.input(0), s.input(1), p.sizes()));
  }

  @Override
  public List<Term> dynamicUpdateSlice(DynamicUpdateSlice p, Site<Term> s) {
    return List.of(indexing.dynamicUpdateSlice(s.input(0), s.input(1), s.input(2)));
  }

  @Override
  public List<Term> dimSize(DimSize p, Site<Term> s) {
    return List.of(o.dim(s.input(0), p.axis()));
  }

  @Override
  public List<Term> take(Take p, Site<Term> s) {
    return List.of(indexing.take(s.input(0), s.input(1), p.axis(), p.mode(), s.out(0)));
  }

  @Override
  public List<Term> gatherNd(GatherNd p, Site<Term> s) {
    return List.of(
        indexing.gatherNd(s.input(0), s.input(1), p.batchDims(), s.out(0).shape()));
  }

  @Override
  public List<Term> scatterNd(ScatterNd p, Site<Term> s) {
    return List.of(indexing.scatterNd(p.kind(), s.input(0), s.input(1), s.input(2)));
  }

  @Override
  public List<Term> reduce(Reduce p, Site<Term> s) {
    return List.of(reductions.reduce(p.kind(), s.input(0), p.axes().toArray()));
  }

  @Override
  public List<Term> argReduce(ArgReduce p, Site<Term> s) {
    return List.of(reductions.argReduce(p.max(), s.input(0), p.axis()));
  }

  @Override
  public List<Term> cumulative(Cumulative p, Site<Term> s) {
    return List.of(reductions.cumulative(p.kind(), s.input(0), p.axis(), p.reverse()));
  }

  @Override
  public List<Term> reduceWindow(ReduceWindow p, Site<Term> s) {
    return List.of(
        new Windows(o).reduceWindow(p.kind(), p.window(), s.input(0), s.out(0).shape()));
  }

  @Override
  public List<Term> windowSelectAdd(WindowSelectAdd p, Site<Term> s) {
    return List.of(new Windows(o).windowSelectAdd(p.window(), s.input(0), s.input(1)));
  }

  @Override
  public List<Term> dotGeneral(DotGeneral p, Site<Term> s) {
    TensorSpec out = stored(s.out(0));
    return List.of(new Contractions(o).dot(p, s.input(0), s.input(1), out));
  }

  @Override
  public List<Term> conv(Conv p, Site<Term> s) {
    return List.of(
        new Convolutions(o).conv(p.conv(), s.input(0), s.input(1), s.out(0).shape()));
  }

  @Override
  public List<Term> convInputGrad(ConvInputGrad p, Site<Term> s) {
    return List.of(
        new Convolutions(o).inputGrad(p.conv(), s.input(0), s.input(1), s.out(0).shape()));
  }

  @Override
  public List<Term> convKernelGrad(ConvKernelGrad p, Site<Term> s) {
    return List.of(new Convolutions(o)
        .kernelGrad(p.conv(), s.input(0), s.input(1), s.out(0).shape()));
  }

  @Override
  public List<Term> sort(Sort p, Site<Term> s) {
    return new Sorting(o).sort(s.inputs(), p.axis(), p.descending());
  }

  @Override
  public List<Term> topK(TopK p, Site<Term> s) {
    return new Sorting(o).largest(s.input(0), p.k());
  }

  @Override
  public List<Term> fft(Fft p, Site<Term> s) {
    TensorSpec out = s.out(0);
    return List.of(
        new Fourier(o).transform(p.kind(), p.lengths(), s.input(0), out.shape(), out.dtype()));
  }

  @Override
  public List<Term> cholesky(Cholesky p, Site<Term> s) {
    return List.of(new LinearAlgebra(o).cholesky(s.input(0)));
  }

  @Override
  public List<Term> triangularSolve(TriangularSolve p, Site<Term> s) {
    return List.of(new LinearAlgebra(o).triangularSolve(p, s.input(0), s.input(1)));
  }

  @Override
  public List<Term> lu(Lu p, Site<Term> s) {
    return new LinearAlgebra(o).lu(s.input(0), s.out());
  }

  @Override
  public List<Term> qr(Qr p, Site<Term> s) {
    return new LinearAlgebra(o).qr(s.input(0), p.full(), s.out());
  }

  @Override
  public List<Term> svd(Svd p, Site<Term> s) {
    return new LinearAlgebra(o).svd(s.input(0), p.full(), s.out());
  }

  @Override
  public List<Term> eigh(Eigh p, Site<Term> s) {
    return new LinearAlgebra(o).eigh(s.input(0), s.out());
  }

  @Override
  public List<Term> eig(Eig p, Site<Term> s) {
    return new LinearAlgebra(o).eig(s.input(0), s.out());
  }

  @Override
  public List<Term> caseOf(Case p, Site<Term> s) {
    int last = p.branches().size() - 1;
    Term index = o.max(o.min(s.input(0), o.scalar(last)), o.scalar(0));
    List<Body> branches = new ArrayList<>();
    p.branches().forEach(g -> branches.add(body(g)));
    List<TensorSpec> out = new ArrayList<>();
    s.out().forEach(x -> out.add(stored(x)));
    return o.target().choose(index, rest(s), branches, out);
  }

  @Override
  public List<Term> whileLoop(While p, Site<Term> s) {
    int carries = p.carries();
    Body next = (ops, a) -> {
      List<Term> out = new ArrayList<>(body(p.body()).apply(ops, a));
      out.addAll(a.subList(carries, a.size())); // the constants go around unchanged
      return out;
    };
    return o.target().loop(s.inputs(), body(p.condition()), next).subList(0, carries);
  }

  @Override
  public List<Term> scan(Scan p, Site<Term> s) {
    int carries = p.carries();
    int end = carries + p.sequences();
    List<Term> sequences = s.inputs().subList(carries, end);
    long steps = p.length();
    Term length;
    if (steps >= 0) {
      length = o.scalar(Math.toIntExact(steps));
    } else {
      length = o.dim(sequences.get(0), 0);
      steps = sequences.get(0).dim(0);
    }
    List<TensorSpec> results = new ArrayList<>();
    for (TensorSpec r :
        p.body().outputSpecs().subList(carries, p.body().outputs().size())) {
      results.add(stored(r));
    }
    return o.target()
        .scan(new Target.Scan(
            length,
            steps,
            s.inputs().subList(0, carries),
            sequences,
            s.inputs().subList(end, s.inputs().size()),
            results,
            p.reverse(),
            body(p.body())));
  }

  @Override
  public List<Term> stopGradient(StopGradient p, Site<Term> s) {
    return List.of(s.input(0));
  }

  @Override
  public List<Term> barrier(Barrier p, Site<Term> s) {
    List<TensorSpec> specs = new ArrayList<>();
    s.inputs().forEach(t -> specs.add(new TensorSpec(t.shape(), t.dtype())));
    return specs.isEmpty()
        ? List.of()
        : o.target().apply(new OpCall("IdentityN"), List.of(s.inputs()), specs);
  }

  @Override
  public List<Term> hostCall(HostCall p, Site<Term> s) {
    return o.target().host(p, s);
  }

  @Override
  public List<Term> composite(Composite p, Site<Term> s) {
    return Claims.lower(o, p, s);
  }
}
