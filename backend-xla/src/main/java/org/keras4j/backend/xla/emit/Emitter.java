package org.keras4j.backend.xla.emit;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.*;
import org.keras4j.core.spi.Lowering;
import org.keras4j.core.spi.Site;

/** StableHLO for each primitive. */
final class Emitter implements Lowering<Term> {
  private final Hlo h;
  private final GraphEmitter graphs;
  private final Elementwise elementwise;
  private final Indexing indexing;
  private final Folds folds;
  private final Windows windows;
  private final Convolutions convolutions;
  private final Philox philox;
  private final Control control;
  private final FusedAttention attention;

  Emitter(Hlo h, GraphEmitter graphs) {
    this.h = h;
    this.graphs = graphs;
    this.elementwise = new Elementwise(h);
    this.indexing = new Indexing(h);
    this.folds = new Folds(h);
    this.windows = new Windows(h);
    this.convolutions = new Convolutions(h);
    this.philox = new Philox(h);
    this.control = new Control(h, graphs);
    this.attention = new FusedAttention(h);
  }

  private static TensorType type(Site<Term> s, int output) {
    return Types.of(s.out(output));
  }

  private static long[] dims(TensorSpec s) {
    return s.shape().toArray();
  }

  @Override
  public List<Term> constant(ArrayConstant p, Site<Term> s) {
    return List.of(graphs.constant(p));
  }

  @Override
  public List<Term> iota(Iota p, Site<Term> s) {
    TensorType t = type(s, 0);
    ElementType e = t.element();
    if (e == ElementType.PRED || (e.isFloat() && e.size() < 4)) {
      Term wide = h.iota(t.with(ElementType.S32), p.axis());
      return List.of(elementwise.convert(wide, DType.INT32, p.dtype()));
    }
    return List.of(FourBit.wrap(h, h.iota(t, p.axis()), p.dtype()));
  }

  @Override
  public List<Term> randomBits(RandomBits p, Site<Term> s) {
    return List.of(philox.bits(s.input(0), dims(s.out(0))));
  }

  @Override
  public List<Term> unary(Unary p, Site<Term> s) {
    return List.of(elementwise.unary(p.kind(), s.input(0), s.in(0).dtype()));
  }

  @Override
  public List<Term> binary(Binary p, Site<Term> s) {
    long[] d = dims(s.out(0));
    return List.of(elementwise.binary(
        p.kind(),
        h.broadcastTo(s.input(0), d),
        h.broadcastTo(s.input(1), d),
        s.in(0).dtype()));
  }

  @Override
  public List<Term> compare(Compare p, Site<Term> s) {
    long[] d = dims(s.out(0));
    return List.of(elementwise.compare(
        p.direction(), h.broadcastTo(s.input(0), d), h.broadcastTo(s.input(1), d)));
  }

  @Override
  public List<Term> select(Select p, Site<Term> s) {
    long[] d = dims(s.out(0));
    return List.of(h.select(
        h.broadcastTo(s.input(0), d), h.broadcastTo(s.input(1), d), h.broadcastTo(s.input(2), d)));
  }

  @Override
  public List<Term> convert(Convert p, Site<Term> s) {
    return List.of(elementwise.convert(s.input(0), s.in(0).dtype(), p.to()));
  }

  @Override
  public List<Term> bitcast(Bitcast p, Site<Term> s) {
    return List.of(elementwise.bitcast(s.input(0), p.to(), type(s, 0)));
  }

  @Override
  public List<Term> populationCount(PopulationCount p, Site<Term> s) {
    return List.of(elementwise.ones(s.input(0), s.in(0).dtype()));
  }

  @Override
  public List<Term> leadingZeros(LeadingZeros p, Site<Term> s) {
    return List.of(elementwise.leadingZeros(s.input(0), s.in(0).dtype()));
  }

  @Override
  public List<Term> reducePrecision(ReducePrecision p, Site<Term> s) {
    return List.of(elementwise.rounded(p, s.input(0)));
  }

  @Override
  public List<Term> reshape(ReshapeTo p, Site<Term> s) {
    return List.of(h.reshape(s.input(0), dims(s.out(0))));
  }

  @Override
  public List<Term> broadcastInDim(BroadcastInDim p, Site<Term> s) {
    return List.of(h.broadcast(s.input(0), p.dims().toArray(), dims(s.out(0))));
  }

  @Override
  public List<Term> transpose(Transpose p, Site<Term> s) {
    return List.of(h.transpose(s.input(0), p.permutation().toArray()));
  }

  @Override
  public List<Term> reverse(Reverse p, Site<Term> s) {
    return List.of(h.reverse(s.input(0), p.axes().toArray()));
  }

