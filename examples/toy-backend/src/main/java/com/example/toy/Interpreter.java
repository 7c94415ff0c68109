package com.example.toy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/**
 * Runs primitives and graphs. There is a method for each primitive, or this class would not compile;
 * each leaves the work to a class for its family.
 */
final class Interpreter implements Lowering<NDArray> {
  /** Runs a primitive on arrays. */
  List<NDArray> run(Primitive p, List<NDArray> in) {
    Primitive known = p;
    List<NDArray> operands = in;
    if (p instanceof SizedByInputs s && !s.resultShape().isKnown()) {
      known = s.withResultShape(shape(s, in));
      operands = in.subList(0, s.operands());
    }
    List<TensorSpec> specs = operands.stream().map(NDArray::spec).toList();
    return known.accept(this, new Site<>(operands, specs, known.infer(specs)));
  }

  /** The shape of a result that other inputs tell, or else the operands. */
  private static Shape shape(SizedByInputs p, List<NDArray> in) {
    int operands = p.operands();
    if (in.size() == operands) {
      return p.shapeOf(in.stream().map(NDArray::spec).toList());
    }
    Shape s = p.resultShape();
    int next = operands;
    for (int i = 0; i < s.rank(); i++) {
      if (p.resultShape().dim(i) < 0) {
        long size = in.get(next++).getLong(0);
        if (size < 0) {
          throw new BackendException(p + ": a size of " + size);
        }
        s = s.with(i, size);
      }
    }
    return s;
  }

  /** Runs a graph on arrays, one an input. */
  List<NDArray> run(Graph g, List<NDArray> in) {
    Map<Value, NDArray> values = new HashMap<>();
    for (int i = 0; i < in.size(); i++) {
      values.put(g.inputs().get(i), in.get(i));
    }
    for (Node n : g.nodes()) {
      List<NDArray> out = run(n.primitive(), all(values, n.inputs()));
      for (int i = 0; i < out.size(); i++) {
        values.put(n.outputs().get(i), out.get(i));
      }
    }
    return all(values, g.outputs());
  }

  private static List<NDArray> all(Map<Value, NDArray> values, List<Value> which) {
    List<NDArray> out = new ArrayList<>();
    for (Value v : which) {
      out.add(values.get(v));
    }
    return out;
  }

  @Override
  public List<NDArray> constant(ArrayConstant p, Site<NDArray> s) {
    return List.of(p.value());
  }

  @Override
  public List<NDArray> iota(Iota p, Site<NDArray> s) {
    return List.of(Movement.iota(p));
  }

  @Override
  public List<NDArray> randomBits(RandomBits p, Site<NDArray> s) {
    return List.of(Philox.words(s.input(0), p.shape()));
  }

  @Override
  public List<NDArray> unary(Unary p, Site<NDArray> s) {
    return List.of(Elementwise.unary(p.kind(), s.input(0), s.out(0)));
  }

  @Override
  public List<NDArray> binary(Binary p, Site<NDArray> s) {
    return List.of(Elementwise.binary(p.kind(), s.input(0), s.input(1), s.out(0)));
  }

  @Override
  public List<NDArray> compare(Compare p, Site<NDArray> s) {
    return List.of(Elementwise.compare(p.direction(), s.input(0), s.input(1), s.out(0)));
  }

  @Override
  public List<NDArray> select(Select p, Site<NDArray> s) {
    return List.of(Elementwise.select(s.input(0), s.input(1), s.input(2), s.out(0)));
  }

  @Override
  public List<NDArray> convert(Convert p, Site<NDArray> s) {
    return List.of(Conversion.convert(s.input(0), p.to()));
  }

  @Override
  public List<NDArray> bitcast(Bitcast p, Site<NDArray> s) {
    return List.of(Conversion.bitcast(s.input(0), s.out(0)));
  }

  @Override
  public List<NDArray> populationCount(PopulationCount p, Site<NDArray> s) {
    return List.of(Bits.ones(s.input(0)));
  }

  @Override
  public List<NDArray> leadingZeros(LeadingZeros p, Site<NDArray> s) {
    return List.of(Bits.leadingZeros(s.input(0)));
  }

  @Override
  public List<NDArray> reducePrecision(ReducePrecision p, Site<NDArray> s) {
    return List.of(Bits.rounded(p, s.input(0)));
  }

  @Override
  public List<NDArray> reshape(ReshapeTo p, Site<NDArray> s) {
    return List.of(s.input(0).reshape(s.out(0).shape().toArray()));
  }

  @Override
  public List<NDArray> broadcastInDim(BroadcastInDim p, Site<NDArray> s) {
    return List.of(Movement.broadcast(p, s.input(0)));
  }

  @Override
  public List<NDArray> transpose(Transpose p, Site<NDArray> s) {
    return List.of(Movement.transpose(p, s.input(0), s.out(0).shape()));
  }

  @Override
  public List<NDArray> reverse(Reverse p, Site<NDArray> s) {
    return List.of(Movement.reverse(p, s.input(0)));
  }

  @Override
  public List<NDArray> slice(Slice p, Site<NDArray> s) {
    return List.of(Movement.slice(p, s.input(0), s.out(0).shape()));
  }

  @Override
  public List<NDArray> pad(Pad p, Site<NDArray> s) {
    return List.of(Movement.pad(p, s.input(0), s.input(1), s.out(0).shape()));
  }

  @Override
  public List<NDArray> concatenate(Concat p, Site<NDArray> s) {
    return List.of(Movement.concatenate(p.axis(), s.inputs(), s.out(0)));
  }

