package org.keras4j.training.metrics;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** What the F scores have in common. */
abstract class BaseFScore<S extends BaseFScore<S>> extends FluentMetric<S> {
  @Config
  private @Nullable String average;

  @Config
  private double beta = 1.0;

  @Config
  private @Nullable Double threshold;

  private @Nullable Counts counts;

  /** What is counted for each class. */
  private record Counts(
      Variable truePositives, Variable falsePositives, Variable falseNegatives, Variable weights) {}

  BaseFScore(String name) {
    super(name);
  }

  /**
   * How classes' scores become one.
   *
   * @param value {@code micro} (counts of all classes together), {@code macro} (the mean), {@code weighted} (by
   *     their number of targets), or null (the default) for one score a class
   * @return this metric
   * @throws IllegalArgumentException unless it is null, 'micro', 'macro' or 'weighted'
   */
  public S average(@Nullable String value) {
    mutable("average");
    if (value != null && !List.of("micro", "macro", "weighted").contains(value)) {
      throw new IllegalArgumentException(
          label() + ": average expects null, 'micro', 'macro' or 'weighted', got '" + value + "'");
    }
    this.average = value;
    return self();
  }

  final void setBeta(double value) {
    mutable("beta");
    if (!(value > 0)) {
      throw new IllegalArgumentException(label() + ": beta expects more than 0, got " + value);
    }
    this.beta = value;
  }

  /**
   * Predictions above it mean 1, 0 to 1.
   *
   * @param value null (the default) for the largest of a sample
   * @return this metric
   * @throws IllegalArgumentException unless it is more than 0 and at most 1
   */
  public S threshold(@Nullable Double value) {
    mutable("threshold");
    if (value != null && !(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          label() + ": threshold expects more than 0 and at most 1, got " + value);
    }
    this.threshold = value;
    return self();
  }

  /** {@link #threshold(Double)} of a number. */
  public S threshold(double value) {
    return threshold((Double) value);
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    average(average);
    setBeta(beta);
    threshold(threshold);
  }

  private Counts make(Tensor t, Tensor p) {
    if (t.rank() != 2 || p.rank() != 2 || p.shape().last() < 0) {
      throw new IllegalArgumentException(
          label() + ": expected targets and predictions of shape (batch, classes), got " + t.shape()
              + " and " + p.shape());
    }
    Shape s = "micro".equals(average) ? Shape.SCALAR : Shape.of(p.shape().last());
    return new Counts(
        addVariable("true_positives", s, "zeros"),
        addVariable("false_positives", s, "zeros"),
        addVariable("false_negatives", s, "zeros"),
        addVariable("intermediate_weights", s, "zeros"));
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    named(() -> take(yTrue, yPred, sampleWeight));
  }

  private void take(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    ensureBuilt();
    Tensor t = Ops.convertToTensor(yTrue, dtype());
    Tensor p = Ops.convertToTensor(yPred, dtype());
    Counts to = counts;
    if (to == null) {
      to = make(t, p);
      counts = to;
    }
    Tensor yes = threshold != null
        ? Ops.greater(p, threshold)
        : Ops.logicalAnd(Ops.greaterEqual(p, Ops.max(p, -1, true)), Ops.greater(Ops.abs(p), 1e-9));
    p = Prims.convert(yes, dtype());
    Tensor w =
        sampleWeight == null ? null : Ops.expandDims(Ops.convertToTensor(sampleWeight, dtype()), 1);
    increase(to.truePositives, sum(Ops.multiply(p, t), w));
    increase(to.falsePositives, sum(Ops.multiply(p, Ops.subtract(1, t)), w));
    increase(to.falseNegatives, sum(Ops.multiply(Ops.subtract(1, p), t), w));
    increase(to.weights, sum(t, w));
  }

  private Tensor sum(Tensor x, @Nullable Tensor w) {
    Tensor y = w == null ? x : Ops.multiply(x, w);
    return "micro".equals(average) ? Ops.sum(y) : Ops.sum(y, 0);
  }

  @Override
  public Tensor result() {
    Counts of = counts;
    if (of == null) {
      throw new IllegalStateException(label() + ": has not seen data yet");
    }
    double epsilon = Keras.epsilon();
    Tensor tp = of.truePositives.value();
    Tensor p = Ops.divide(tp, Ops.add(Ops.add(tp, of.falsePositives.value()), epsilon));
    Tensor r = Ops.divide(tp, Ops.add(Ops.add(tp, of.falseNegatives.value()), epsilon));
    Tensor sum = Ops.add(Ops.multiply(beta * beta, p), r);
    Tensor score =
        Ops.multiply(Ops.divide(Ops.multiply(p, r), Ops.add(sum, epsilon)), 1 + beta * beta);
    if ("weighted".equals(average)) {
      Tensor w = of.weights.value();
      return Ops.sum(Ops.multiply(score, Ops.divide(w, Ops.add(Ops.sum(w), epsilon))));
    }
    return average == null ? score : Ops.mean(score);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
