package org.keras4j.backend.pytorch.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.pytorch.claims.Call;
import org.keras4j.backend.pytorch.claims.Claim;
import org.keras4j.backend.pytorch.claims.Claims;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.*;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.Lowering;
import org.keras4j.core.spi.Site;

/** Every primitive as TorchScript text; the writing itself is done by one class for each family. */
final class ScriptLowering implements Lowering<Term> {
  private final Script s;
  private final UnaryText unary;
  private final BinaryText binary;
  private final ConvertText convert;
  private final BitText bits;
  private final ShapeText shape;
  private final IndexText index;
  private final ReduceText reduce;
  private final WindowText window;
  private final DotText dot;
  private final ConvText conv;
  private final LinalgText linalg;
  private final ControlText control;
  private final GraphWriter writer;

  ScriptLowering(Script s, GraphWriter writer) {
    this.s = s;
    unary = new UnaryText(s);
    binary = new BinaryText(s);
    convert = new ConvertText(s);
    bits = new BitText(s, convert);
    shape = new ShapeText(s);
    index = new IndexText(s);
    reduce = new ReduceText(s);
    window = new WindowText(s);
    dot = new DotText(s);
    conv = new ConvText(s);
    linalg = new LinalgText(s);
    control = new ControlText(s, writer);
    this.writer = writer;
  }

  @Override
  public List<Term> constant(ArrayConstant p, Site<Term> site) {
    return List.of(shape.constant(p.value()));
  }

  @Override
  public List<Term> iota(Iota p, Site<Term> site) {
    return List.of(shape.iota(p, site));
  }

  @Override
  public List<Term> randomBits(RandomBits p, Site<Term> site) {
    TensorSpec out = site.out(0);
    String bits =
        s.let("torch.empty(" + s.sizes(out.shape()) + ", " + s.options(out.dtype()) + ")");
    String list = s.callHost(new Script.Bits(), List.of(s.full(site.input(0)), bits));
    return List.of(Term.of(s.let(list + "[1]"), out));
  }

  @Override
  public List<Term> hostCall(HostCall p, Site<Term> site) {
    List<String> tensors = new ArrayList<>();
    for (Term t : site.inputs()) {
      tensors.add(s.full(t));
    }
    for (TensorSpec o : site.out()) {
      tensors.add(s.let("torch.empty([0], " + s.options(o.dtype()) + ")"));
    }
    String list =
        s.callHost(new Script.Call(p, site.in().stream().map(TensorSpec::dtype).toList()), tensors);
    List<Term> out = new ArrayList<>();
    for (int i = 0; i < site.out().size(); i++) {
      out.add(Term.of(s.let(list + "[" + (site.inputs().size() + i) + "]"), site.out(i)));
    }
    return out;
  }

  @Override
  public List<Term> unary(Unary p, Site<Term> site) {
    return List.of(unary.lower(p.kind(), site.input(0), site.out(0)));
  }

  @Override
  public List<Term> binary(Binary p, Site<Term> site) {
    return List.of(binary.lower(p.kind(), site.input(0), site.input(1), site.out(0)));
  }

  @Override
  public List<Term> compare(Compare p, Site<Term> site) {
    return List.of(binary.compare(p.direction(), site.input(0), site.input(1), site.out(0)));
  }

  @Override
  public List<Term> select(Select p, Site<Term> site) {
    return List.of(binary.select(site.input(0), site.input(1), site.input(2), site.out(0)));
  }

  @Override
  public List<Term> convert(Convert p, Site<Term> site) {
    return List.of(convert.convert(site.input(0), site.out(0)));
  }

  @Override
  public List<Term> bitcast(Bitcast p, Site<Term> site) {
    return List.of(convert.bitcast(site.input(0), site.out(0)));
  }

  @Override
  public List<Term> populationCount(PopulationCount p, Site<Term> site) {
    return List.of(bits.ones(site.input(0), site.out(0)));
  }

  @Override
  public List<Term> leadingZeros(LeadingZeros p, Site<Term> site) {
    return List.of(bits.leadingZeros(site.input(0), site.out(0)));
  }

  @Override
  public List<Term> reducePrecision(ReducePrecision p, Site<Term> site) {
    return List.of(bits.rounded(p, site.input(0), site.out(0)));
  }

  @Override
  public List<Term> reshape(ReshapeTo p, Site<Term> site) {
    return List.of(shape.reshape(site));
  }

  @Override
  public List<Term> broadcastInDim(BroadcastInDim p, Site<Term> site) {
    return List.of(shape.broadcastInDim(p, site));
  }

  @Override
  public List<Term> transpose(Transpose p, Site<Term> site) {
    return List.of(shape.transpose(p.permutation().toArray(), site.input(0), site.out(0)));
  }

  @Override
  public List<Term> reverse(Reverse p, Site<Term> site) {
    return List.of(shape.reverse(p.axes().toArray(), site.input(0), site.out(0)));
  }

  @Override
  public List<Term> slice(Slice p, Site<Term> site) {
    return List.of(shape.slice(p, site.input(0), site.out(0)));
  }