  @Override
  public List<Term> slice(Slice p, Site<Term> s) {
    Term a = s.input(0);
    long[] start = p.start().toArray();
    long[] limit = p.limit().toArray();
    for (int i = 0; i < start.length; i++) {
      start[i] = Math.min(start[i], a.dim(i));
      limit[i] = Math.max(start[i], Math.min(limit[i], a.dim(i)));
    }
    return List.of(h.slice(a, start, limit, p.stride().toArray()));
  }

  @Override
  public List<Term> pad(Pad p, Site<Term> s) {
    return List.of(h.pad(
        s.input(0),
        s.input(1),
        p.low().toArray(),
        p.high().toArray(),
        p.interior().toArray()));
  }

  @Override
  public List<Term> concatenate(Concat p, Site<Term> s) {
    return List.of(h.concatenate(p.axis(), s.inputs()));
  }

  @Override
  public List<Term> dynamicSlice(DynamicSlice p, Site<Term> s) {
    return List.of(h.dynamicSlice(s.input(0), starts(s.input(1)), p.sizes().toArray()));
  }

  @Override
  public List<Term> dynamicUpdateSlice(DynamicUpdateSlice p, Site<Term> s) {
    return List.of(h.dynamicUpdateSlice(s.input(0), s.input(1), starts(s.input(2))));
  }

  private List<Term> starts(Term vector) {
    List<Term> out = new ArrayList<>();
    for (int i = 0; i < vector.dim(0); i++) {
      out.add(h.reshape(h.sliceAxis(vector, 0, i, i + 1)));
    }
    return out;
  }

  @Override
  public List<Term> dimSize(DimSize p, Site<Term> s) {
    return List.of(h.fullLong(type(s, 0), s.in(0).dim(p.axis())));
  }

  @Override
  public List<Term> take(Take p, Site<Term> s) {
    return List.of(indexing.take(p, s.input(0), s.input(1), type(s, 0), s.out(0).dtype()));
  }

  @Override
  public List<Term> gatherNd(GatherNd p, Site<Term> s) {
    return List.of(indexing.gatherNd(p.batchDims(), s.input(0), s.input(1), type(s, 0)));
  }

  @Override
  public List<Term> scatterNd(ScatterNd p, Site<Term> s) {
    return List.of(FourBit.wrap(
        h, indexing.scatterNd(p, s.input(0), s.input(1), s.input(2)), s.out(0).dtype()));
  }

  @Override
  public List<Term> reduce(Reduce p, Site<Term> s) {
    Term r = folds.reduce(p.kind(), s.input(0), p.axes().toArray());
    return List.of(FourBit.wrap(h, r, s.out(0).dtype()));
  }

  @Override
  public List<Term> argReduce(ArgReduce p, Site<Term> s) {
    return List.of(folds.argReduce(p.max(), p.axis(), s.input(0)));
  }

  @Override
  public List<Term> cumulative(Cumulative p, Site<Term> s) {
    return List.of(FourBit.wrap(h, folds.cumulative(p, s.input(0)), s.out(0).dtype()));
  }

  @Override
  public List<Term> reduceWindow(ReduceWindow p, Site<Term> s) {
    return List.of(FourBit.wrap(
        h,
        windows.reduce(p.kind(), p.window(), s.input(0), type(s, 0)),
        s.out(0).dtype()));
  }

  @Override
  public List<Term> windowSelectAdd(WindowSelectAdd p, Site<Term> s) {
    return List.of(windows.selectAdd(p.window(), s.input(0), s.input(1)));
  }

  @Override
  public List<Term> dotGeneral(DotGeneral p, Site<Term> s) {
    TensorType result = type(s, 0);
    Term a = s.input(0);
    Term b = s.input(1);
    ElementType e = result.element();
    if (a.element() != e && !(e == ElementType.F32 && Folds.narrow(a.element()))) {
      DType to = s.out(0).dtype();
      a = elementwise.convert(a, s.in(0).dtype(), to);
      b = elementwise.convert(b, s.in(1).dtype(), to);
    }
    Term r = AlignedProducts.dot(
        h,
        a,
        b,
        p.lhsBatch().toArray(),
        p.rhsBatch().toArray(),
        p.lhsContract().toArray(),
        p.rhsContract().toArray(),
        result);
    return List.of(FourBit.wrap(h, r, s.out(0).dtype()));
  }

  @Override
  public List<Term> conv(Conv p, Site<Term> s) {
    return List.of(convolutions.forward(p.conv(), s.input(0), s.input(1), type(s, 0)));
  }

  @Override
  public List<Term> convInputGrad(ConvInputGrad p, Site<Term> s) {
    return List.of(convolutions.inputGrad(p.conv(), s.input(0), s.input(1), type(s, 0)));
  }

  @Override
  public List<Term> convKernelGrad(ConvKernelGrad p, Site<Term> s) {
    return List.of(convolutions.kernelGrad(p.conv(), s.input(0), s.input(1), type(s, 0)));
  }

