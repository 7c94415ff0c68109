package org.keras4j.ops.internal.nn;

import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.composite.CrossEntropyComposites;
import org.keras4j.ops.internal.composite.SoftmaxComposites;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Promotion;

/**
 * The cross-entropies of {@code keras.ops}, one number an example. Logarithms are taken in the dtype of the
 * output, and only their product with the target has the dtype of both.
 */
public final class CrossEntropyOps {
  private CrossEntropyOps() {}

  private static Tensor clipped(Tensor p) {
    double e = Keras.epsilon();
    return Prims.min(Prims.max(p, Prims.scalarLike(p, e)), Prims.scalarLike(p, 1 - e));
  }

  private static void sameShape(Op.Args a, Tensor target, Tensor output) {
    if (!target.shape().isCompatible(output.shape())) {
      throw new IllegalArgumentException(
          a.name() + ": target and output must have the same shape, got target " + target.shape()
              + " and output " + output.shape());
    }
  }

  // probabilities along the axis, which sum to 1 first
  private static Tensor logOf(Tensor p, int axis) {
    return Prims.log(clipped(Prims.div(p, Prims.sumKeep(p, axis))));
  }

  private static Tensor axisLast(Tensor x, int axis) {
    int[] p = new int[x.rank()];
    for (int i = 0; i < p.length - 1; i++) {
      p[i] = i < axis ? i : i + 1;
    }
    p[p.length - 1] = axis;
    return Prims.transpose(x, p);
  }

  /** {@link #binaryCrossentropy(Object, Object, boolean)} of probabilities. */
  public static Tensor binaryCrossentropy(Object target, Object output) {
    return binaryCrossentropy(target, output, false);
  }

  /**
   * {@code -target log(p) - (1 - target) log(1 - p)}, elementwise ({@code keras.ops.binary_crossentropy}).
   *
   * @param target numbers from 0 to 1
   * @param output of the shape of the target: probabilities p, kept epsilon off 0 and 1, or logits
   * @param fromLogits whether output holds logits, p being their sigmoid
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Tensor binaryCrossentropy(Object target, Object output, boolean fromLogits) {
    return Op.call(
        "ops.binary_crossentropy",
        a -> {
          Tensor out = Dtypes.asFloat(a.tensor(1));
          Tensor t = Dtypes.common(a.tensor(0), out).get(0);
          sameShape(a, t, out);
          boolean logits = a.flag(2);
          if (logits && t.dtype() == out.dtype()) {
            return CrossEntropyComposites.binary(out, t);
          }
          Tensor p = logits ? out : clipped(out);
          Tensor yes = logits ? ActivationOps.logSigmoidOf(p) : Prims.log(p);
          Tensor no =
              logits ? ActivationOps.logSigmoidOf(Prims.neg(p)) : Prims.log(Prims.sub(1, p));
          yes = Prims.mul(t, Prims.convert(yes, t.dtype()));
          no = Prims.mul(Prims.sub(1, t), Prims.convert(no, t.dtype()));
          return Prims.neg(Prims.add(yes, no));
        },
        target,
        output,
        fromLogits);
  }

  /** {@link #categoricalCrossentropy(Object, Object, boolean, int)} of probabilities, the last axis. */
  public static Tensor categoricalCrossentropy(Object target, Object output) {
    return categoricalCrossentropy(target, output, false, -1);
  }

  /** {@link #categoricalCrossentropy(Object, Object, boolean, int)} over the last axis. */
  public static Tensor categoricalCrossentropy(Object target, Object output, boolean fromLogits) {
    return categoricalCrossentropy(target, output, fromLogits, -1);
  }

