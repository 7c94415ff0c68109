package org.keras4j.ops.internal.autodiff;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
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

/**
 * The vector-Jacobian products: one gradient rule for each primitive, written in primitives. Of complex
 * values the cotangent {@code c} of {@code z} stands for the linear form {@code Re(c dz)}, so that a
 * holomorphic function's rule is that of the reals.
 */
final class Vjp implements PrimitiveVisitor<Vjp.Site, List<@Nullable Tensor>> {
  static final Vjp RULES = new Vjp();

  /**
   * Where a rule is applied.
   *
   * @param cotangents one an output, null for zero; not all are null
   * @param wanted for which inputs a cotangent is wanted; for others a rule may give null
   */
  record Site(
      Primitive primitive,
      List<Tensor> inputs,
      List<Tensor> outputs,
      List<@Nullable Tensor> cotangents,
      boolean[] wanted) {
    Tensor in(int i) {
      return inputs.get(i);
    }

    Tensor out(int i) {
      return outputs.get(i);
    }

    /** The cotangent of the only output that can have one. */
    Tensor ct() {
      return Objects.requireNonNull(cotangents.get(0));
    }

    @Nullable
    Tensor ct(int i) {
      return cotangents.get(i);
    }

    boolean wants(int i) {
      return wanted[i];
    }

    /** The cotangents of the inputs; further inputs get none. */
    List<@Nullable Tensor> give(@Nullable Tensor... cts) {
      return Arrays.asList(Arrays.copyOf(cts, inputs.size()));
    }

    /** No input gets a cotangent. */
    List<@Nullable Tensor> nothing() {
      return Collections.nCopies(inputs.size(), null);
    }

    RuntimeException missing(String why) {
      return new IllegalArgumentException("No gradient of " + primitive.label() + ": " + why);
    }
  }

  @Override
  public List<@Nullable Tensor> constant(ArrayConstant p, Site s) {
    return s.nothing();
  }

  @Override
  public List<@Nullable Tensor> iota(Iota p, Site s) {
    return s.nothing();
  }

  @Override
  public List<@Nullable Tensor> randomBits(RandomBits p, Site s) {
    return s.nothing();
  }

  @Override
  public List<@Nullable Tensor> unary(Unary p, Site s) {
    return ElementwiseVjp.unary(p, s);
  }

  @Override
  public List<@Nullable Tensor> binary(Binary p, Site s) {
    return ElementwiseVjp.binary(p, s);
  }

  @Override
  public List<@Nullable Tensor> compare(Compare p, Site s) {
    return s.nothing();
  }

  @Override
  public List<@Nullable Tensor> select(Select p, Site s) {
    return ElementwiseVjp.select(p, s);
  }

  @Override
  public List<@Nullable Tensor> convert(Convert p, Site s) {
    return ElementwiseVjp.convert(p, s);
  }

  @Override
  public List<@Nullable Tensor> bitcast(Bitcast p, Site s) {
    return s.nothing();
  }

  @Override
  public List<@Nullable Tensor> populationCount(PopulationCount p, Site s) {
    return s.nothing();
  }

  @Override
  public List<@Nullable Tensor> leadingZeros(LeadingZeros p, Site s) {
    return s.nothing();
  }

  @Override
  public List<@Nullable Tensor> reducePrecision(ReducePrecision p, Site s) {
    return ElementwiseVjp.reducePrecision(p, s);
  }

  @Override
  public List<@Nullable Tensor> reshape(ReshapeTo p, Site s) {
    return ShapeVjp.reshape(p, s);
  }

  @Override
  public List<@Nullable Tensor> broadcastInDim(BroadcastInDim p, Site s) {
    return ShapeVjp.broadcastInDim(p, s);
  }

  @Override
  public List<@Nullable Tensor> transpose(Transpose p, Site s) {
    return ShapeVjp.transpose(p, s);
  }

  @Override
  public List<@Nullable Tensor> reverse(Reverse p, Site s) {
    return ShapeVjp.reverse(p, s);
  }

  @Override
  public List<@Nullable Tensor> slice(Slice p, Site s) {
    return ShapeVjp.slice(p, s);
  }

  @Override
  public List<@Nullable Tensor> pad(Pad p, Site s) {
    return ShapeVjp.pad(p, s);
  }

  @Override
  public List<@Nullable Tensor> concatenate(Concat p, Site s) {
    return ShapeVjp.concatenate(p, s);
  }

  @Override
  public List<@Nullable Tensor> dynamicSlice(DynamicSlice p, Site s) {
    return ShapeVjp.dynamicSlice(p, s);
  }