  @Override
  public List<NDArray> dynamicSlice(DynamicSlice p, Site<NDArray> s) {
    return List.of(Movement.dynamicSlice(s.input(0), s.input(1), s.out(0).shape()));
  }

  @Override
  public List<NDArray> dynamicUpdateSlice(DynamicUpdateSlice p, Site<NDArray> s) {
    return List.of(Movement.dynamicUpdateSlice(s.input(0), s.input(1), s.input(2)));
  }

  @Override
  public List<NDArray> dimSize(DimSize p, Site<NDArray> s) {
    return List.of(NDArray.scalar(s.out(0).dtype(), s.in(0).dim(p.axis())));
  }

  @Override
  public List<NDArray> take(Take p, Site<NDArray> s) {
    return List.of(Indexing.take(p, s.input(0), s.input(1), s.out(0).shape()));
  }

  @Override
  public List<NDArray> gatherNd(GatherNd p, Site<NDArray> s) {
    return List.of(
        Indexing.gather(p.batchDims(), s.input(0), s.input(1), s.out(0).shape()));
  }

  @Override
  public List<NDArray> scatterNd(ScatterNd p, Site<NDArray> s) {
    return List.of(Indexing.scatter(p.kind(), s.input(0), s.input(1), s.input(2)));
  }

  @Override
  public List<NDArray> reduce(Reduce p, Site<NDArray> s) {
    return List.of(Folds.reduce(p, s.input(0), s.out(0)));
  }

  @Override
  public List<NDArray> argReduce(ArgReduce p, Site<NDArray> s) {
    return List.of(Folds.argReduce(p, s.input(0), s.out(0)));
  }

  @Override
  public List<NDArray> cumulative(Cumulative p, Site<NDArray> s) {
    return List.of(Folds.cumulative(p, s.input(0)));
  }

  @Override
  public List<NDArray> reduceWindow(ReduceWindow p, Site<NDArray> s) {
    return List.of(Windows.reduce(p, s.input(0), s.out(0)));
  }

  @Override
  public List<NDArray> windowSelectAdd(WindowSelectAdd p, Site<NDArray> s) {
    return List.of(Windows.selectAdd(p.window(), s.input(0), s.input(1)));
  }

  @Override
  public List<NDArray> dotGeneral(DotGeneral p, Site<NDArray> s) {
    return List.of(Products.dot(p, s.input(0), s.input(1), s.out(0)));
  }

  @Override
  public List<NDArray> conv(Conv p, Site<NDArray> s) {
    return List.of(Convolutions.conv(p.conv(), s.input(0), s.input(1), s.out(0)));
  }

  @Override
  public List<NDArray> convInputGrad(ConvInputGrad p, Site<NDArray> s) {
    return List.of(Convolutions.inputGrad(p.conv(), s.input(0), s.input(1), s.out(0)));
  }

  @Override
  public List<NDArray> convKernelGrad(ConvKernelGrad p, Site<NDArray> s) {
    return List.of(Convolutions.kernelGrad(p.conv(), s.input(0), s.input(1), s.out(0)));
  }

  @Override
  public List<NDArray> sort(Sort p, Site<NDArray> s) {
    return Sorting.sort(p, s.inputs());
  }

  @Override
  public List<NDArray> topK(TopK p, Site<NDArray> s) {
    return Sorting.topK(s.input(0), s.out());
  }

  @Override
  public List<NDArray> fft(Fft p, Site<NDArray> s) {
    return List.of(Fourier.transform(p, s.input(0), s.out(0)));
  }

  @Override
  public List<NDArray> cholesky(Cholesky p, Site<NDArray> s) {
    return Matrices.each(s, Factorizations::cholesky);
  }

  @Override
  public List<NDArray> triangularSolve(TriangularSolve p, Site<NDArray> s) {
    return Matrices.each(s, m -> Factorizations.triangularSolve(p, m));
  }

  @Override
  public List<NDArray> lu(Lu p, Site<NDArray> s) {
    return Matrices.each(s, Factorizations::lu);
  }

  @Override
  public List<NDArray> qr(Qr p, Site<NDArray> s) {
    return Matrices.each(s, m -> Factorizations.qr(p.full(), m));
  }

  @Override
  public List<NDArray> svd(Svd p, Site<NDArray> s) {
    return Matrices.each(s, m -> Spectra.svd(p.full(), m));
  }

  @Override
  public List<NDArray> eigh(Eigh p, Site<NDArray> s) {
    return Matrices.each(s, Spectra::eigh);
  }

  @Override
  public List<NDArray> eig(Eig p, Site<NDArray> s) {
    return Matrices.each(s, Spectra::eig);
  }

  @Override
  public List<NDArray> caseOf(Case p, Site<NDArray> s) {
    return Control.caseOf(this, p, s.inputs());
  }

  @Override
  public List<NDArray> whileLoop(While p, Site<NDArray> s) {
    return Control.whileLoop(this, p, s.inputs());
  }

  @Override
  public List<NDArray> scan(Scan p, Site<NDArray> s) {
    return Control.scan(this, p, s.inputs());
  }

  @Override
  public List<NDArray> stopGradient(StopGradient p, Site<NDArray> s) {
    return s.inputs();
  }

  @Override
  public List<NDArray> barrier(Barrier p, Site<NDArray> s) {
    return s.inputs();
  }

  @Override
  public List<NDArray> hostCall(HostCall p, Site<NDArray> s) {
    return Control.hostCall(p, s.inputs());
  }

  @Override
  public List<NDArray> composite(Composite p, Site<NDArray> s) {
    throw new BackendException("Backend 'toy' claims no composites, but was given " + p.name());
  }
}