  /**
   * {@code -sum(target log(p))} over classes ({@code keras.ops.categorical_crossentropy}).
   *
   * @param target probabilities of classes, one-hot for instance
   * @param output of the shape of the target: probabilities, which are made to sum to 1 and kept epsilon
   *     off 0 and 1, or logits
   * @param fromLogits whether output holds logits
   * @param axis the axis of classes
   * @return the shape of the target without the axis
   * @throws IllegalArgumentException if the shapes differ, or are those of scalars
   */
  public static Tensor categoricalCrossentropy(
      Object target, Object output, boolean fromLogits, int axis) {
    return Op.call(
        "ops.categorical_crossentropy",
        a -> {
          Tensor out = Dtypes.asFloat(a.tensor(1));
          Tensor t = Dtypes.common(a.tensor(0), out).get(0);
          sameShape(a, t, out);
          if (t.rank() < 1) {
            throw new IllegalArgumentException(
                a.name() + ": target and output must be at least of rank 1, got scalars");
          }
          int at = Axes.one(a.integer(3), out.rank());
          boolean logits = a.flag(2);
          if (logits && t.dtype() == out.dtype()) {
            return CrossEntropyComposites.dense(axisLast(out, at), axisLast(t, at));
          }
          Tensor logs = logits ? SoftmaxComposites.logSoftmax(out, at) : logOf(out, at);
          return Prims.neg(Prims.sum(Prims.mul(t, Prims.convert(logs, t.dtype())), at));
        },
        target,
        output,
        fromLogits,
        axis);
  }

  /** {@link #sparseCategoricalCrossentropy(Object, Object, boolean, int)}, probabilities, last axis. */
  public static Tensor sparseCategoricalCrossentropy(Object target, Object output) {
    return sparseCategoricalCrossentropy(target, output, false, -1);
  }

  /** {@link #sparseCategoricalCrossentropy(Object, Object, boolean, int)} over the last axis. */
  public static Tensor sparseCategoricalCrossentropy(
      Object target, Object output, boolean fromLogits) {
    return sparseCategoricalCrossentropy(target, output, fromLogits, -1);
  }

  /**
   * {@code -log(p[target])} ({@code keras.ops.sparse_categorical_crossentropy}).
   *
   * @param target numbers of classes, of the shape of output without the axis; a last axis of size 1 may
   *     follow. A number that is no class gives 0.
   * @param output probabilities, which are made to sum to 1 and kept epsilon off 0 and 1, or logits
   * @param fromLogits whether output holds logits
   * @param axis the axis of classes
   * @return floats of at least 32 bits, of the shape of output without the axis
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Tensor sparseCategoricalCrossentropy(
      Object target, Object output, boolean fromLogits, int axis) {
    return Op.call(
        "ops.sparse_categorical_crossentropy",
        a -> {
          Tensor labels = a.tensor(0, DType.INT32);
          Tensor out = Dtypes.asFloat(a.tensor(1));
          if (out.rank() < 1) {
            throw new IllegalArgumentException(a.name() + ": output must be at least of rank 1");
          }
          int at = Axes.one(a.integer(3), out.rank());
          if (labels.rank() == out.rank() && labels.shape().last() == 1) {
            labels = Prims.sum(labels, -1);
          }
          Shape want = out.shape().without(at);
          if (!labels.shape().isCompatible(want)) {
            throw new IllegalArgumentException(
                a.name() + ": target must have the shape of output without its classes, " + want
                    + ", got target " + a.spec(0).shape() + " and output " + out.shape());
          }
          DType wide = Promotion.resultType(out.dtype(), DType.FLOAT32);
          if (a.flag(2)) {
            return Prims.convert(CrossEntropyComposites.sparse(axisLast(out, at), labels), wide);
          }
          Tensor logs = axisLast(logOf(out, at), at);
          Tensor hot = Prims.eq(Prims.expandDims(labels, -1), Prims.iotaOf(logs, -1, DType.INT32));
          Tensor picked = Prims.sum(Prims.select(hot, logs, Prims.scalarLike(logs, 0)), -1);
          return Prims.convert(Prims.neg(picked), wide);
        },
        target,
        output,
        fromLogits,
        axis);
  }
}
