package org.keras4j.training.losses;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Losses of probabilities. {@code fromLogits} says that predictions are not yet through softmax (or
 * sigmoid); {@code labelSmoothing} draws the targets that far to the middle.
 */
public abstract class CrossentropyLosses extends RegressionLosses {
  protected CrossentropyLosses() {}

  private static Tensor smooth(Tensor t, double labelSmoothing) {
    if (labelSmoothing == 0) {
      return t;
    }
    Object share = t.shape().last() >= 0
        ? (Object) (labelSmoothing / t.shape().last())
        : Ops.divide(labelSmoothing, Prims.convert(Prims.dimSize(t, -1), t.dtype()));
    return Ops.add(Ops.multiply(t, 1.0 - labelSmoothing), share);
  }

  private static Tensor smoothBinary(Tensor t, double labelSmoothing) {
    return labelSmoothing == 0
        ? t
        : Ops.add(Ops.multiply(t, 1.0 - labelSmoothing), 0.5 * labelSmoothing);
  }

  /** Of probabilities along the last axis. */
  public static Tensor categoricalCrossentropy(Object yTrue, Object yPred) {
    return categoricalCrossentropy(yTrue, yPred, false, 0.0, -1);
  }

  /**
   * {@code -sum(yTrue log(yPred))} along an axis ({@code keras.losses.categorical_crossentropy}).
   *
   * @param yTrue probabilities or one-hot, {@code (batch, ..., classes)}
   * @param yPred of the same shape
   * @return {@code (batch, ...)}
   */
  public static Tensor categoricalCrossentropy(
      Object yTrue, Object yPred, boolean fromLogits, double labelSmoothing, int axis) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = smooth(Ops.convertToTensor(yTrue, p.dtype()), labelSmoothing);
    return Ops.categoricalCrossentropy(t, p, fromLogits, axis);
  }

  /**
   * {@link #categoricalFocalCrossentropy(Object, Object, Object, double, boolean, double, int)} with options.
   *
   * @param yTrue probabilities or one-hot, {@code (batch, ..., classes)}
   * @param yPred of the same shape
   * @param options weights, and what predictions are
   * @return {@code (batch, ...)}
   * @throws IllegalArgumentException if the options ask for the balancing of two classes
   */
  public static Tensor categoricalFocalCrossentropy(
      Object yTrue, Object yPred, FocalOptions options) {
    if (options.applyClassBalancing()) {
      throw new IllegalArgumentException(
          "categorical_focal_crossentropy: applyClassBalancing is for"
              + " binary_focal_crossentropy alone; alpha takes a number for each class");
    }
    return categoricalFocalCrossentropy(
        yTrue,
        yPred,
        options.alpha(),
        options.gamma(),
        options.fromLogits(),
        options.labelSmoothing(),
        options.axis());
  }

  /** Of probabilities along the last axis. */
  public static Tensor categoricalFocalCrossentropy(Object yTrue, Object yPred) {
    return categoricalFocalCrossentropy(yTrue, yPred, 0.25, 2.0, false, 0.0, -1);
  }

  /**
   * Cross-entropy weighted with {@code alpha (1 - p)^gamma}, which dims what is easy ({@code
   * keras.losses.categorical_focal_crossentropy}).
   *
   * @param alpha a number, or one for each class
   * @return {@code (batch, ...)}
   */
  public static Tensor categoricalFocalCrossentropy(
      Object yTrue,
      Object yPred,
      Object alpha,
      double gamma,
      boolean fromLogits,
      double labelSmoothing,
      int axis) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = smooth(Ops.convertToTensor(yTrue, p.dtype()), labelSmoothing);
    if (fromLogits) {
      p = Ops.softmax(p, axis);
    }
    Tensor output = Ops.divide(p, Ops.sum(p, axis, true));
    output = Ops.clip(output, Keras.epsilon(), 1.0 - Keras.epsilon());
    Tensor entropy = Ops.multiply(Ops.negative(t), Ops.log(output));
    Tensor weight = Ops.multiply(Ops.power(Ops.subtract(1.0, output), gamma), alpha);
    return Ops.sum(Ops.multiply(weight, entropy), axis);
  }

  /** Of probabilities along the last axis. */
  public static Tensor sparseCategoricalCrossentropy(Object yTrue, Object yPred) {
    return sparseCategoricalCrossentropy(yTrue, yPred, false, null, -1);
  }

  /**
   * Cross-entropy against class numbers ({@code keras.losses.sparse_categorical_crossentropy}).
   *
   * @param yTrue class numbers, {@code (batch, ...)}, with or without a last axis of 1; the loss of a number that is no
   *     class is NaN
   * @param yPred {@code (batch, ..., classes)}
   * @param ignoreClass a class number whose samples do not count (their loss is 0 and masked), or null
   * @return {@code (batch, ...)}
   */
  public static Tensor sparseCategoricalCrossentropy(
      Object yTrue, Object yPred, boolean fromLogits, @Nullable Integer ignoreClass, int axis) {
    Tensor t = Ops.convertToTensor(yTrue);
    Tensor p = Ops.convertToTensor(yPred);
    if (t.rank() == p.rank() && t.rank() > 0 && t.shape().dim(axis) == 1) {
      t = Ops.squeeze(t, axis);
    }
    if (ignoreClass == null) {
      return ofClasses(t, p, fromLogits, axis);
    }
    Tensor valid = Ops.notEqual(t, Ops.convertToTensor(ignoreClass, p.dtype()));
    t = Ops.where(valid, t, 0);
    p = Ops.where(Ops.expandDims(valid, axis), p, 0.0);
    Tensor loss = ofClasses(t, p, fromLogits, axis);
    loss = Ops.where(valid, loss, 0.0);
    loss.setKerasMask(valid);
    return loss;
  }

  // the function of ops gives 0 for a number that is no class, as Keras does on JAX: a training
  // would not notice
  private static Tensor ofClasses(Tensor t, Tensor p, boolean fromLogits, int axis) {
    Tensor loss = Ops.sparseCategoricalCrossentropy(t, p, fromLogits, axis);
    long classes = p.shape().dim(axis < 0 ? axis + p.rank() : axis);
    return classes < 1 ? loss : knownClasses(t, loss, classes);
  }

  static Tensor knownClasses(Tensor t, Tensor loss, long classes) {
    Tensor known = Ops.equal(Ops.clip(t, 0, classes - 1), t);
    return Ops.where(known, loss, Double.NaN);
  }

  /** Of probabilities, averaged over the last axis. */
  public static Tensor binaryCrossentropy(Object yTrue, Object yPred) {
    return binaryCrossentropy(yTrue, yPred, false, 0.0, -1);
  }

  /**
   * Mean of {@code -yTrue log(yPred) - (1 - yTrue) log(1 - yPred)} along an axis ({@code
   * keras.losses.binary_crossentropy}).
   */
  public static Tensor binaryCrossentropy(
      Object yTrue, Object yPred, boolean fromLogits, double labelSmoothing, int axis) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = smoothBinary(Ops.convertToTensor(yTrue, p.dtype()), labelSmoothing);
    return Ops.mean(Ops.binaryCrossentropy(t, p, fromLogits), axis);
  }

  /**
   * {@link #binaryFocalCrossentropy(Object, Object, boolean, double, double, boolean, double, int)} with options.
   *
   * @param yTrue 0 or 1, {@code (batch, ..., d)}
   * @param yPred of the same shape
   * @param options weights, and what predictions are
   * @return {@code (batch, ...)}
   * @throws IllegalArgumentException if alpha is several numbers
   */
  public static Tensor binaryFocalCrossentropy(Object yTrue, Object yPred, FocalOptions options) {
    if (!(options.alpha() instanceof Double alpha)) {
      throw new IllegalArgumentException("binary_focal_crossentropy: alpha is one number, got "
          + Arrays.toString((double[]) options.alpha()));
    }
    return binaryFocalCrossentropy(
        yTrue,
        yPred,
        options.applyClassBalancing(),
        alpha,
        options.gamma(),
        options.fromLogits(),
        options.labelSmoothing(),
        options.axis());
  }

  /** Of probabilities, averaged over the last axis. */
  public static Tensor binaryFocalCrossentropy(Object yTrue, Object yPred) {
    return binaryFocalCrossentropy(yTrue, yPred, false, 0.25, 2.0, false, 0.0, -1);
  }

  /**
   * Binary cross-entropy weighted with {@code (1 - p)^gamma}, p the probability given to the target ({@code
   * keras.losses.binary_focal_crossentropy}).
   *
   * @param applyClassBalancing whether class 1 counts alpha and class 0 counts {@code 1 - alpha}
   * @return {@code (batch, ...)}
   */
  public static Tensor binaryFocalCrossentropy(
      Object yTrue,
      Object yPred,
      boolean applyClassBalancing,
      double alpha,
      double gamma,
      boolean fromLogits,
      double labelSmoothing,
      int axis) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = smoothBinary(Ops.convertToTensor(yTrue, p.dtype()), labelSmoothing);
    if (fromLogits) {
      p = Ops.sigmoid(p);
    }
    Tensor loss = Ops.binaryCrossentropy(t, p, false);
    Tensor no = Ops.subtract(1, t);
    Tensor given = Ops.add(Ops.multiply(t, p), Ops.multiply(no, Ops.subtract(1, p)));
    loss = Ops.multiply(Ops.power(Ops.subtract(1.0, given), gamma), loss);
    if (applyClassBalancing) {
      Tensor weight = Ops.add(Ops.multiply(t, alpha), Ops.multiply(no, 1 - alpha));
      loss = Ops.multiply(weight, loss);
    }
    return Ops.mean(loss, axis);
  }
}
