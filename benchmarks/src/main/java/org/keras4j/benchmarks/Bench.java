package org.keras4j.benchmarks;

import java.util.function.Consumer;
import org.keras4j.core.Keras;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.ops.random.SeedGenerator;

/** Measures workloads on the backend in use. */
public final class Bench {
  private static final long SEED = 20240711;

  private Bench() {}

  /** Measures one workload; its rows go to the consumer as they are ready. */
  public static void run(Workload workload, BenchOptions options, Consumer<Row> rows) {
    if (options.gpu()) {
      Keras.setDevice(options.device());
    }
    DTypePolicy before = DTypePolicy.global();
    DTypePolicy.setGlobal(options.policy());
    try {
      SeedGenerator.setRandomSeed(SEED);
      Measurement m = new Measurement(workload, options, rows);
      switch (workload.kind()) {
        case TRAIN, INFER -> StepBench.run(m);
        case EAGER -> EagerBench.run(m);
        case DISPATCH -> DispatchBench.run(m);
        case FIT -> FitBench.run(m);
        case STRINGS -> StringsBench.run(m);
        case TABLES -> TablesBench.run(m);
        case DECODE -> DecodeBench.run(m);
        case QUANTIZED -> QuantizedBench.run(m);
        case LATENCY -> LatencyBench.run(m);
      }
    } finally {
      DTypePolicy.setGlobal(before);
    }
  }
}
