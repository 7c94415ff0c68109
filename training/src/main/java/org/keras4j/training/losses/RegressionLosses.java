package org.keras4j.training.losses;

import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.engine.Prims;

/**
 * Losses of numbers. All take targets and predictions of shape {@code (batch, ..., d)}, array-like, and
 * give the mean (or sum) over the last axis, of shape {@code (batch, ...)}. Targets are converted to the
 * predictions' dtype.
 */
public abstract class RegressionLosses {
  protected RegressionLosses() {}

  /** Targets and predictions of one dtype and, where shapes end in 1, one rank. */
  static Reduction.Pair pair(Object yTrue, Object yPred) {
    Tensor p = Ops.convertToTensor(yPred);
    return Reduction.sameRank(Ops.convertToTensor(yTrue, p.dtype()), p);
  }

  /** Mean of {@code (yTrue - yPred)²} ({@code keras.losses.mean_squared_error}). */
  public static Tensor meanSquaredError(Object yTrue, Object yPred) {
    Reduction.Pair y = pair(yTrue, yPred);
    return Ops.mean(Ops.square(Ops.subtract(y.first(), y.second())), -1);
  }

  /** Mean of {@code |yTrue - yPred|} ({@code keras.losses.mean_absolute_error}). */
  public static Tensor meanAbsoluteError(Object yTrue, Object yPred) {
    Reduction.Pair y = pair(yTrue, yPred);
    return Ops.mean(Ops.abs(Ops.subtract(y.first(), y.second())), -1);
  }

  /**
   * 100 times the mean of {@code |(yTrue - yPred) / yTrue|}, the denominator at least epsilon ({@code
   * keras.losses.mean_absolute_percentage_error}).
   */
  public static Tensor meanAbsolutePercentageError(Object yTrue, Object yPred) {
    Reduction.Pair y = pair(yTrue, yPred);
    Tensor denominator =
        Ops.maximum(Ops.abs(y.first()), Prims.scalarLike(y.second(), Keras.epsilon()));
    Tensor diff = Ops.abs(Ops.divide(Ops.subtract(y.first(), y.second()), denominator));
    return Ops.multiply(100.0, Ops.mean(diff, -1));
  }

  /**
   * Mean of {@code (log(yTrue + 1) - log(yPred + 1))²}, both at least epsilon ({@code
   * keras.losses.mean_squared_logarithmic_error}).
   */
  public static Tensor meanSquaredLogarithmicError(Object yTrue, Object yPred) {
    Reduction.Pair y = pair(yTrue, yPred);
    Tensor a = Ops.log(Ops.add(Ops.maximum(y.second(), Keras.epsilon()), 1.0));
    Tensor b = Ops.log(Ops.add(Ops.maximum(y.first(), Keras.epsilon()), 1.0));
    return Ops.mean(Ops.square(Ops.subtract(a, b)), -1);
  }

  /** {@link #huber(Object, Object, double)} with a delta of 1. */
  public static Tensor huber(Object yTrue, Object yPred) {
    return huber(yTrue, yPred, 1.0);
  }

  /**
   * Mean of {@code 0.5 e²} where the error e is at most delta, of {@code delta |e| - 0.5 delta²} elsewhere
   * ({@code keras.losses.huber}).
   */
  public static Tensor huber(Object yTrue, Object yPred, double delta) {
    Reduction.Pair y = pair(yTrue, yPred);
    Tensor error = Ops.subtract(y.second(), y.first());
    Tensor size = Ops.abs(error);
    Tensor bound = Prims.scalarLike(y.second(), delta);
    Tensor half = Prims.scalarLike(size, 0.5);
    Tensor near = Ops.multiply(half, Ops.square(error));
    Tensor far = Ops.subtract(Ops.multiply(bound, size), Ops.multiply(half, Ops.square(bound)));
    return Ops.mean(Ops.where(Ops.lessEqual(size, bound), near, far), -1);
  }

  /** Mean of {@code log(cosh(yPred - yTrue))} ({@code keras.losses.log_cosh}). */
  public static Tensor logCosh(Object yTrue, Object yPred) {
    Reduction.Pair y = pair(yTrue, yPred);
    Tensor x = Ops.subtract(y.second(), y.first());
    Tensor s = Ops.add(x, Ops.softplus(Ops.multiply(x, -2.0)));
    return Ops.mean(Ops.subtract(s, Prims.scalarLike(y.second(), Math.log(2))), -1);
  }

  /**
   * Sum of {@code yTrue log(yTrue / yPred)}, both clipped to epsilon .. 1 ({@code
   * keras.losses.kl_divergence}).
   */
  public static Tensor klDivergence(Object yTrue, Object yPred) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = Ops.clip(Ops.convertToTensor(yTrue, p.dtype()), Keras.epsilon(), 1.0);
    p = Ops.clip(p, Keras.epsilon(), 1.0);
    return Ops.sum(Ops.multiply(t, Ops.log(Ops.divide(t, p))), -1);
  }

  /** Mean of {@code yPred - yTrue log(yPred + epsilon)} ({@code keras.losses.poisson}). */
  public static Tensor poisson(Object yTrue, Object yPred) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = Ops.convertToTensor(yTrue, p.dtype());
    return Ops.mean(
        Ops.subtract(p, Ops.multiply(t, Ops.log(Ops.add(p, Prims.scalarLike(p, Keras.epsilon()))))),
        -1);
  }

  /**
   * Mean of {@code max(1 - yTrue yPred, 0)}; targets are -1 or 1, or 0 or 1 throughout, which then mean -1
   * and 1 ({@code keras.losses.hinge}).
   */
  public static Tensor hinge(Object yTrue, Object yPred) {
    return Ops.mean(margin(yTrue, yPred), -1);
  }

  /** Mean of {@code max(1 - yTrue yPred, 0)²} ({@code keras.losses.squared_hinge}). */
  public static Tensor squaredHinge(Object yTrue, Object yPred) {
    return Ops.mean(Ops.square(margin(yTrue, yPred)), -1);
  }

  private static Tensor margin(Object yTrue, Object yPred) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = Ops.convertToTensor(yTrue, p.dtype());
    Tensor binary = Ops.logicalOr(Ops.equal(t, 0), Ops.equal(t, 1));
    Tensor other = Ops.sum(Ops.convertToTensor(Ops.logicalNot(binary), DType.INT32));
    Tensor signs = Ops.where(Ops.equal(other, 0), Ops.subtract(Ops.multiply(2.0, t), 1.0), t);
    return Ops.maximum(Ops.subtract(1.0, Ops.multiply(signs, p)), 0.0);
  }

  /**
   * {@code max(neg - pos + 1, 0)}, where pos is the sum of {@code yTrue yPred} and neg the largest of
   * {@code (1 - yTrue) yPred} ({@code keras.losses.categorical_hinge}).
   */
  public static Tensor categoricalHinge(Object yTrue, Object yPred) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = Ops.convertToTensor(yTrue, p.dtype());
    Tensor pos = Ops.sum(Ops.multiply(t, p), -1);
    Tensor neg = Ops.max(Ops.multiply(Ops.subtract(1.0, t), p), -1);
    return Ops.maximum(Ops.add(Ops.subtract(neg, pos), 1.0), 0.0);
  }
}
