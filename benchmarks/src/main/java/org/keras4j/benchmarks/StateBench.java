package org.keras4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;

/**
 * What handing arguments to a program costs: one tiny argument, and 200 variables that the program replaces.
 * Calls follow each other without waiting; the last result of a block is read. {@code scripts/jax_dispatch.py}
 * measures the same in JAX.
 */
final class StateBench {
  private static final int BLOCK = 100;
  private static final int VARIABLES = 200;
  private static final int SIZE = 64;

  private StateBench() {}

  static void run(Measurement m) {
    TensorSpec zeros = TensorSpec.of(DType.FLOAT32, SIZE);
    Tensor x = Ops.zeros(zeros.shape(), zeros.dtype());
    Jit tiny = Jit.of(v -> Ops.add(v, 1f));
    DispatchBench.report(m, "tiny", BLOCK, () -> repeat(tiny, x));
    List<Variable> state = new ArrayList<>();
    for (int i = 0; i < VARIABLES; i++) {
      state.add(new Variable("v" + i, zeros, true, () -> Ops.zeros(zeros.shape(), zeros.dtype())));
    }
    Jit step = Jit.updating(v -> {
      for (Variable s : state) {
        s.assign(Ops.add(s, v));
      }
      return Ops.sum(v);
    });
    DispatchBench.report(m, "state_200", BLOCK, () -> repeat(step, x));
  }

  private static void repeat(Jit f, Tensor x) {
    try (TensorScope scope = new TensorScope()) {
      Object out = null;
      for (int i = 0; i < BLOCK; i++) {
        out = f.call(x);
      }
      ((Tensor) out).toNDArray();
    }
  }
}
