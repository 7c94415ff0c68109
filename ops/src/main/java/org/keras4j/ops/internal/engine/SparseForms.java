package org.keras4j.ops.internal.engine;

import java.util.List;
import java.util.function.Function;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseArray;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;

/** Sparse tensors as dense ones, of another dtype, from the host and back to it. */
public final class SparseForms {
  // from here on, four sizes between two powers of two
  private static final int LEAST = 16;

  private SparseForms() {}

  /** The tensor of an array: literals of the trace in force, or on the device. */
  public static SparseTensor tensor(SparseArray a) {
    return new SparseTensor(Engine.constant(a.indices()), Engine.constant(a.values()), a.shape());
  }

  /** A sparse input of a trace, of any number of entries. */
  public static SparseTensor input(Trace t, TensorSpec spec) {
    return new SparseTensor(
        t.input(TensorSpec.of(DType.INT64, Shape.UNKNOWN, spec.rank())),
        t.input(TensorSpec.of(spec.dtype(), Shape.UNKNOWN)),
        spec.shape());
  }

  /** The tensor of an array, brought to a device by a function. */
  public static SparseTensor tensor(SparseArray a, Function<NDArray, ? extends Tensor> placed) {
    return new SparseTensor(placed.apply(a.indices()), placed.apply(a.values()), a.shape());
  }

  /** What to throw where only dense tensors are taken. */
  static IllegalArgumentException refusal(SparseTensor s) {
    return new IllegalArgumentException("expected a dense tensor, got a sparse one of " + s.spec()
        + "; Ops.convertToTensor(x, null, false, null) makes it dense");
  }

  /** The tensor with its zeros; a dense one as it is. */
  public static Tensor dense(Tensor t) {
    if (!(t instanceof SparseTensor s)) {
      return t;
    }
    if (!s.shape().isKnown()) {
      return unknown(s.spec());
    }
    boolean whether = s.dtype().isBool();
    DType d = whether ? DType.INT32 : s.dtype();
    Engine.requireRoom(new TensorSpec(s.shape(), d));
    Tensor zeros = Prims.full(s.shape(), d, 0);
    Tensor sum =
        Prims.scatterNd(ScatterKind.ADD, zeros, s.indices(), ArrayLike.convert(s.values(), d));
    return whether ? ArrayLike.convert(sum, DType.BOOL) : sum;
  }

  /** The tensor with its numbers in another dtype. */
  static SparseTensor convert(SparseTensor s, DType to) {
    if (to == DType.BOOL) {
      // the entries of one place may add up to 0
      throw new IllegalArgumentException("sparse tensors do not become bool; "
          + "Ops.convertToTensor(x, null, false, null) makes them dense");
    }
    return new SparseTensor(s.indices(), ArrayLike.convert(s.values(), to), s.shape());
  }

  /**
   * A dense tensor of a shape that is not known, while only shapes are found out: sizes are known whenever sparse tensors are computed.
   */
  public static Tensor unknown(TensorSpec spec) {
    HostCall call = new HostCall("a sparse tensor of open size", List.of(spec), in -> {
      throw new IllegalStateException(
          "a sparse tensor expects sizes that are known when it is computed, got " + spec);
    });
    return Engine.bind(call, List.of()).get(0);
  }

  /** The array with a number of entries that many arrays have, so that few executables are compiled. */
  public static SparseArray rounded(SparseArray a) {
    int n = a.entries();
    if (n <= LEAST) {
      return a.padded(LEAST);
    }
    int step = Math.max(1, Integer.highestOneBit(n - 1) / 4);
    return a.padded((int) Math.min(Integer.MAX_VALUE, (n + step - 1L) / step * step));
  }
}
