package org.keras4j.benchmarks;

import org.keras4j.core.EagerTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;

/** Calls of a model outside any compiled function; the value of the last one of a block is read. */
final class EagerBench {
  private static final int BLOCK = 20;

  private EagerBench() {}

  static void run(Measurement m) {
    Tensor x = (Tensor) m.data(m.batch).onDevice().x();
    int block = m.workload.layers() == 3 ? BLOCK : 1;
    long start = System.nanoTime();
    calls(m, x, 1);
    double first = Samples.seconds(start);
    Samples s = Samples.steady(k -> calls(m, x, block), block, m.steps, m.options.maxSeconds());
    m.emit(m.row("")
        .put(s, m.batch)
        .put("us_per_call", Row.round(s.median() * 1e3, 1))
        .put("compile_s", Row.round(first, 3)));
  }

  private static void calls(Measurement m, Tensor x, int count) {
    try (TensorScope scope = new TensorScope()) {
      Tensor out = x;
      for (int i = 0; i < count; i++) {
        out = m.model.invoke(x);
      }
      ((EagerTensor) out).toNDArray();
    }
  }
}