  @Override
  public List<Term> sort(Sort p, Site<Term> s) {
    return folds.sort(s.inputs(), p.axis(), p.descending(), true);
  }

  @Override
  public List<Term> topK(TopK p, Site<Term> s) {
    Term a = s.input(0);
    int axis = a.rank() - 1;
    Term index = h.iota(a.type().with(ElementType.S32), axis);
    List<Term> sorted = folds.sort(List.of(a, index), axis, true, false);
    return List.of(
        h.sliceAxis(sorted.get(0), axis, 0, p.k()), h.sliceAxis(sorted.get(1), axis, 0, p.k()));
  }

  @Override
  public List<Term> fft(Fft p, Site<Term> s) {
    TensorType result = type(s, 0);
    Term a = s.input(0);
    if (result.elements() == 0 || a.type().elements() == 0) {
      return List.of(h.full(result, 0));
    }
    if (Folds.narrow(a.element())) {
      a = h.convert(a, ElementType.F32);
    }
    return List.of(h.line(
        "stablehlo.fft",
        a + ",type=" + p.kind() + ",length=" + Hlo.list(p.lengths().toArray()) + " : (" + a.type()
            + ")->" + result,
        result));
  }

  @Override
  public List<Term> cholesky(Cholesky p, Site<Term> s) {
    Term a = wide(s.input(0));
    if (a.type().elements() == 0) {
      return List.of(s.input(0));
    }
    Term l = h.line("stablehlo.cholesky", a + ",lower=true : " + a.type(), a.type());
    int n = a.rank();
    TensorType it = a.type().with(ElementType.S32);
    Term below = h.compare("GE", h.iota(it, n - 2), h.iota(it, n - 1));
    return List.of(h.convert(h.select(below, l, h.full(a.type(), 0)), s.input(0).element()));
  }

  private Term wide(Term a) {
    return Folds.narrow(a.element()) ? h.convert(a, ElementType.F32) : a;
  }

  @Override
  public List<Term> triangularSolve(TriangularSolve p, Site<Term> s) {
    Term a = wide(s.input(0));
    Term b = wide(s.input(1));
    if (b.type().elements() == 0) {
      return List.of(s.input(1));
    }
    Term x = h.line(
        "\"stablehlo.triangular_solve\"(" + a + "," + b + ")",
        "<{left_side=true,lower=" + p.lower() + ",unit_diagonal=" + p.unitDiagonal()
            + ",transpose_a=#stablehlo<transpose "
            + (p.transpose() ? "TRANSPOSE" : "NO_TRANSPOSE") + ">}> : (" + a.type() + ","
            + b.type() + ")->" + b.type(),
        b.type());
    return List.of(h.convert(x, s.input(1).element()));
  }

  @Override
  public List<Term> lu(Lu p, Site<Term> s) {
    throw new HostOnly(p);
  }

  @Override
  public List<Term> qr(Qr p, Site<Term> s) {
    throw new HostOnly(p);
  }

  @Override
  public List<Term> svd(Svd p, Site<Term> s) {
    throw new HostOnly(p);
  }

  @Override
  public List<Term> eigh(Eigh p, Site<Term> s) {
    throw new HostOnly(p);
  }

  @Override
  public List<Term> eig(Eig p, Site<Term> s) {
    throw new HostOnly(p);
  }

  @Override
  public List<Term> caseOf(Case p, Site<Term> s) {
    return control.caseOf(p, s);
  }

  @Override
  public List<Term> whileLoop(While p, Site<Term> s) {
    return control.whileLoop(p, s);
  }

  @Override
  public List<Term> scan(Scan p, Site<Term> s) {
    return control.scan(p, s);
  }

  @Override
  public List<Term> stopGradient(StopGradient p, Site<Term> s) {
    return s.inputs();
  }

  @Override
  public List<Term> barrier(Barrier p, Site<Term> s) {
    if (s.inputs().isEmpty()) {
      return List.of();
    }
    String types = Hlo.types(s.inputs());
    return h.lines(
        "stablehlo.optimization_barrier " + Hlo.names(s.inputs()) + " : " + types,
        s.inputs().stream().map(Term::type).toList());
  }

  @Override
  public List<Term> hostCall(HostCall p, Site<Term> s) {
    throw new HostOnly(p);
  }

  @Override
  public List<Term> composite(Composite p, Site<Term> s) {
    if (Shardings.isRelayout(p)) {
      return List.of(Shardings.relaid(h, graphs.shardings(), p, s.inputs()));
    }
    return h.fusedAttention() && FusedAttention.fits(p, s.in())
        ? attention.emit(p, s.inputs())
        : graphs.nodes(p.body(s.in()), RecomputedSlopes.inputs(h, p, s.inputs()));
  }
}
