package org.keras4j.training.metrics;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.types.Index;
import org.keras4j.training.losses.CrossentropyLosses;
import org.keras4j.training.losses.Losses;
import org.keras4j.training.losses.Reduction;

/**
 * The functions of {@code keras.metrics}; those of {@link CrossentropyLosses} are among them. Accuracies
 * give 1 or 0 a sample, in floatx.
 */
public final class Metrics extends CrossentropyLosses {
  /** The functions that are no losses. */
  static final Set<String> ACCURACIES = Set.of(
      "accuracy",
      "binary_accuracy",
      "categorical_accuracy",
      "sparse_categorical_accuracy",
      "top_k_categorical_accuracy",
      "sparse_top_k_categorical_accuracy",
      "pearson_correlation",
      "concordance_correlation");

  private Metrics() {}

  private static Tensor number(Tensor matches) {
    return Ops.convertToTensor(matches, Keras.floatx());
  }

  /** Where targets and predictions are equal, elementwise. */
  static Tensor accuracy(Object yTrue, Object yPred) {
    Tensor p = Ops.convertToTensor(yPred);
    Reduction.Pair y = Reduction.sameRank(Ops.convertToTensor(yTrue, p.dtype()), p);
    return number(Ops.equal(y.first(), y.second()));
  }

  /** With a threshold of 0.5. */
  public static Tensor binaryAccuracy(Object yTrue, Object yPred) {
    return binaryAccuracy(yTrue, yPred, 0.5);
  }

  /**
   * Where targets, 0 or 1, are as predictions say, which are above the threshold for 1; elementwise ({@code
   * keras.metrics.binary_accuracy}).
   */
  public static Tensor binaryAccuracy(Object yTrue, Object yPred, double threshold) {
    Reduction.Pair y = Reduction.sameRank(Ops.convertToTensor(yTrue), Ops.convertToTensor(yPred));
    Tensor yes =
        Ops.convertToTensor(Ops.greater(y.second(), threshold), y.first().dtype());
    return number(Ops.equal(y.first(), yes));
  }

  private static Tensor largest(Tensor x) {
    return Ops.cast(Ops.argmax(x, -1), DType.INT32);
  }

  /**
   * Where the largest prediction is that of the target ({@code keras.metrics.categorical_accuracy}).
   *
   * @param yTrue one-hot or probabilities, {@code (batch, ..., classes)}
   * @param yPred {@code (batch, ..., classes)}
   * @return {@code (batch, ...)}
   */
  public static Tensor categoricalAccuracy(Object yTrue, Object yPred) {
    return number(
        Ops.equal(largest(Ops.convertToTensor(yTrue)), largest(Ops.convertToTensor(yPred))));
  }

