package org.keras4j.training.losses;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** How values of samples are weighted, masked and folded to one number; losses and metrics share it. */
public final class Reduction {
  private static final Set<String> NAMES =
      Set.of("sum_over_batch_size", "sum", "none", "mean", "mean_with_sample_weight");

  private Reduction() {}

  static @Nullable String standardize(@Nullable String reduction) {
    if (reduction != null && !NAMES.contains(reduction)) {
      throw new IllegalArgumentException(
          "Unknown reduction '" + reduction + "', expected null or one of " + NAMES);
    }
    return reduction;
  }

  /** Two tensors, first and second of a pair whose ranks were made to agree. */
  public record Pair(Tensor first, Tensor second) {}

  /**
   * Makes ranks that differ by one agree, where the longer shape ends in 1: a first-rank tensor gets an
   * axis, else the longer loses its last. Other shapes stay as they are.
   */
  public static Pair sameRank(Tensor x1, Tensor x2) {
    return sameRank(x1, x2, true);
  }

  /** Likewise; tensors of rank 1 get no axis unless {@code expandRank1}. */
  public static Pair sameRank(Tensor x1, Tensor x2, boolean expandRank1) {
    Tensor a = x1;
    Tensor b = x2;
    int ra = x1.rank();
    int rb = x2.rank();
    if (ra == rb + 1 && x1.shape().last() == 1) {
      if (rb == 1 && expandRank1) {
        b = Ops.expandDims(x2, -1);
      } else {
        a = Ops.squeeze(x1, -1);
      }
    } else if (rb == ra + 1 && x2.shape().last() == 1) {
      if (ra == 1 && expandRank1) {
        a = Ops.expandDims(x1, -1);
      } else {
        b = Ops.squeeze(x2, -1);
      }
    }
    return new Pair(a, b);
  }

  /**
   * Weights the values and reduces them.
   *
   * @param sampleWeight array-like that broadcasts against the values, or null
   * @param mask bool tensor, false for values that do not count, or null
   * @return a scalar, or the weighted values if nothing is reduced
   */
  public static Tensor weighted(
      Tensor values,
      @Nullable Object sampleWeight,
      @Nullable Tensor mask,
      @Nullable String reduction,
      @Nullable DType dtype) {
    Tensor v = Ops.convertToTensor(values, dtype);
    Tensor weight = sampleWeight == null ? null : Ops.convertToTensor(sampleWeight, dtype);
    weight = masked(weight, mask, v.dtype(), reduction);
    if (weight != null) {
      Pair p = sameRank(v, Ops.convertToTensor(weight, v.dtype()));
      v = Ops.multiply(p.first(), p.second());
      weight = p.second();
    }
    return reduce(v, weight, reduction);
  }

  private static Tensor reduce(Tensor values, @Nullable Tensor weight, @Nullable String reduction) {
    Shape s = values.shape();
    if (reduction == null || reduction.equals("none") || s.rank() == 0 || s.equals(Shape.of(0))) {
      return values;
    }
    Tensor loss = Ops.sum(values);
    if (reduction.equals("sum")) {
      return loss;
    }
    Tensor divisor = reduction.equals("mean_with_sample_weight") && weight != null
        ? Ops.convertToTensor(Ops.sum(weight), loss.dtype())
        : count(values, loss.dtype());
    return Ops.divideNoNan(loss, divisor);
  }

  /**
   * The weights with masked-out samples at zero. For the reductions that divide by the number of values the
   * others grow, so that masked-out samples do not count in the mean.
   */
  public static @Nullable Tensor masked(
      @Nullable Object sampleWeight,
      @Nullable Tensor mask,
      @Nullable DType dtype,
      @Nullable String reduction) {
    DType d = dtype == null ? Keras.floatx() : dtype;
    if (mask == null) {
      return sampleWeight == null ? null : Ops.convertToTensor(sampleWeight, d);
    }
    Tensor m = Ops.convertToTensor(mask, d);
    if ("mean".equals(reduction) || "sum_over_batch_size".equals(reduction)) {
      Tensor weight = Ops.divideNoNan(count(m, d), Ops.sum(m));
      m = Ops.where(Ops.convertToTensor(mask, DType.BOOL), weight, Prims.scalar(d, 0.0));
    }
    if (sampleWeight == null) {
      return m;
    }
    Pair p = sameRank(m, Ops.convertToTensor(sampleWeight, d));
    return Ops.multiply(p.second(), p.first());
  }

  /** The number of elements as a scalar, whatever dimensions are unknown yet. */
  public static Tensor count(Tensor x, DType dtype) {
    long n = x.shape().size();
    if (n >= 0) {
      return Prims.scalar(dtype, (double) n);
    }
    Tensor c = Prims.scalar(DType.INT32, 1L);
    for (int i = 0; i < x.rank(); i++) {
      c = Prims.mul(c, Prims.dimSize(x, i));
    }
    return Prims.convert(c, dtype);
  }
}
