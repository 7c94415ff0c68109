package org.keras4j.ops.internal.engine;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.*;

/** How each primitive is done on the host, for inputs of given specs. */
final class HostMoves implements PrimitiveVisitor<List<TensorSpec>, HostMoves.Move> {
  static final HostMoves ALL = new HostMoves();

  private HostMoves() {}

  /** One of them. */
  interface Move {
    /** It goes to the device. */
    Move NONE = (in, out) -> {
      throw new IllegalStateException("is not done on the host");
    };

    /** The result, of the shape and dtype of {@code out}. */
    NDArray of(List<NDArray> in, TensorSpec out);
  }

  @Override
  public Move constant(ArrayConstant p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move iota(Iota p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move randomBits(RandomBits p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move unary(Unary p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move binary(Binary p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move compare(Compare p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move select(Select p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move convert(Convert p, List<TensorSpec> in) {
    DType from = in.get(0).dtype();
    boolean known = p.to() == from
        || ((from.isInteger() || from.isBool())
            && (p.to() == DType.INT32 || p.to() == DType.INT64));
    return known ? (x, out) -> x.get(0).astype(out.dtype()) : Move.NONE;
  }

  @Override
  public Move bitcast(Bitcast p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move populationCount(PopulationCount p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move leadingZeros(LeadingZeros p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move reducePrecision(ReducePrecision p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move reshape(ReshapeTo p, List<TensorSpec> in) {
    return in.size() == 1 ? (x, out) -> x.get(0).reshape(out.shape().toArray()) : Move.NONE;
  }

  @Override
  public Move broadcastInDim(BroadcastInDim p, List<TensorSpec> in) {
    if (in.size() != 1) {
      return Move.NONE;
    }
    return (x, out) -> {
      NDArray a = x.get(0);
      long[] from = HostForms.strides(a.shape());
      long[] step = new long[out.rank()];
      for (int i = 0; i < from.length; i++) {
        step[p.dims().get(i)] = a.shape().dim(i) == 1 ? 0 : from[i];
      }
      return HostForms.gathered(a, 0, step, out.shape());
    };
  }

  @Override
  public Move transpose(Transpose p, List<TensorSpec> in) {
    return (x, out) -> {
      long[] from = HostForms.strides(x.get(0).shape());
      long[] step = new long[out.rank()];
      for (int i = 0; i < from.length; i++) {
        step[i] = from[p.permutation().get(i)];
      }
      return HostForms.gathered(x.get(0), 0, step, out.shape());
    };
  }

  @Override
  public Move reverse(Reverse p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move slice(Slice p, List<TensorSpec> in) {
    return (x, out) -> {
      long[] from = HostForms.strides(x.get(0).shape());
      long[] step = new long[out.rank()];
      long start = 0;
      for (int i = 0; i < from.length; i++) {
        step[i] = from[i] * p.stride().get(i);
        start += from[i] * p.start().get(i);
      }
      return HostForms.gathered(x.get(0), start, step, out.shape());
    };
  }

  @Override
  public Move pad(Pad p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move concatenate(Concat p, List<TensorSpec> in) {
    return (x, out) -> HostForms.joined(x, p.axis(), out);
  }

  @Override
  public Move dynamicSlice(DynamicSlice p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move dynamicUpdateSlice(DynamicUpdateSlice p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move dimSize(DimSize p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move take(Take p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move gatherNd(GatherNd p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move scatterNd(ScatterNd p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move reduce(Reduce p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move argReduce(ArgReduce p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move cumulative(Cumulative p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move reduceWindow(ReduceWindow p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move windowSelectAdd(WindowSelectAdd p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move dotGeneral(DotGeneral p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move conv(Conv p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move convInputGrad(ConvInputGrad p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move convKernelGrad(ConvKernelGrad p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move sort(Sort p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move topK(TopK p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move fft(Fft p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move cholesky(Cholesky p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move triangularSolve(TriangularSolve p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move lu(Lu p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move qr(Qr p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move svd(Svd p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move eigh(Eigh p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move eig(Eig p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move caseOf(Case p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move whileLoop(While p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move scan(Scan p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move stopGradient(StopGradient p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move barrier(Barrier p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move hostCall(HostCall p, List<TensorSpec> in) {
    return Move.NONE;
  }

  @Override
  public Move composite(Composite p, List<TensorSpec> in) {
    return Move.NONE;
  }
}
