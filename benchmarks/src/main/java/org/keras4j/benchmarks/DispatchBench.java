package org.keras4j.benchmarks;

import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.layers.CallArgs;
import org.keras4j.ops.compile.Jit;
import org.keras4j.training.Run;

/**
 * What a compiled call costs: {@code predict}, {@code predictOnBatch} and {@code trainOnBatch} of a model that
 * computes next to nothing, and the bare compiled forward pass.
 */
final class DispatchBench {
  private DispatchBench() {}

  static void run(Measurement m) {
    int block = m.workload.layers() == 3 ? 50 : 5;
    SyntheticData host = m.data(m.batch);
    SyntheticData device = host.onDevice();
    Run options = Run.defaults();
    report(m, "predict_on_batch", 1, () -> m.model.predictOnBatch(host.x()));
    report(m, "predict", 1, () -> m.model.predict(host.x(), options));
    report(m, "train_on_batch", 1, () -> m.model.trainOnBatch(host.x(), host.y()));
    Jit forward = Jit.of(x -> m.model.invokeNested(x, CallArgs.training(false)));
    report(m, "jit", block, () -> {
      try (TensorScope scope = new TensorScope()) {
        Object out = null;
        for (int i = 0; i < block; i++) {
          out = forward.call(device.x());
        }
        ((Tensor) out).toNDArray();
      }
    });
    if (m.workload == Workload.COMPILED_DISPATCH_3) {
      StateBench.run(m);
    }
  }

  static void report(Measurement m, String part, int calls, Runnable one) {
    long start = System.nanoTime();
    one.run();
    double first = Samples.seconds(start);
    Samples s = Samples.steady(k -> one.run(), calls, m.steps, m.options.maxSeconds() / 2);
    m.emit(m.row(part)
        .put(s, m.batch)
        .put("us_per_call", Row.round(s.median() * 1e3, 1))
        .put("compile_s", Row.round(first - s.median() / 1e3, 3)));
  }
}
