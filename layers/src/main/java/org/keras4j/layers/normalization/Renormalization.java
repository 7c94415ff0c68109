package org.keras4j.layers.normalization;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** The correction of batch normalization towards moving statistics (Ioffe 2017, arXiv:1702.03275). */
final class Renormalization {
  private final Variable movingStddev;
  private final Variable mean;
  private final Variable stddev;
  private final Map<String, ?> limits;
  private final double momentum;
  private final double renormMomentum;
  private final double epsilon;

  Renormalization(
      Variable movingStddev,
      Variable mean,
      Variable stddev,
      Map<String, ?> limits,
      double momentum,
      double renormMomentum,
      double epsilon) {
    this.movingStddev = movingStddev;
    this.mean = mean;
    this.stddev = stddev;
    this.limits = limits;
    this.momentum = momentum;
    this.renormMomentum = renormMomentum;
    this.epsilon = epsilon;
  }

  static void check(String label, @Nullable Map<String, ?> limits) {
    if (limits == null) {
      return;
    }
    if (!Set.of("rmax", "rmin", "dmax").containsAll(limits.keySet())) {
      throw new IllegalArgumentException(label
          + ": 'renormClipping' expects some of 'rmax', 'rmin' and 'dmax', got " + limits.keySet());
    }
    Number max = limit(label, limits, "rmax");
    Number min = limit(label, limits, "rmin");
    Number d = limit(label, limits, "dmax");
    if (max != null && min != null && max.doubleValue() < min.doubleValue()
        || d != null && d.doubleValue() < 0) {
      throw new IllegalArgumentException(
          label + ": 'renormClipping' expects rmin <= rmax and 0 <= dmax, got " + limits);
    }
  }

  private static @Nullable Number limit(String label, Map<String, ?> limits, String key) {
    Object given = limits.get(key);
    return given == null ? null : ConfigEntries.number(label, key, given);
  }

  /** The scale and offset that stand for the correction, and the statistics updated. */
  Tensor[] correct(
      Tensor batchMean,
      Tensor batchVariance,
      @Nullable Tensor gamma,
      @Nullable Tensor beta,
      Variable movingMean,
      Variable movingVariance) {
    DType t = batchMean.dtype();
    Tensor batchStddev = Ops.sqrt(Ops.add(batchVariance, epsilon));
    Tensor oldMean = Ops.cast(mean, t);
    Tensor oldStddev = Ops.maximum(Ops.cast(stddev, t), Math.sqrt(epsilon));
    Tensor r = Ops.divide(batchStddev, oldStddev);
    Tensor d = Ops.divide(Ops.subtract(batchMean, oldMean), oldStddev);
    r = limits.get("rmin") == null ? r : Ops.maximum(r, limits.get("rmin"));
    r = limits.get("rmax") == null ? r : Ops.minimum(r, limits.get("rmax"));
    if (limits.get("dmax") instanceof Number max) {
      d = Ops.clip(d, -max.doubleValue(), max);
    }
    r = Prims.stopGradient(r);
    d = Prims.stopGradient(d);
    Tensor scale = gamma == null ? r : Ops.multiply(r, gamma);
    Tensor offset = gamma == null ? d : Ops.multiply(d, gamma);
    offset = beta == null ? offset : Ops.add(offset, beta);
    update(mean, batchMean, renormMomentum);
    update(stddev, batchStddev, renormMomentum);
    update(movingMean, batchMean, momentum);
    Tensor newStddev = update(movingStddev, batchStddev, momentum);
    Tensor newVariance = Ops.relu(Ops.subtract(Ops.square(newStddev), epsilon));
    movingVariance.assign(Prims.convert(newVariance, movingVariance.dtype()));
    return new Tensor[] {scale, offset};
  }

  private static Tensor update(Variable v, Tensor now, double momentum) {
    Tensor next = BatchNormalization.average(Ops.cast(v, now.dtype()), now, momentum);
    v.assign(Prims.convert(next, v.dtype()));
    return next;
  }
}
