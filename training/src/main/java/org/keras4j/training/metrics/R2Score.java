package org.keras4j.training.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.losses.Reduction;

/**
 * The coefficient of determination ({@code keras.metrics.R2Score}): 1 less the squared error over the variance,
 * adjusted for {@link #numRegressors} if that is not 0:
 *
 * <pre>{@code
 * r2 = 1 - sum((yTrue - yPred)²) / sum((yTrue - mean(yTrue))²)
 * adjusted = 1 - (1 - r2) * (n - 1) / (n - numRegressors - 1)
 * }</pre>
 *
 * <p>Targets and predictions have the shape {@code (batch, d)}; weights {@code (batch,)} or {@code (batch, d)} may be
 * given. {@link #result} is a scalar, or {@code (d,)} without {@link #classAggregation}.
 *
 * <pre>{@code
 * var metric = new R2Score();
 * metric.updateState(new double[][] {{1}, {4}, {3}}, new double[][] {{2}, {4}, {4}});
 * Tensor value = metric.result(); // 0.571
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class R2Score extends FluentMetric<R2Score> {
  @Config
  private @Nullable String classAggregation = "uniform_average";

  @Config
  private int numRegressors;

  private Variable numSamples;
  private @Nullable Sums sums;

  /** What is summed up for each output. */
  private record Sums(Variable squares, Variable values, Variable residual, Variable count) {}

  /** Named {@code r2_score}. */
  public R2Score() {
    this("r2_score");
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it
   */
  public R2Score(String name) {
    super(name);
  }

  /**
   * How the scores of the d outputs become one.
   *
   * @param value {@code uniform_average} (the default), {@code variance_weighted_average}, or null for one score
   *     an output
   * @return this metric
   * @throws IllegalArgumentException unless it is null, 'uniform_average' or 'variance_weighted_average'
   */
  public R2Score classAggregation(@Nullable String value) {
    mutable("classAggregation");
    if (value != null
        && !value.equals("uniform_average")
        && !value.equals("variance_weighted_average")) {
      throw new IllegalArgumentException(label()
          + ": classAggregation expects null, 'uniform_average' or 'variance_weighted_average',"
          + " got '"
          + value + "'");
    }
    this.classAggregation = value;
    return this;
  }

  /**
   * The number of independent variables, for the adjusted score.
   *
   * @param value 0 (the default) for the plain one
   * @return this metric
   * @throws IllegalArgumentException unless it is at least 0
   */
  public R2Score numRegressors(int value) {
    mutable("numRegressors");
    if (value < 0) {
      throw new IllegalArgumentException(
          label() + ": numRegressors expects at least 0, got " + value);
    }
    this.numRegressors = value;
    return this;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    classAggregation(classAggregation);
    numRegressors(numRegressors);
  }

  @Override
  protected void build() {
    numSamples = addVariable("num_samples", Shape.SCALAR, "zeros", null);
  }

  private Sums make(Tensor t, Tensor p) {
    if (t.rank() != 2 || p.rank() != 2 || p.shape().last() < 0) {
      throw new IllegalArgumentException(label()
          + ": expected targets and predictions of shape (batch, outputs), got " + t.shape()
          + " and "
          + p.shape());
    }
    Shape s = Shape.of(p.shape().last());
    return new Sums(
        addVariable("squared_sum", s, "zeros", null),
        addVariable("sum", s, "zeros", null),
        addVariable("residual", s, "zeros", null),
        addVariable("count", s, "zeros", null));
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    named(() -> take(yTrue, yPred, sampleWeight));
  }

  private void take(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    ensureBuilt();
    Reduction.Pair y = Reduction.sameRank(
        Ops.convertToTensor(yTrue, dtype()), Ops.convertToTensor(yPred, dtype()));
    Tensor t = y.first();
    Tensor p = y.second();
    Sums to = sums;
    if (to == null) {
      to = make(t, p);
      sums = to;
    }
    Tensor w = Ops.convertToTensor(sampleWeight == null ? 1 : sampleWeight, dtype());
    w = Prims.broadcastLike(w.rank() == 1 ? Ops.expandDims(w, 1) : w, t);
    Tensor weighted = Ops.multiply(t, w);
    increase(to.values, Ops.sum(weighted, 0));
    increase(to.squares, Ops.sum(Ops.multiply(t, weighted), 0));
    increase(to.residual, Ops.sum(Ops.multiply(Ops.square(Ops.subtract(t, p)), w), 0));
    increase(to.count, Ops.sum(w, 0));
    increase(numSamples, Reduction.count(t, numSamples.dtype()));
  }

  @Override
  public Tensor result() {
    Sums of = sums;
    if (of == null) {
      throw new IllegalStateException(label() + ": has not seen data yet");
    }
    Tensor mean = Ops.divide(of.values.value(), of.count.value());
    Tensor total = Ops.subtract(of.squares.value(), Ops.multiply(of.values.value(), mean));
    Tensor scores = Ops.subtract(1, Ops.divide(of.residual.value(), total));
    scores = Ops.where(Ops.equal(Ops.abs(scores), Double.POSITIVE_INFINITY), 0.0, scores);
    Tensor score;
    if (classAggregation == null) {
      score = scores;
    } else if (classAggregation.equals("uniform_average")) {
      score = Ops.mean(scores);
    } else {
      score = Ops.divide(Ops.sum(Ops.multiply(total, scores)), Ops.sum(total));
    }
    if (numRegressors == 0) {
      return score;
    }
    Tensor n = numSamples.value();
    Tensor left = Ops.subtract(Ops.subtract(n, (double) numRegressors), 1.0);
    Tensor adjusted = Ops.subtract(
        1.0, Ops.divide(Ops.multiply(Ops.subtract(1.0, score), Ops.subtract(n, 1.0)), left));
    // with no degree of freedom left there is only the plain score
    return Ops.where(Ops.greater(left, 0), adjusted, score);
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
