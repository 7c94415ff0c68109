package org.keras4j.training.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.ops.Ops;

/** A metric that keeps all four counts at many thresholds. */
abstract class ThresholdCounts<S extends ThresholdCounts<S>> extends FluentMetric<S> {
  private final Map<Confusion.Cell, Variable> counts = new EnumMap<>(Confusion.Cell.class);

  ThresholdCounts(@Nullable String name) {
    super(name);
  }

  /** {@code n} numbers evenly from 0 to 1, both included. */
  static double[] evenly(int n) {
    double[] out = new double[n];
    for (int i = 1; i < n - 1; i++) {
      out[i] = i * 1.0 / (n - 1);
    }
    out[n - 1] = 1;
    return out;
  }

  final void makeCounts(Shape shape) {
    for (Confusion.Cell c : new Confusion.Cell[] {
      Confusion.Cell.TRUE_POSITIVES,
      Confusion.Cell.FALSE_POSITIVES,
      Confusion.Cell.TRUE_NEGATIVES,
      Confusion.Cell.FALSE_NEGATIVES
    }) {
      counts.put(c, addVariable(c.name().toLowerCase(java.util.Locale.ROOT), shape, "zeros", null));
    }
  }

  final Map<Confusion.Cell, Variable> counts() {
    return counts;
  }

  final Tensor count(Confusion.Cell cell) {
    return Objects.requireNonNull(counts.get(cell)).value();
  }

  private Tensor ratio(Confusion.Cell of, Confusion.Cell beside) {
    return Ops.divideNoNan(count(of), Ops.add(count(of), count(beside)));
  }

  /** The share of ones found, also called recall. */
  final Tensor sensitivityRates() {
    return ratio(Confusion.Cell.TRUE_POSITIVES, Confusion.Cell.FALSE_NEGATIVES);
  }

  /** The share of zeros found. */
  final Tensor specificityRates() {
    return ratio(Confusion.Cell.TRUE_NEGATIVES, Confusion.Cell.FALSE_POSITIVES);
  }

  /** The share of zeros taken for ones. */
  final Tensor falseAlarmRates() {
    return ratio(Confusion.Cell.FALSE_POSITIVES, Confusion.Cell.TRUE_NEGATIVES);
  }

  /** The share of ones among those taken for ones. */
  final Tensor precisionRates() {
    return ratio(Confusion.Cell.TRUE_POSITIVES, Confusion.Cell.FALSE_POSITIVES);
  }
}