  @Override
  public List<Term> pad(Pad p, Site<Term> site) {
    return List.of(shape.pad(p, site));
  }

  @Override
  public List<Term> concatenate(Concat p, Site<Term> site) {
    return List.of(shape.concatenate(p, site));
  }

  @Override
  public List<Term> dynamicSlice(DynamicSlice p, Site<Term> site) {
    return List.of(shape.dynamicSlice(p, site));
  }

  @Override
  public List<Term> dynamicUpdateSlice(DynamicUpdateSlice p, Site<Term> site) {
    return List.of(shape.dynamicUpdateSlice(site));
  }

  @Override
  public List<Term> dimSize(DimSize p, Site<Term> site) {
    return List.of(shape.dimSize(p.axis(), site.input(0), site.out(0)));
  }

  @Override
  public List<Term> take(Take p, Site<Term> site) {
    return List.of(index.take(p, site));
  }

  @Override
  public List<Term> gatherNd(GatherNd p, Site<Term> site) {
    return List.of(index.gatherNd(p.batchDims(), site));
  }

  @Override
  public List<Term> scatterNd(ScatterNd p, Site<Term> site) {
    return List.of(index.scatterNd(p.kind(), site));
  }

  @Override
  public List<Term> reduce(Reduce p, Site<Term> site) {
    return List.of(reduce.reduce(p.kind(), p.axes().toArray(), site.input(0), site.out(0)));
  }

  @Override
  public List<Term> argReduce(ArgReduce p, Site<Term> site) {
    return List.of(reduce.argReduce(p, site.input(0), site.out(0)));
  }

  @Override
  public List<Term> cumulative(Cumulative p, Site<Term> site) {
    return List.of(reduce.cumulative(p, site.input(0), site.out(0)));
  }

  @Override
  public List<Term> reduceWindow(ReduceWindow p, Site<Term> site) {
    return List.of(window.reduce(p.kind(), p.window(), site.input(0), site.out(0)));
  }

  @Override
  public List<Term> windowSelectAdd(WindowSelectAdd p, Site<Term> site) {
    return List.of(window.selectAdd(p.window(), site.input(0), site.input(1), site.out(0)));
  }

  @Override
  public List<Term> dotGeneral(DotGeneral p, Site<Term> site) {
    return List.of(dot.lower(p, site));
  }

  @Override
  public List<Term> conv(Conv p, Site<Term> site) {
    return List.of(conv.conv(p.conv(), site));
  }

  @Override
  public List<Term> convInputGrad(ConvInputGrad p, Site<Term> site) {
    return List.of(conv.inputGrad(p.conv(), site));
  }

  @Override
  public List<Term> convKernelGrad(ConvKernelGrad p, Site<Term> site) {
    return List.of(conv.kernelGrad(p.conv(), site));
  }

  @Override
  public List<Term> sort(Sort p, Site<Term> site) {
    return reduce.sort(p, site);
  }

  @Override
  public List<Term> topK(TopK p, Site<Term> site) {
    return reduce.topK(p.k(), site);
  }

  @Override
  public List<Term> fft(Fft p, Site<Term> site) {
    return List.of(linalg.fft(p, site));
  }

  @Override
  public List<Term> cholesky(Cholesky p, Site<Term> site) {
    return List.of(linalg.cholesky(site));
  }

  @Override
  public List<Term> triangularSolve(TriangularSolve p, Site<Term> site) {
    return List.of(linalg.triangularSolve(p, site));
  }

  @Override
  public List<Term> lu(Lu p, Site<Term> site) {
    return linalg.lu(site);
  }

  @Override
  public List<Term> qr(Qr p, Site<Term> site) {
    return linalg.qr(p, site);
  }

  @Override
  public List<Term> svd(Svd p, Site<Term> site) {
    return linalg.svd(p, site);
  }

  @Override
  public List<Term> eigh(Eigh p, Site<Term> site) {
    return linalg.eigh(site);
  }

  @Override
  public List<Term> eig(Eig p, Site<Term> site) {
    return linalg.eig(site);
  }

  @Override
  public List<Term> caseOf(Case p, Site<Term> site) {
    return control.caseOf(p, site);
  }

  @Override
  public List<Term> whileLoop(While p, Site<Term> site) {
    return control.whileLoop(p, site);
  }

  @Override
  public List<Term> scan(Scan p, Site<Term> site) {
    return control.scan(p, site);
  }

  @Override
  public List<Term> stopGradient(StopGradient p, Site<Term> site) {
    Term x = site.input(0);
    if (x.isLiteral()) {
      return List.of(x);
    }
    // for a caller who records gradients by libtorch's own means
    return List.of(Term.of(s.view("torch.detach(" + x.name() + ")", x.name()), x.spec(), x.held()));
  }

  @Override
  public List<Term> barrier(Barrier p, Site<Term> site) {
    return site.inputs();
  }

  @Override
  public List<Term> composite(Composite p, Site<Term> site) {
    Claim claim = Claims.of(p);
    if (claim == null) {
      throw new BackendException(
          "Backend 'pytorch' does not claim the composite '" + p.name() + "'");
    }
    return claim.write(new Call(p, site, s, writer));
  }
}