  /**
   * Where the largest prediction is that of the target's class number ({@code
   * keras.metrics.sparse_categorical_accuracy}).
   *
   * @param yTrue class numbers, {@code (batch, ...)}, with or without a last axis of 1
   * @param yPred {@code (batch, ..., classes)}
   * @return {@code (batch, ...)}
   */
  public static Tensor sparseCategoricalAccuracy(Object yTrue, Object yPred) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = Ops.convertToTensor(yTrue, p.dtype());
    if (p.rank() > 1 && t.rank() == p.rank() && t.shape().last() == 1) {
      t = Ops.squeeze(t, -1);
    }
    Tensor matches = number(Ops.equal(t, Ops.convertToTensor(largest(p), t.dtype())));
    return matches.rank() > 1 && matches.shape().last() == 1 ? Ops.squeeze(matches, -1) : matches;
  }

  /** Among the 5 largest. */
  public static Tensor topKCategoricalAccuracy(Object yTrue, Object yPred) {
    return topKCategoricalAccuracy(yTrue, yPred, 5);
  }

  /**
   * Where the target is among the k largest predictions ({@code
   * keras.metrics.top_k_categorical_accuracy}).
   *
   * @param yTrue one-hot or probabilities, {@code (batch, ..., classes)}
   * @param yPred {@code (batch, ..., classes)}
   * @return {@code (batch, ...)}
   */
  public static Tensor topKCategoricalAccuracy(Object yTrue, Object yPred, int k) {
    return inTopK(largest(Ops.convertToTensor(yTrue)), Ops.convertToTensor(yPred), k);
  }

  private static Tensor inTopK(Tensor classes, Tensor p, int k) {
    return samplewise(classes, p, (t, flat) -> Ops.inTopK(t, flat, k));
  }

  // where class numbers match predictions of shape (samples, classes), in the shape of the numbers
  private static Tensor samplewise(Tensor classes, Tensor p, BinaryOperator<Tensor> matching) {
    Tensor flat = p.rank() > 2 ? Ops.reshape(p, -1, p.shape().last()) : p;
    Tensor t = classes.rank() > 1 ? Ops.reshape(classes, -1) : classes;
    Tensor matches = number(matching.apply(t, flat));
    return classes.rank() > 1 ? reshapeLike(matches, classes) : matches;
  }

  private static Tensor reshapeLike(Tensor x, Tensor like) {
    Shape s = like.shape();
    long unknown = java.util.Arrays.stream(s.toArray()).filter(d -> d < 0).count();
    if (unknown <= 1) {
      return Ops.reshape(x, s.toArray());
    }
    throw new IllegalArgumentException(
        "Top-k accuracy: at most one dimension of the targets may be unknown, got shape " + s);
  }

  /** Among the 5 largest. */
  public static Tensor sparseTopKCategoricalAccuracy(Object yTrue, Object yPred) {
    return sparseTopKCategoricalAccuracy(yTrue, yPred, 5, false);
  }

  /**
   * Where the target's class number is among the k largest predictions ({@code
   * keras.metrics.sparse_top_k_categorical_accuracy}).
   *
   * @param yTrue class numbers, {@code (batch, ...)}
   * @param yPred {@code (batch, ..., classes)}; class numbers, the likeliest first, if fromSortedIds
   * @return {@code (batch, ...)}
   */
  public static Tensor sparseTopKCategoricalAccuracy(
      Object yTrue, Object yPred, int k, boolean fromSortedIds) {
    Tensor p = Ops.convertToTensor(yPred);
    Tensor t = Ops.convertToTensor(yTrue, fromSortedIds ? p.dtype() : DType.INT32);
    if (!fromSortedIds) {
      return inTopK(t, p, k);
    }
    Tensor first = Ops.getItem(p, Index.ELLIPSIS, Index.range(null, k));
    return samplewise(t, first, (ids, row) -> Ops.any(Ops.equal(Ops.expandDims(ids, -1), row), -1));
  }

  /** The cosine of the angle between targets and predictions: 1 where they agree. */
  static Tensor cosine(Object yTrue, Object yPred, @Nullable Object axis) {
    return Ops.negative(Losses.cosineSimilarity(yTrue, yPred, axis));
  }

  /** Along the last axis. */
  public static Tensor pearsonCorrelation(Object yTrue, Object yPred) {
    return pearsonCorrelation(yTrue, yPred, -1);
  }

  /**
   * How linearly predictions follow targets along an axis, -1 to 1 ({@code
   * keras.metrics.pearson_correlation}).
   *
   * @param axis an int, several, or null for all
   * @return without the axis
   */
  public static Tensor pearsonCorrelation(Object yTrue, Object yPred, @Nullable Object axis) {
    Tensor p = Ops.convertToTensor(yPred);
    Reduction.Pair y = Reduction.sameRank(Ops.convertToTensor(yTrue, p.dtype()), p);
    return Ops.mean(Ops.multiply(standard(y.first(), axis), standard(y.second(), axis)), axis);
  }

  private static Tensor standard(Tensor x, @Nullable Object axis) {
    Tensor centered = Ops.subtract(x, Ops.mean(x, axis, true));
    return Ops.divide(centered, Ops.std(centered, axis, true));
  }

  /** Along the last axis. */
  public static Tensor concordanceCorrelation(Object yTrue, Object yPred) {
    return concordanceCorrelation(yTrue, yPred, -1);
  }

  /**
   * How well predictions agree with targets along an axis, -1 to 1 ({@code
   * keras.metrics.concordance_correlation}).
   *
   * @param axis an int, several, or null for all
   * @return without the axis
   */
  public static Tensor concordanceCorrelation(Object yTrue, Object yPred, @Nullable Object axis) {
    Tensor p = Ops.convertToTensor(yPred);
    Reduction.Pair y = Reduction.sameRank(Ops.convertToTensor(yTrue, p.dtype()), p);
    Tensor t = y.first();
    p = y.second();
    Tensor tMean = Ops.mean(t, axis, true);
    Tensor pMean = Ops.mean(p, axis, true);
    Tensor norm = Ops.add(
        Ops.add(
            Ops.var(Ops.subtract(t, tMean), axis, true),
            Ops.var(Ops.subtract(p, pMean), axis, true)),
        Ops.square(Ops.subtract(tMean, pMean)));
    // as in Keras, both deviations are from the mean of the predictions
    Tensor product = Ops.multiply(Ops.subtract(t, pMean), Ops.subtract(p, pMean));
    return Ops.mean(Ops.divide(Ops.multiply(2, product), Ops.add(norm, Keras.epsilon())), axis);
  }

  /** The metric of an identifier; see {@link Metric#get}. */
  public static @Nullable Metric get(@Nullable Object identifier) {
    return Metric.get(identifier);
  }

  /** The JSON tree of a metric ({@code keras.metrics.serialize}). */
  public static @Nullable Object serialize(Metric metric) {
    return Serializer.serialize(metric);
  }

  /**
   * The metric of a JSON tree or a name ({@code keras.metrics.deserialize}).
   *
   * @param customObjects classes by the names that the tree has for them, besides those registered; may be null
   * @return the metric
   */
  public static Metric deserialize(Object config, @Nullable Map<String, Class<?>> customObjects) {
    return CustomObjects.with(customObjects, () -> Objects.requireNonNull(Metric.get(config)));
  }
}
