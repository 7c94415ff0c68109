package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.keras4j.core.primitive.HostKernel;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.LeadingZeros;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.PopulationCount;
import org.keras4j.core.primitive.Primitive;
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
import org.keras4j.core.primitive.Trait;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.primitive.TriangularSolve;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.While;
import org.keras4j.core.primitive.WindowSelectAdd;
import org.keras4j.core.spi.Lowering;
import org.keras4j.core.spi.Site;

/** The form in ONNX of every primitive that has one; the others are refused by name. */
final class OnnxLowering implements Lowering<Term> {
  private final OnnxOps o;
  private final Elementwise elementwise;
  private final Shapes shapes;
  private final Indexing indexing;
  private final Reductions reductions;

  OnnxLowering(OnnxOps ops) {
    this.o = ops;
    this.elementwise = new Elementwise(ops);
    this.shapes = new Shapes(ops);
    this.indexing = new Indexing(ops);
    this.reductions = new Reductions(ops);
  }

  /** Lowers a whole graph. */
  List<Term> apply(Graph g, List<Term> arguments) {
    Map<Value, Term> terms = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      terms.put(g.inputs().get(i), arguments.get(i));
    }
    Signs signs = new Signs(g);
    for (Node n : g.nodes()) {
      if (signs.makes(n)) { // the float itself stands for its bits
        terms.put(n.outputs().get(0), terms.get(n.inputs().get(0)));
        continue;
      }
      if (signs.asks(n)) {
        terms.put(
            n.outputs().get(0),
            elementwise.isNegative(Objects.requireNonNull(terms.get(n.inputs().get(0)))));
        continue;
      }
      Site<Term> site = new Site<>(all(terms, n.inputs()), n.inputSpecs(), n.outputSpecs());
      List<Term> out;
      try {
        out = apply(n.primitive(), site);
      } catch (Refusal e) {
        throw e.in(n.primitive().label() + " of " + n.inputSpecs());
      }
      for (int i = 0; i < out.size(); i++) {
        terms.put(n.outputs().get(i), out.get(i));
      }
    }
    return all(terms, g.outputs());
  }

  private List<Term> apply(Primitive p, Site<Term> s) {
    List<Term> out = p.accept(this, s);
    if (!p.is(Trait.ARITHMETIC)) {
      return out;
    }
    List<Term> wrapped = new ArrayList<>(); // bytes carry the four-bit integers
    for (int i = 0; i < out.size(); i++) {
      wrapped.add(elementwise.wrap(out.get(i), s.out(i).dtype()));
    }
    return wrapped;
  }

  private static List<Term> all(Map<Value, Term> terms, List<Value> values) {
    List<Term> out = new ArrayList<>(values.size());
    for (Value v : values) {
      out.add(terms.get(v));
    }
    return out;
  }

  private static List<Term> rest(Site<Term> s) {
    return s.inputs().subList(1, s.inputs().size());
  }

  private static List<Term> refused(String why) {
    throw new Refusal(why);
  }

  @Override
  public List<Term> constant(ArrayConstant p, Site<Term> s) {
    return List.of(o.constant(Types.stored(p.value())));
  }

  @Override
  public List<Term> iota(Iota p, Site<Term> s) {
    return List.of(shapes.iota(p.shape(), p.axis(), Types.stored(p.dtype()), s.inputs()));
  }

  @Override
  public List<Term> randomBits(RandomBits p, Site<Term> s) {
    return List.of(new Philox(o).bits(s.input(0), p.shape()));
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
    return List.of(elementwise.select(s.input(0), s.input(1), s.input(2)));
  }

  @Override
  public List<Term> convert(Convert p, Site<Term> s) {
    return List.of(elementwise.convert(s.input(0), s.in(0).dtype(), p.to()));
  }

  @Override
  public List<Term> bitcast(Bitcast p, Site<Term> s) {
    return List.of(elementwise.bitcast(s.input(0), s.in(0).dtype(), p.to()));
  }

  @Override
  public List<Term> populationCount(PopulationCount p, Site<Term> s) {
    return List.of(new Bits(o, elementwise).ones(s.input(0), s.in(0).dtype()));
  }

  @Override
  public List<Term> leadingZeros(LeadingZeros p, Site<Term> s) {
    return List.of(new Bits(o, elementwise).leadingZeros(s.input(0), s.in(0).dtype()));
  }

  @Override
  public List<Term> reducePrecision(ReducePrecision p, Site<Term> s) {
    return List.of(new Bits(o, elementwise).rounded(s.input(0), p));
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
    return List.of(o.dim(s.input(0), s.input(0).shape().axis(p.axis())));
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
    TensorSpec out = Types.stored(s.out(0));
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
    return refused("ONNX has no complex numbers");
  }

  @Override
  public List<Term> cholesky(Cholesky p, Site<Term> s) {
    return refused("ONNX factors no matrices");
  }

  @Override
  public List<Term> triangularSolve(TriangularSolve p, Site<Term> s) {
    return refused("ONNX solves no equations");
  }

  @Override
  public List<Term> lu(Lu p, Site<Term> s) {
    return refused("ONNX factors no matrices");
  }

  @Override
  public List<Term> qr(Qr p, Site<Term> s) {
    return refused("ONNX factors no matrices");
  }

  @Override
  public List<Term> svd(Svd p, Site<Term> s) {
    return refused("ONNX factors no matrices");
  }

  @Override
  public List<Term> eigh(Eigh p, Site<Term> s) {
    return refused("ONNX finds no eigenvalues");
  }

  @Override
  public List<Term> eig(Eig p, Site<Term> s) {
    return refused("ONNX finds no eigenvalues");
  }

  @Override
  public List<Term> caseOf(Case p, Site<Term> s) {
    List<TensorSpec> out = new ArrayList<>();
    s.out().forEach(x -> out.add(Types.stored(x)));
    return new Control(o).choose(s.input(0), rest(s), p.branches(), out);
  }

  @Override
  public List<Term> whileLoop(While p, Site<Term> s) {
    return new Control(o).loop(p, s.inputs());
  }

  @Override
  public List<Term> scan(Scan p, Site<Term> s) {
    return new Control(o).scan(p, s.inputs());
  }

  @Override
  public List<Term> stopGradient(StopGradient p, Site<Term> s) {
    return List.of(s.input(0));
  }

  @Override
  public List<Term> barrier(Barrier p, Site<Term> s) {
    return s.inputs();
  }

  @Override
  public List<Term> hostCall(HostCall p, Site<Term> s) {
    HostKernel kernel = p.body().kernel();
    if (kernel == null) {
      return refused("it runs Java code ('" + p.function() + "')");
    }
    return List.of(new Texts(o).lower(kernel, s.input(0)));
  }

  @Override
  public List<Term> composite(Composite p, Site<Term> s) {
    return Claims.has(p, s.in(), o.opset)
        ? Claims.lower(o, p, s)
        : apply(p.body(s.in()), s.inputs());
  }
}
