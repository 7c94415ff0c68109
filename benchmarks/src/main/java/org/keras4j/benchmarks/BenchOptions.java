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
 * @param devices among how many devices a training step is divided
 * @param division how it is
 */
public record BenchOptions(
    @Nullable Integer batch,
    @Nullable Integer steps,
    String device,
    String policy,
    double maxSeconds,
    boolean fit,
    Sizes sizes,
    int devices,
    Division division) {
  public static final BenchOptions DEFAULT =
      new BenchOptions(null, null, "cpu", "float32", 12, true, Sizes.FULL);

  /** On one device. */
  public BenchOptions(
      @Nullable Integer batch,
      @Nullable Integer steps,
      String device,
      String policy,
      double maxSeconds,
      boolean fit,
      Sizes sizes) {
    this(batch, steps, device, policy, maxSeconds, fit, sizes, 1, Division.DATA);
  }

  boolean gpu() {
    return device.startsWith("gpu");
  }
}
