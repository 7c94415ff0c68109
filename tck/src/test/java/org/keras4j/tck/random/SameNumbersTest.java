package org.keras4j.tck.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.random.RandomOps;

/**
 * A seed gives the same numbers on all backends, eagerly and compiled: integers exactly, floats to the last
 * two units in the last place.
 */
@Tag("several-backends")
class SameNumbersTest {
  private static final int N = 20_000;
  private static final int[] SHAPE = {N};
  private static final Map<String, Supplier<Tensor>> DRAWN = new LinkedHashMap<>();

  static {
    for (String d : new String[] {"float32", "float64"}) {
      on("uniform", d, () -> RandomOps.uniform(SHAPE, 0.0, 1.0, d, 1));
      on("uniform between", d, () -> RandomOps.uniform(SHAPE, 0.3, 0.7, d, 1));
      on(
          "uniform of tensors",
          d,
          () -> RandomOps.uniform(SHAPE, new float[] {-0.3f}, new float[] {0.7f}, d, 1));
      on("normal", d, () -> RandomOps.normal(SHAPE, 0.0, 1.0, d, 2));
      on("normal, scaled", d, () -> RandomOps.normal(SHAPE, 0.0, 0.05, d, 2));
      on(
          "normal of tensors",
          d,
          () -> RandomOps.normal(SHAPE, new float[] {0.1f}, new float[] {0.3f}, d, 2));
      on("truncated normal", d, () -> RandomOps.truncatedNormal(SHAPE, 0.0, 1.0, d, 3));
      on("gamma, small", d, () -> RandomOps.gamma(SHAPE, 0.1, d, 4));
      on("beta, small", d, () -> RandomOps.beta(SHAPE, 0.3, 0.4, d, 5));
      on("binomial, few", d, () -> RandomOps.binomial(SHAPE, 10, 0.3, d, 6));
      on("binomial, many", d, () -> RandomOps.binomial(SHAPE, 1e6, 0.4, d, 6));
    }
    for (String d : new String[] {"float32", "float16", "bfloat16", "float64"}) {
      on("uniform around 0", d, () -> RandomOps.uniform(SHAPE, -0.05, 0.05, d, 1));
      on("normal, moved", d, () -> RandomOps.normal(SHAPE, 2.0, 3.0, d, 2));
      on("truncated normal, moved", d, () -> RandomOps.truncatedNormal(SHAPE, 0.1, 0.3, d, 3));
      on("gamma", d, () -> RandomOps.gamma(SHAPE, 2.5, d, 4));
      on("beta", d, () -> RandomOps.beta(SHAPE, 2.0, 3.0, d, 5));
      on("dropout", d, () -> RandomOps.dropout(Ops.cast(Ops.arange(N), d), 0.3, 7));
    }
    on("randint", "int32", () -> RandomOps.randint(SHAPE, -5, 1_000_003, null, 8));
    on("randint, wide", "int64", () -> RandomOps.randint(SHAPE, 0, 1L << 40, "int64", 8));
    on(
        "randint of tensors",
        "int32",
        () -> RandomOps.randint(SHAPE, new int[] {-3}, new int[] {77}, null, 8));
    on(
        "categorical",
        "int32",
        () -> RandomOps.categorical(new float[][] {{0.1f, 0.5f, 0.2f, -1f, 2f}}, N, null, 9));
    on("shuffle", "int32", () -> RandomOps.shuffle(Ops.arange(N), 0, 10));
  }

  private static void on(String name, String dtype, Supplier<Tensor> draw) {
    DRAWN.put(name + " " + dtype, draw);
  }

  @AfterEach
  void restore() {
    Keras.setBackend("pytorch");
  }

  @Test
  void areDrawnByAllBackends() {
    Map<String, NDArray> first = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    for (String backend : new String[] {"pytorch", "tensorflow", "xla"}) {
      Keras.setBackend(backend);
      DRAWN.forEach((name, draw) -> {
        try (TensorScope scope = new TensorScope()) {
          check(backend + ", " + name, draw.get(), name, first, wrong);
          Jit jit = Jit.of(in -> draw.get());
          check(
              backend + ", compiled, " + name, (Tensor) jit.call(List.of(1f)), name, first, wrong);
        }
      });
    }
    assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
  }

  private static void check(
      String what, Tensor drawn, String name, Map<String, NDArray> first, List<String> wrong) {
    NDArray got = drawn.toNDArray();
    NDArray want = first.putIfAbsent(name, got);
    if (want == null) {
      return;
    }
    assertEquals(want.spec(), got.spec(), what);
    long most = 0;
    for (int i = 0; i < N; i++) {
      most = Math.max(most, Math.abs(place(got, i) - place(want, i)));
    }
    if (most > (got.dtype().isFloat() ? 2 : 0)) {
      wrong.add(what + ": " + most + " units in the last place");
    }
  }

  // which of its dtype's numbers, in ascending order, an element is
  private static long place(NDArray a, int i) {
    DType d = a.dtype();
    if (d == DType.FLOAT64) {
      long bits = Double.doubleToRawLongBits(a.getDouble(i));
      return bits < 0 ? Long.MIN_VALUE - bits : bits;
    }
    if (d == DType.FLOAT16) {
      // subnormal ones apart, a half's are those of a float with 13 bits more
      double v = a.getDouble(i);
      double least = 0x1p-14;
      return Math.abs(v) < least
          ? Math.round(v * 0x1p24)
          : (place((float) v) - (long) Math.signum(v) * place((float) least) >> 13)
              + (long) Math.signum(v) * 1024;
    }
    return d.isFloat()
        ? place((float) a.getDouble(i)) >> (d == DType.BFLOAT16 ? 16 : 0)
        : a.getLong(i);
  }

  private static long place(float v) {
    int bits = Float.floatToRawIntBits(v);
    return bits < 0 ? (long) Integer.MIN_VALUE - bits : bits;
  }
}
