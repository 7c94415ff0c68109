package org.keras4j.ops.internal.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.composite.ActivationComposites;
import org.keras4j.ops.internal.composite.SoftmaxComposites;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Promotion;

/**
 * The activation functions of {@code keras.ops}. Each takes an array-like of any shape and gives a tensor
 * of that shape; floats keep their dtype, and integers become {@code floatx} where the result is no
 * integer.
 */
public final class ActivationOps {
  private static final double SELU_ALPHA = 1.6732632423543772848170429916717;
  private static final double SELU_SCALE = 1.0507009873554804934193349852946;

  private ActivationOps() {}

  // no bool, on which no arithmetic is defined
  private static Tensor number(Tensor x) {
    return x.dtype().isBool() ? Prims.convert(x, DType.INT32) : x;
  }

  private static Tensor where(Tensor condition, Tensor x, double otherwise) {
    return Prims.select(condition, x, Prims.scalarLike(x, otherwise));
  }

  private static Tensor above(Tensor x, double limit) {
    return Prims.gt(x, Prims.scalarLike(x, limit));
  }

  private static Tensor below(Tensor x, double limit) {
    return Prims.lt(x, Prims.scalarLike(x, limit));
  }

  private static Tensor clip(Tensor x, double min, double max) {
    return Prims.min(Prims.max(x, Prims.scalarLike(x, min)), Prims.scalarLike(x, max));
  }

  /** {@code max(x, 0)} ({@code keras.ops.relu}); the gradient at 0 is 0. */
  public static Tensor relu(Object x) {
    return Op.call("ops.relu", a -> ActivationComposites.relu(number(a.tensor(0))), x);
  }

  /** {@code min(max(x, 0), 6)} ({@code keras.ops.relu6}); the gradient at 0 and at 6 is 0. */
  public static Tensor relu6(Object x) {
    return Op.call("ops.relu6", a -> ActivationComposites.relu6(Dtypes.asFloat(a.tensor(0))), x);
  }

  /** {@code 1 / (1 + e^-x)} ({@code keras.ops.sigmoid}). */
  public static Tensor sigmoid(Object x) {
    return Op.call(
        "ops.sigmoid", a -> ActivationComposites.sigmoid(Dtypes.asFloat(a.tensor(0))), x);
  }

  /** {@code 0} below -1, {@code 1} above 1, {@code (x + 1) / 2} between ({@code keras.ops.sparse_sigmoid}). */
  public static Tensor sparseSigmoid(Object x) {
    return Op.call(
        "ops.sparse_sigmoid",
        a -> Prims.mul(clip(Prims.add(Dtypes.asFloat(a.tensor(0)), 1), 0, 2), 0.5),
        x);
  }

  /** {@code log(1 + e^x)} ({@code keras.ops.softplus}). */
  public static Tensor softplus(Object x) {
    return Op.call(
        "ops.softplus", a -> ActivationComposites.softplus(Dtypes.asFloat(a.tensor(0))), x);
  }

