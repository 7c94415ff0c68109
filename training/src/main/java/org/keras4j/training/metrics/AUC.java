package org.keras4j.training.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * The area under a curve that thresholds draw ({@code keras.metrics.AUC}): true positives over false positives
 * ({@code ROC}), precision over recall ({@code PR}), or their gains ({@code PRGAIN}).
 *
 * <p>Targets, 0 or 1, and predictions, from 0 to 1 or logits, have one shape {@code (batch, ...)}, or {@code (batch,
 * labels)} with {@link #multiLabel}. Weights, one a sample, may be given; {@link #result} is a scalar of the metric's
 * dtype.
 *
 * <pre>{@code
 * var metric = new AUC().name("a").numThresholds(3);
 * metric.updateState(new double[] {0, 0, 1, 1}, new double[] {0, 0.5, 0.3, 0.9});
 * Tensor value = metric.result(); // 0.75
 * }</pre>
 */
@KerasSerializable(module = "keras.metrics")
public final class AUC extends ThresholdCounts<AUC> {
  @Config
  private int numThresholds = 200;

  @Config
  private String curve = "ROC";

  @Config
  private String summationMethod = "interpolation";

  @Config
  private boolean multiLabel;

  @Config
  private @Nullable Integer numLabels;

  @Config
  private @Nullable Object labelWeights;

  @Config
  private boolean fromLogits;

  private @Nullable List<Double> thresholds;
  private Confusion confusion;
  private boolean counting;

  /** With an automatic name. */
  public AUC() {
    this(null);
  }

  /**
   * With a name.
   *
   * @param name the name, by which logs call it; null for an automatic one
   */
  public AUC(@Nullable String name) {
    super(name);
  }

  /**
   * How many thresholds there are, evenly from 0 to 1.
   *
   * @param value 200 by default
   * @return this metric
   * @throws IllegalArgumentException unless it is more than 1
   */
  public AUC numThresholds(int value) {
    mutable("numThresholds");
    if (value <= 1) {
      throw new IllegalArgumentException(
          label() + ": numThresholds expects more than 1, got " + value);
    }
    this.numThresholds = value;
    return this;
  }

  /**
   * The curve.
   *
   * @param value {@code ROC} (the default), {@code PR} or {@code PRGAIN}, in any case
   * @return this metric
   */
  public AUC curve(String value) {
    mutable("curve");
    this.curve = choice("curve", value.toUpperCase(Locale.ROOT), List.of("ROC", "PR", "PRGAIN"));
    return this;
  }

  /**
   * How areas are summed.
   *
   * @param value {@code interpolation} (the default; for PR by Davis and Goadrich's formula), or with the lower
   *     ({@code minoring}) or higher ({@code majoring}) of two points
   * @return this metric
   */
  public AUC summationMethod(String value) {
    mutable("summationMethod");
    this.summationMethod = choice(
        "summationMethod",
        value.toLowerCase(Locale.ROOT),
        List.of("interpolation", "majoring", "minoring"));
    return this;
  }

  private String choice(String setting, String value, List<String> choices) {
    if (!choices.contains(value)) {
      throw new IllegalArgumentException(
          label() + ": " + setting + " expects one of " + choices + ", got '" + value + "'");
    }
    return value;
  }

  /**
   * Thresholds between 0 and 1, in place of even ones.
   *
   * @param value in any order; null (the default) for even ones
   * @return this metric
   */
  public AUC thresholds(double @Nullable ... value) {
    mutable("thresholds");
    if (value == null) {
      this.thresholds = null;
      return this;
    }
    List<Double> sorted = new ArrayList<>();
    for (double t : value) {
      sorted.add(t);
    }
    sorted.sort(null);
    this.thresholds = sorted;
    this.numThresholds = sorted.size() + 2;
    return this;
  }

  /**
   * Whether labels count apart, the result being the mean of their areas.
   *
   * @param value false by default
   * @return this metric
   */
  public AUC multiLabel(boolean value) {
    mutable("multiLabel");
    this.multiLabel = value;
    return this;
  }

  /**
   * The number of labels, where these count apart.
   *
   * @param value null (the default) to see it from the data
   * @return this metric
   */
  public AUC numLabels(@Nullable Integer value) {
    mutable("numLabels");
    this.numLabels = value;
    return this;
  }

  /** {@link #numLabels(Integer)} of a number. */
  public AUC numLabels(int value) {
    return numLabels((Integer) value);
  }

  /**
   * A weight for each label.
   *
   * @param value null (the default) for the same
   * @return this metric
   */
  public AUC labelWeights(double @Nullable ... value) {
    return set(
        "labelWeights",
        () ->
            this.labelWeights = value == null ? null : Extent.oneOrSeveral("labelWeights", value));
  }

  /**
   * Whether predictions are logits, not probabilities.
   *
   * @param value false by default
   * @return this metric
   */
  public AUC fromLogits(boolean value) {
    mutable("fromLogits");
    this.fromLogits = value;
    return this;
  }

  /** The thresholds, first and last of them just outside 0 and 1. */
  public double[] thresholds() {
    double[] out = evenly(numThresholds);
    if (thresholds != null) {
      for (int i = 0; i < thresholds.size(); i++) {
        out[i + 1] = thresholds.get(i);
      }
    }
    out[0] = -Keras.epsilon();
    out[numThresholds - 1] = 1 + Keras.epsilon();
    return out;
  }

  @Override
  protected void build() {
    if (!multiLabel && numLabels != null) {
      throw new IllegalArgumentException(label() + ": numLabels needs multiLabel");
    }
    double[] all = thresholds();
    double[] bounded = all.clone();
    bounded[0] = 0;
    bounded[bounded.length - 1] = 1;
    confusion = new Confusion(all, thresholds == null || Confusion.isEven(bounded))
        .multiLabel(multiLabel)
        .labelWeights(labelWeights == null ? null : Ops.convertToTensor(labelWeights, dtype()));
    if (!multiLabel) {
      count(Shape.of(numThresholds));
    } else if (numLabels != null) {
      count(Shape.of(numThresholds, numLabels));
    }
  }

  private void count(Shape shape) {
    makeCounts(shape);
    counting = true;
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    named(() -> take(yTrue, yPred, sampleWeight));
  }

  private void take(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    ensureBuilt();
    Tensor p = Ops.convertToTensor(yPred);
    if (!counting) {
      if (p.rank() != 2) {
        throw new IllegalArgumentException(label()
            + ": with multiLabel, expected predictions of shape (batch, labels), got " + p.shape());
      }
      count(Shape.of(numThresholds, p.shape().intDim(1)));
    }
    confusion.update(counts(), yTrue, fromLogits ? Ops.sigmoid(p) : p, sampleWeight);
  }

  private static Tensor but(Tensor x, boolean first) {
    long n = x.shape().dim(0);
    return first ? Prims.slice(x, 0, 1, n) : Prims.slice(x, 0, 0, n - 1);
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    if (!counting) {
      throw new IllegalStateException(label() + ": has not seen data yet");
    }
    if (curve.equals("PR") && summationMethod.equals("interpolation")) {
      return total(interpolatedPrecision());
    }
    Tensor x;
    Tensor y;
    if (curve.equals("ROC")) {
      x = falseAlarmRates();
      y = sensitivityRates();
    } else if (curve.equals("PR")) {
      x = sensitivityRates();
      y = precisionRates();
    } else {
      Tensor tp = count(Confusion.Cell.TRUE_POSITIVES);
      Tensor fp = count(Confusion.Cell.FALSE_POSITIVES);
      Tensor tn = count(Confusion.Cell.TRUE_NEGATIVES);
      Tensor fn = count(Confusion.Cell.FALSE_NEGATIVES);
      Tensor scale = Ops.divideNoNan(Ops.add(tp, fn), Ops.add(tn, fp));
      Tensor none = Ops.equal(tp, 0.0);
      x = Ops.subtract(1.0, Ops.multiply(scale, Ops.divideNoNan(fn, tp)));
      y = Ops.subtract(1.0, Ops.multiply(scale, Ops.divideNoNan(fp, tp)));
      x = Ops.maximum(Ops.where(none, 0.0, x), 0.0);
      y = Ops.where(none, 1.0, y);
    }
    Tensor a = but(y, false);
    Tensor b = but(y, true);
    Tensor heights = switch (summationMethod) {
      case "interpolation" -> Ops.divide(Ops.add(a, b), 2.0);
      case "minoring" -> Ops.minimum(a, b);
      default -> Ops.maximum(a, b);
    };
    return total(Ops.multiply(Ops.subtract(but(x, false), but(x, true)), heights));
  }

  // Davis and Goadrich 2006: between two points true positives grow linearly with positives
  private Tensor interpolatedPrecision() {
    Tensor tp = count(Confusion.Cell.TRUE_POSITIVES);
    Tensor p = Ops.add(tp, count(Confusion.Cell.FALSE_POSITIVES));
    Tensor fn = count(Confusion.Cell.FALSE_NEGATIVES);
    Tensor p0 = but(p, false);
    Tensor p1 = but(p, true);
    Tensor tp1 = but(tp, true);
    Tensor dtp = Ops.subtract(but(tp, false), tp1);
    Tensor slope = Ops.divideNoNan(dtp, Ops.maximum(Ops.subtract(p0, p1), 0.0));
    Tensor intercept = Ops.subtract(tp1, Ops.multiply(slope, p1));
    Tensor ratio = Ops.where(
        Ops.logicalAnd(Ops.greater(p0, 0), Ops.greater(p1, 0)),
        Ops.divideNoNan(p0, Ops.maximum(p1, 0.0)),
        Ops.onesLike(p1));
    Tensor area = Ops.multiply(slope, Ops.add(dtp, Ops.multiply(intercept, Ops.log(ratio))));
    return Ops.divideNoNan(area, Ops.maximum(Ops.add(tp1, but(fn, true)), 0.0));
  }

  private Tensor total(Tensor areas) {
    if (!multiLabel) {
      return Ops.sum(areas);
    }
    Tensor byLabel = Ops.sum(areas, 0);
    if (labelWeights == null) {
      return Ops.mean(byLabel);
    }
    Tensor w = Ops.convertToTensor(labelWeights, dtype());
    return Ops.divideNoNan(Ops.sum(Ops.multiply(byLabel, w)), Ops.sum(w));
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> config = super.getConfig();
    if (thresholds != null) {
      config.put("thresholds", thresholds);
    }
    return config;
  }

  @Override
  public boolean readsConfigKey(String key) {
    return key.equals("thresholds"); // read apart
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    super.setConfig(config);
    numThresholds(numThresholds);
    curve(curve);
    summationMethod(summationMethod);
    if (config.get("thresholds") instanceof List<?> l) {
      thresholds(l.stream().mapToDouble(x -> ((Number) x).doubleValue()).toArray());
    }
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
