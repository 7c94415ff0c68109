package org.keras4j.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * How to measure.
 *
 * @param batch rows a batch; null for the workload's own
 * @param steps the most timed steps; null for the workload's own
 * @param device {@code "cpu"} or {@code "gpu"}
 * @param policy the dtype policy, {@code "float32"}
 * @param maxSeconds roughly how long each timed part may take
 * @param fit whether {@code fit} is measured beside {@code trainOnBatch}
 * @param sizes the dimensions of the networks
 */
public record BenchOptions(
    @Nullable Integer batch,
    @Nullable Integer steps,
    String device,
    String policy,
    double maxSeconds,
    boolean fit,
    Sizes sizes) {
  public static final BenchOptions DEFAULT =
      new BenchOptions(null, null, "cpu", "float32", 12, true, Sizes.FULL);

  boolean gpu() {
    return device.startsWith("gpu");
  }
}
