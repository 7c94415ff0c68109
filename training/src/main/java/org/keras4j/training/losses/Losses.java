package org.keras4j.training.losses;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.ops.Ops;

/** The functions of {@code keras.losses}. */
public final class Losses extends CrossentropyLosses {
  private Losses() {}

  /** Along the last axis. */
  public static Tensor cosineSimilarity(Object yTrue, Object yPred) {
    return cosineSimilarity(yTrue, yPred, -1);
  }

  /**
   * The negated cosine of the angle between targets and predictions along an axis: -1 where they agree
   * ({@code keras.losses.cosine_similarity}).
   *
   * @param axis an int, several, or null for all
   * @return {@code (batch, ...)}
   */
  public static Tensor cosineSimilarity(Object yTrue, Object yPred, @Nullable Object axis) {
    Reduction.Pair y = pair(yTrue, yPred);
    return Ops.negative(Ops.sum(
        Ops.multiply(
            Ops.normalize(y.first(), axis, 2, null), Ops.normalize(y.second(), axis, 2, null)),
        axis));
  }

  /**
   * The connectionist temporal classification loss ({@code keras.losses.ctc}).
   *
   * @param yTrue labels {@code (batch, max_length)}, padded with 0, which is the blank
   * @param yPred logits {@code (batch, max_length, classes)}
   * @return one loss a sequence, {@code (batch,)}
   */
  public static Tensor ctc(Object yTrue, Object yPred) {
    Tensor t = Ops.convertToTensor(yTrue);
    Tensor p = Ops.convertToTensor(yPred);
    if (t.rank() != 2) {
      throw new IllegalArgumentException(
          "ctc: expected targets of shape (batch, max_length), got " + t.shape());
    }
    if (p.rank() != 3) {
      throw new IllegalArgumentException(
          "ctc: expected logits of shape (batch, max_length, classes), got " + p.shape());
    }
    Tensor labels = Ops.sum(Ops.cast(Ops.notEqual(t, 0), DType.INT32), -1);
    Tensor inputs = Ops.fullLike(labels, p.shape().intDim(1));
    return Ops.ctcLoss(Ops.cast(t, DType.INT32), p, labels, inputs, 0);
  }

  /** Over all elements. */
  public static Tensor dice(Object yTrue, Object yPred) {
    return dice(yTrue, yPred, null);
  }