  /** {@code x / (|x| + 1)} ({@code keras.ops.softsign}). */
  public static Tensor softsign(Object x) {
    return Op.call(
        "ops.softsign",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          return Prims.div(t, Prims.add(Prims.abs(t), 1));
        },
        x);
  }

  /** {@link #softShrink(Object, double)} with a threshold of 0.5. */
  public static Tensor softShrink(Object x) {
    return softShrink(x, 0.5);
  }

  /**
   * {@code x} moved toward 0 by the threshold, 0 within it ({@code keras.ops.soft_shrink}).
   *
   * @param threshold at least 0
   */
  public static Tensor softShrink(Object x, double threshold) {
    return Op.call(
        "ops.soft_shrink",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          double limit = a.real(1);
          return Prims.select(
              above(t, limit),
              Prims.sub(t, limit),
              where(below(t, -limit), Prims.add(t, limit), 0));
        },
        x,
        threshold);
  }

  /**
   * {@code 0} up to -1, {@code x} from 1 on, {@code (x + 1)^2 / 4} between ({@code keras.ops.sparse_plus}).
   */
  public static Tensor sparsePlus(Object x) {
    return Op.call(
        "ops.sparse_plus",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          Tensor bend = Prims.mul(Prims.square(Prims.add(t, 1)), 0.25);
          Tensor line = Prims.select(Prims.ge(t, Prims.scalarLike(t, 1)), t, bend);
          Tensor zero = Prims.scalarLike(t, 0);
          return Prims.select(Prims.le(t, Prims.scalarLike(t, -1)), zero, line);
        },
        x);
  }

  /** {@code x / (1 + e^-x)} ({@code keras.ops.silu}). */
  public static Tensor silu(Object x) {
    return Op.call("ops.silu", a -> ActivationComposites.silu(Dtypes.asFloat(a.tensor(0))), x);
  }

  /** Another name of {@link #silu(Object)} ({@code keras.ops.swish}). */
  public static Tensor swish(Object x) {
    return silu(x);
  }

  /** {@link #squareplus(Object, double)} with {@code b = 4}. */
  public static Tensor squareplus(Object x) {
    return squareplus(x, 4);
  }

  /**
   * {@code (x + sqrt(x^2 + b)) / 2} ({@code keras.ops.squareplus}).
   *
   * @param b the smoothness, at least 0
   */
  public static Tensor squareplus(Object x, double b) {
    return Op.call(
        "ops.squareplus",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          Tensor root = Prims.sqrt(Prims.add(Prims.square(t), a.real(1)));
          return Prims.mul(Prims.add(t, root), 0.5);
        },
        x,
        b);
  }

  /** {@code log(1 / (1 + e^-x))} ({@code keras.ops.log_sigmoid}). */
  public static Tensor logSigmoid(Object x) {
    return Op.call("ops.log_sigmoid", a -> logSigmoidOf(Dtypes.asFloat(a.tensor(0))), x);
  }

  static Tensor logSigmoidOf(Tensor x) {
    return Prims.neg(ActivationComposites.softplus(Prims.neg(x)));
  }

  /** {@link #leakyRelu(Object, double)} with a slope of 0.2. */
  public static Tensor leakyRelu(Object x) {
    return leakyRelu(x, 0.2);
  }

  /** {@code x} from 0 on, else {@code negativeSlope * x} ({@code keras.ops.leaky_relu}). */
  public static Tensor leakyRelu(Object x, double negativeSlope) {
    return Op.call(
        "ops.leaky_relu",
        a -> ActivationComposites.leakyRelu(Dtypes.asFloat(a.tensor(0)), a.real(1)),
        x,
        negativeSlope);
  }

  /** {@code relu6(x + 3) / 6} ({@code keras.ops.hard_sigmoid}). */
  public static Tensor hardSigmoid(Object x) {
    return Op.call("ops.hard_sigmoid", a -> hardSigmoidOf(Dtypes.asFloat(a.tensor(0))), x);
  }

  private static Tensor hardSigmoidOf(Tensor x) {
    return Prims.div(ActivationComposites.relu6(Prims.add(x, 3)), 6);
  }

  /** {@code x * relu6(x + 3) / 6} ({@code keras.ops.hard_silu}). */
  public static Tensor hardSilu(Object x) {
    return Op.call(
        "ops.hard_silu",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          return Prims.mul(t, hardSigmoidOf(t));
        },
        x);
  }

  /** Another name of {@link #hardSilu(Object)} ({@code keras.ops.hard_swish}). */
  public static Tensor hardSwish(Object x) {
    return hardSilu(x);
  }

  /** {@link #elu(Object, double)} with {@code alpha = 1}. */
  public static Tensor elu(Object x) {
    return elu(x, 1);
  }

  /** {@code x} above 0, else {@code alpha * (e^x - 1)} ({@code keras.ops.elu}). */
  public static Tensor elu(Object x, double alpha) {
    return Op.call(
        "ops.elu", a -> ActivationComposites.elu(Dtypes.asFloat(a.tensor(0)), a.real(1)), x, alpha);
  }

  /** {@code 1.0507 * elu(x, 1.6733)}, which keeps mean 0 and variance 1 ({@code keras.ops.selu}). */
  public static Tensor selu(Object x) {
    return Op.call(
        "ops.selu",
        a -> Prims.mul(
            ActivationComposites.elu(Dtypes.asFloat(a.tensor(0)), SELU_ALPHA), SELU_SCALE),
        x);
  }

  /** {@link #gelu(Object, boolean)}, approximated. */
  public static Tensor gelu(Object x) {
    return gelu(x, true);
  }

  /**
   * {@code x * P(X <= x)} for a standard normal X ({@code keras.ops.gelu}).
   *
   * @param approximate whether by {@code tanh} instead of the error function
   */
  public static Tensor gelu(Object x, boolean approximate) {
    return Op.call(
        "ops.gelu",
        a -> ActivationComposites.gelu(Dtypes.asFloat(a.tensor(0)), a.flag(1)),
        x,
        approximate);
  }

  /** {@link #celu(Object, double)} with {@code alpha = 1}. */
  public static Tensor celu(Object x) {
    return celu(x, 1);
  }

  /**
   * {@code max(x, 0) + alpha * (e^(min(x, 0) / alpha) - 1)} ({@code keras.ops.celu}).
   *
   * @param alpha not 0
   */
  public static Tensor celu(Object x, double alpha) {
    return Op.call(
        "ops.celu",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          double k = a.real(1);
          Tensor zero = Prims.scalarLike(t, 0);
          Tensor e = Prims.unary(UnaryKind.EXPM1, Prims.div(Prims.min(t, zero), k));
          return Prims.add(Prims.max(t, zero), Prims.mul(e, k));
        },
        x,
        alpha);
  }

  /** {@link #glu(Object, int)} over the last axis. */
  public static Tensor glu(Object x) {
    return glu(x, -1);
  }

  /**
   * The first half along an axis times the sigmoid of the second ({@code keras.ops.glu}).
   *
   * @param axis of even size, which is halved
   */
  public static Tensor glu(Object x, int axis) {
    return Op.call(
        "ops.glu",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          int at = Axes.one(a.integer(1), t.rank());
          if (t.shape().dim(at) % 2 > 0) {
            throw new IllegalArgumentException(
                "ops.glu: axis " + at + " of shape " + t.shape() + " must have an even size");
          }
          return Prims.mul(half(t, at, 0), ActivationComposites.sigmoid(half(t, at, 1)));
        },
        x,
        axis);
  }

  // a half along an axis, whose size may be unknown
  private static Tensor half(Tensor t, int axis, int which) {
    long n = t.shape().dim(axis);
    if (n >= 0) {
      return Prims.slice(t, axis, which * n / 2, (which + 1) * n / 2);
    }
    long[] dims = new long[t.rank() + 1];
    List<Tensor> sizes = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      int from = i > axis ? i - 1 : i;
      dims[i] = i == axis ? 2 : t.shape().dim(from);
      if (dims[i] < 0) {
        Tensor size = Prims.dimSize(t, from);
        sizes.add(from == axis ? Prims.div(size, Prims.scalar(DType.INT32, 2L)) : size);
      }
    }
    Tensor halves = Prims.reshape(t, Shape.of(dims), sizes);
    return Prims.sum(Prims.slice(halves, axis, which, which + 1L), axis);
  }

  /** {@code x - tanh(x)} ({@code keras.ops.tanh_shrink}). */
  public static Tensor tanhShrink(Object x) {
    return Op.call(
        "ops.tanh_shrink",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          return Prims.sub(t, Prims.unary(UnaryKind.TANH, t));
        },
        x);
  }

  /** {@code x} between -1 and 1, else the nearer of them ({@code keras.ops.hard_tanh}). */
  public static Tensor hardTanh(Object x) {
    return Op.call(
        "ops.hard_tanh",
        a -> {
          Tensor t = number(a.tensor(0));
          Tensor low = Prims.select(below(t, -1), Prims.scalarLike(t, -1), t);
          return Prims.select(above(t, 1), Prims.scalarLike(t, 1), low);
        },
        x);
  }

  /** {@link #hardShrink(Object, double)} with a threshold of 0.5. */
  public static Tensor hardShrink(Object x) {
    return hardShrink(x, 0.5);
  }

  /** {@code x} where its modulus exceeds the threshold, else 0 ({@code keras.ops.hard_shrink}). */
  public static Tensor hardShrink(Object x, double threshold) {
    return Op.call(
        "ops.hard_shrink",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          return where(above(Prims.abs(t), a.real(1)), t, 0);
        },
        x,
        threshold);
  }

  /**
   * {@code x} where it exceeds the threshold, else the default value ({@code keras.ops.threshold}).
   *
   * @param threshold what x is compared with
   * @param defaultValue stands in place of smaller elements; a float makes an integer x a float
   */
  public static Tensor threshold(Object x, Number threshold, Number defaultValue) {
    return Op.call(
        "ops.threshold",
        a -> {
          Tensor t = a.tensor(0);
          DType wide = Promotion.resultType(t.dtype(), a.given(1));
          Tensor limit = Prims.scalar(wide, a.number(1).doubleValue());
          Tensor keep = Prims.gt(Prims.convert(t, wide), limit);
          DType to = Promotion.resultType(t.dtype(), a.given(2));
          Tensor kept = Prims.convert(t, to);
          return where(keep, kept, a.number(2).doubleValue());
        },
        x,
        threshold,
        defaultValue);
  }

  /** {@link #softmax(Object, Object)} over the last axis. */
  public static Tensor softmax(Object x) {
    return softmax(x, -1);
  }

  /**
   * {@code e^x / sum(e^x)} ({@code keras.ops.softmax}): numbers that are positive and sum to 1.
   *
   * @param axis an int, several as {@code int[]} or list, or null for all
   * @throws IllegalArgumentException if an axis is out of range
   */
  public static Tensor softmax(Object x, @Nullable Object axis) {
    return Op.call("ops.softmax", a -> softmaxOf(Dtypes.asFloat(a.tensor(0)), a.get(1)), x, axis);
  }

  static Tensor softmaxOf(Tensor x, @Nullable Object axis) {
    int[] axes = Axes.of(axis, x.rank());
    if (axes.length == 1) {
      return SoftmaxComposites.softmax(x, axes[0]);
    }
    Tensor e = Prims.exp(Prims.sub(x, Prims.stopGradient(Prims.maxKeep(x, axes))));
    return Prims.div(e, Prims.sumKeep(e, axes));
  }

  /** {@link #logSoftmax(Object, Object)} over the last axis. */
  public static Tensor logSoftmax(Object x) {
    return logSoftmax(x, -1);
  }

  /**
   * {@code x - log(sum(e^x))} ({@code keras.ops.log_softmax}).
   *
   * @param axis an int, several as {@code int[]} or list, or null for all
   * @throws IllegalArgumentException if an axis is out of range
   */
  public static Tensor logSoftmax(Object x, @Nullable Object axis) {
    return Op.call(
        "ops.log_softmax",
        a -> {
          Tensor t = Dtypes.asFloat(a.tensor(0));
          int[] axes = Axes.of(a.get(1), t.rank());
          if (axes.length == 1) {
            return SoftmaxComposites.logSoftmax(t, axes[0]);
          }
          Tensor s = Prims.sub(t, Prims.stopGradient(Prims.maxKeep(t, axes)));
          return Prims.sub(s, Prims.log(Prims.sumKeep(Prims.exp(s), axes)));
        },
        x,
        axis);
  }

  /** {@link #sparsemax(Object, int)} over the last axis. */
  public static Tensor sparsemax(Object x) {
    return sparsemax(x, -1);
  }

  /**
   * {@code max(x - tau, 0)}, which is 0 for many elements ({@code keras.ops.sparsemax}). With the elements
   * in descending order and {@code s} their cumulative sums, the first k support the result, those with
   * {@code x > (s - 1) / rank}; {@code tau = (sum of their s - 1) / k}, as Keras computes it.
   *
   * @param axis along which elements compete
   */
  public static Tensor sparsemax(Object x, int axis) {
    return Op.call(
        "ops.sparsemax", a -> sparsemaxOf(Dtypes.asFloat(a.tensor(0)), a.integer(1)), x, axis);
  }

  private static Tensor sparsemaxOf(Tensor x, int axis) {
    int at = x.shape().axis(axis);
    Tensor sorted = Engine.bind1(new Sort(at, true), x);
    Tensor sums = Prims.cumulative(CumulativeKind.SUM, sorted, at, false);
    int[] after = IntList.range(1, x.rank() - at).toArray();
    Tensor rank = Prims.expandDims(Prims.add(Prims.iotaOf(x, at, x.dtype()), 1), after);
    // multiplied out, so that no division decides about what is equal
    Tensor support = Prims.gt(Prims.add(Prims.mul(sorted, rank), 1), sums);
    Tensor count = Prims.reduceKeep(ReduceKind.SUM, Prims.convert(support, x.dtype()), at);
    Tensor total = Prims.sumKeep(where(support, sums, 0), at);
    Tensor tau = Prims.div(Prims.sub(total, 1), count);
    return Prims.max(Prims.sub(x, tau), Prims.scalarLike(x, 0));
  }
}