  @Override
  public List<@Nullable Tensor> dynamicUpdateSlice(DynamicUpdateSlice p, Site s) {
    return ShapeVjp.dynamicUpdateSlice(p, s);
  }

  @Override
  public List<@Nullable Tensor> dimSize(DimSize p, Site s) {
    return s.nothing();
  }

  @Override
  public List<@Nullable Tensor> take(Take p, Site s) {
    return IndexVjp.take(p, s);
  }

  @Override
  public List<@Nullable Tensor> gatherNd(GatherNd p, Site s) {
    return IndexVjp.gatherNd(p, s);
  }

  @Override
  public List<@Nullable Tensor> scatterNd(ScatterNd p, Site s) {
    return IndexVjp.scatterNd(p, s);
  }

  @Override
  public List<@Nullable Tensor> reduce(Reduce p, Site s) {
    return ReduceVjp.reduce(p, s);
  }

  @Override
  public List<@Nullable Tensor> argReduce(ArgReduce p, Site s) {
    return s.nothing();
  }

  @Override
  public List<@Nullable Tensor> cumulative(Cumulative p, Site s) {
    return ReduceVjp.cumulative(p, s);
  }

  @Override
  public List<@Nullable Tensor> reduceWindow(ReduceWindow p, Site s) {
    return WindowVjp.reduceWindow(p, s);
  }

  @Override
  public List<@Nullable Tensor> windowSelectAdd(WindowSelectAdd p, Site s) {
    return WindowVjp.windowSelectAdd(p, s);
  }

  @Override
  public List<@Nullable Tensor> dotGeneral(DotGeneral p, Site s) {
    return ProductVjp.dotGeneral(p, s);
  }

  @Override
  public List<@Nullable Tensor> conv(Conv p, Site s) {
    return ProductVjp.conv(p, s);
  }

  @Override
  public List<@Nullable Tensor> convInputGrad(ConvInputGrad p, Site s) {
    return ProductVjp.convInputGrad(p, s);
  }

  @Override
  public List<@Nullable Tensor> convKernelGrad(ConvKernelGrad p, Site s) {
    return ProductVjp.convKernelGrad(p, s);
  }

  @Override
  public List<@Nullable Tensor> sort(Sort p, Site s) {
    return IndexVjp.sort(p, s);
  }

  @Override
  public List<@Nullable Tensor> topK(TopK p, Site s) {
    return IndexVjp.topK(p, s);
  }

  @Override
  public List<@Nullable Tensor> fft(Fft p, Site s) {
    return FftVjp.fft(p, s);
  }

  @Override
  public List<@Nullable Tensor> cholesky(Cholesky p, Site s) {
    return FactorVjp.cholesky(p, s);
  }

  @Override
  public List<@Nullable Tensor> triangularSolve(TriangularSolve p, Site s) {
    return FactorVjp.triangularSolve(p, s);
  }

  @Override
  public List<@Nullable Tensor> lu(Lu p, Site s) {
    return FactorVjp.lu(p, s);
  }

  @Override
  public List<@Nullable Tensor> qr(Qr p, Site s) {
    return FactorVjp.qr(p, s);
  }

  @Override
  public List<@Nullable Tensor> svd(Svd p, Site s) {
    return SpectralVjp.svd(p, s);
  }

  @Override
  public List<@Nullable Tensor> eigh(Eigh p, Site s) {
    return SpectralVjp.eigh(p, s);
  }

  @Override
  public List<@Nullable Tensor> eig(Eig p, Site s) {
    return SpectralVjp.eig(p, s);
  }

  @Override
  public List<@Nullable Tensor> caseOf(Case p, Site s) {
    return ControlVjp.caseOf(p, s);
  }

  @Override
  public List<@Nullable Tensor> whileLoop(While p, Site s) {
    return ControlVjp.whileLoop(p, s);
  }

  @Override
  public List<@Nullable Tensor> scan(Scan p, Site s) {
    throw new IllegalStateException("A scan is differentiated by ScanPullback");
  }

  @Override
  public List<@Nullable Tensor> stopGradient(StopGradient p, Site s) {
    return s.nothing();
  }

  @Override
  public List<@Nullable Tensor> barrier(Barrier p, Site s) {
    return s.cotangents();
  }

  @Override
  public List<@Nullable Tensor> hostCall(HostCall p, Site s) {
    throw s.missing("'" + p.function()
        + "' runs Java code on the host; wrap it in customGradient or stopGradient");
  }

  @Override
  public List<@Nullable Tensor> composite(Composite p, Site s) {
    throw new IllegalStateException(
        "A composite is differentiated through its body or its own gradient");
  }
}