  /**
   * {@code 1 - 2 sum(yTrue yPred) / (sum(yTrue) + sum(yPred))} ({@code keras.losses.dice}).
   *
   * @param axis the axes summed over, null for all
   * @return a scalar, or without the axes
   */
  public static Tensor dice(Object yTrue, Object yPred, @Nullable Object axis) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = Ops.convertToTensor(yTrue, p.dtype());
    Tensor both = Ops.sum(Ops.multiply(t, p), axis);
    Tensor all = Ops.add(Ops.add(Ops.sum(t, axis), Ops.sum(p, axis)), Keras.epsilon());
    return Ops.subtract(1, Ops.divide(Ops.multiply(2.0, both), all));
  }

  /** Over all elements, both kinds of error weighing the same. */
  public static Tensor tversky(Object yTrue, Object yPred) {
    return tversky(yTrue, yPred, 0.5, 0.5, null);
  }

  /**
   * One less the Tversky index, in which targets not predicted weigh alpha, predictions that are no targets beta ({@code
   * keras.losses.tversky}).
   *
   * @param axis the axes summed over, null for all
   * @return a scalar, or without the axes
   */
  public static Tensor tversky(
      Object yTrue, Object yPred, double alpha, double beta, @Nullable Object axis) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = Ops.convertToTensor(yTrue, p.dtype());
    Tensor both = Ops.sum(Ops.multiply(t, p), axis);
    // Keras calls the targets inputs here: what it weighs with alpha is a target not predicted
    Tensor first = Ops.sum(Ops.multiply(Ops.subtract(1, p), t), axis);
    Tensor second = Ops.sum(Ops.multiply(p, Ops.subtract(1, t)), axis);
    Tensor all = Ops.add(
        Ops.add(Ops.add(both, Ops.multiply(first, alpha)), Ops.multiply(second, beta)),
        Keras.epsilon());
    return Ops.subtract(1, Ops.divide(both, all));
  }

  /** Pairs within the batch, with gamma 80 and margin 0.4. */
  public static Tensor circle(Object yTrue, Object yPred) {
    return circle(yTrue, yPred, null, null, true, 80, 0.4);
  }

  /**
   * {@link #circle(Object, Object, Object, Object, boolean, double, double)} with options.
   *
   * @param yTrue labels, {@code (batch,)} or {@code (batch, 1)}
   * @param yPred embeddings of length 1, {@code (batch, d)}
   * @param options which pairs are looked at, and how
   * @return {@code (batch,)}
   */
  public static Tensor circle(Object yTrue, Object yPred, CircleOptions options) {
    return circle(
        yTrue,
        yPred,
        options.refLabels(),
        options.refEmbeddings(),
        options.removeDiagonal(),
        options.gamma(),
        options.margin());
  }

  /**
   * The circle loss ({@code keras.losses.circle}); samples with a loss of 0 are masked.
   *
   * @param yTrue labels, {@code (batch,)} or {@code (batch, 1)}
   * @param yPred embeddings of length 1, {@code (batch, d)}
   * @param refLabels labels of the references, null for yTrue
   * @param refEmbeddings the references, null for yPred
   * @param removeDiagonal whether sample i and reference i are no pair
   * @return {@code (batch,)}
   */
  public static Tensor circle(
      Object yTrue,
      Object yPred,
      @Nullable Object refLabels,
      @Nullable Object refEmbeddings,
      boolean removeDiagonal,
      double gamma,
      double margin) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = Ops.convertToTensor(yTrue, DType.INT32);
    Tensor refs = refEmbeddings == null ? p : Ops.convertToTensor(refEmbeddings);
    Tensor labels = refLabels == null ? t : Ops.convertToTensor(refLabels, DType.INT32);
    Tensor distance = Ops.maximum(Ops.subtract(1, Ops.matmul(p, Ops.transpose(refs))), 0.0);
    Tensor same = Ops.equal(column(t), Ops.transpose(column(labels)));
    Tensor other = Ops.logicalNot(same);
    if (removeDiagonal) {
      same = Ops.logicalAnd(same, offDiagonal(same));
    }
    double negInf = Double.NEGATIVE_INFINITY;
    Tensor posWeight =
        Ops.maximum(Ops.multiply(Ops.add(margin, distance), Ops.cast(same, distance.dtype())), 0.0);
    Tensor negWeight = Ops.maximum(
        Ops.multiply(Ops.subtract(1 + margin, distance), Ops.cast(other, distance.dtype())), 0.0);
    Tensor pos = Ops.multiply(Ops.multiply(-gamma, posWeight), Ops.subtract(margin, distance));
    Tensor neg = Ops.multiply(Ops.multiply(gamma, negWeight), Ops.subtract(1 - margin, distance));
    Tensor posLoss = Ops.logsumexp(Ops.where(same, pos, negInf), 1);
    Tensor negLoss = Ops.logsumexp(Ops.where(other, neg, negInf), 1);
    Tensor loss = Ops.softplus(Ops.add(posLoss, negLoss));
    loss.setKerasMask(Ops.greater(loss, 0));
    return loss;
  }

  private static Tensor column(Tensor labels) {
    return labels.rank() == 1 ? Ops.expandDims(labels, -1) : labels;
  }

  private static Tensor offDiagonal(Tensor like) {
    Tensor one = Ops.onesLike(like, DType.INT32);
    return Ops.notEqual(Ops.cumsum(one, 0), Ops.cumsum(one, 1));
  }

  /**
   * {@code (1 - p^q) / q}, p the probability of the target's class ({@code
   * keras.losses.categorical_generalized_cross_entropy}).
   *
   * @param yTrue class numbers, {@code (batch,)}
   * @param yPred probabilities, {@code (batch, classes)}
   * @return {@code (batch, ...)}
   */
  public static Tensor categoricalGeneralizedCrossEntropy(Object yTrue, Object yPred, double q) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = Ops.convertToTensor(yTrue, DType.INT32);
    Tensor oneHot = Ops.oneHot(t, p.shape().intDim(-1), p.dtype());
    Tensor given = Ops.sum(Ops.multiply(p, oneHot), -1);
    return Ops.divide(Ops.subtract(1, Ops.power(given, q)), q);
  }

  /** The loss of an identifier; see {@link Loss#get}. */
  public static @Nullable Loss get(@Nullable Object identifier) {
    return Loss.get(identifier);
  }

  /** The JSON tree of a loss ({@code keras.losses.serialize}). */
  public static @Nullable Object serialize(Loss loss) {
    return Serializer.serialize(loss);
  }

  /**
   * The loss of a JSON tree or a name ({@code keras.losses.deserialize}).
   *
   * @param customObjects classes by the names that the tree has for them, besides those registered; may be null
   * @return the loss
   */
  public static Loss deserialize(Object name, @Nullable Map<String, Class<?>> customObjects) {
    return CustomObjects.with(customObjects, () -> Objects.requireNonNull(Loss.get(name)));
  }
}
