package org.keras4j.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.tck.kit.KitTest;

/** What is closed or forgotten is freed, and what would not fit is refused before anything is asked for it. */
public final class Memory {
  private static final long LIMIT = 256L << 20;
  private static final int FLOATS = 4 << 20; // 16 MiB

  private final Backend backend = Keras.backend();

  private Memory() {}

  /** The tests, for the backend in use. */
  public static List<KitTest> tests() {
    Memory m = new Memory();
    return List.of(
        new KitTest("whatIsClosedIsFreed", limited(() -> m.fill(true))),
        new KitTest("whatIsForgottenIsFreed", limited(() -> m.fill(false))),
        new KitTest("whatWouldNotFitIsRefused", limited(m::whatWouldNotFitIsRefused)));
  }

  private static KitTest.Body limited(KitTest.Body body) {
    return () -> {
      Keras.setMemoryLimit(LIMIT);
      try {
        body.run();
      } finally {
        Keras.setMemoryLimit(0);
      }
    };
  }

  /** Four times the memory there is, a piece at a time. */
  private void fill(boolean close) {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(FLOATS));
    TensorSpec spec = a.spec();
    for (int i = 0; i < 4 * LIMIT / spec.bytes() / 2; i++) {
      BackendTensor x = backend.fromHost(a, "");
      BackendTensor y =
          backend.execute(new Unary(UnaryKind.EXP), List.of(x), List.of(spec)).get(0);
      if (close) {
        x.close();
        y.close();
      }
    }
  }

  private void whatWouldNotFitIsRefused() {
    int n = Math.toIntExact(LIMIT / 4 + 1);
    refused(() -> Ops.exp(Ops.zeros(Shape.of(n))));
    refused(() -> Ops.zeros(Shape.of(n, n)));
    refused(() -> Jit.of(x -> Ops.exp(Ops.broadcastTo(x, Shape.of(n)))).call(Ops.array(1f)));
    assertEquals(3, Ops.add(Ops.array(1f), 2).item(), "it works on");
  }

  private static void refused(java.util.function.Supplier<Object> call) {
    MemoryLimitException e = assertThrows(MemoryLimitException.class, call::get);
    assertTrue(String.valueOf(e.getMessage()).contains("more than"), e.getMessage());
  }
}
