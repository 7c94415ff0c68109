package org.keras4j.training.metrics;

import org.keras4j.core.Tensor;

/** A metric as a function of targets and predictions, giving one number a sample. */
@FunctionalInterface
public interface MetricFunction {
  Tensor call(Object yTrue, Object yPred);
}
