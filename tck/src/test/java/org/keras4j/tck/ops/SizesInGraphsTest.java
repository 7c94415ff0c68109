package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.layers.core.InputLayer;
import org.keras4j.models.Functional;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.random.RandomOps;

/**
 * Functions that take sizes take tensors for them: eager ones as numbers, those of a graph when it runs, whose
 * results have unknown dimensions until then.
 */
class SizesInGraphsTest {
  private static final int[] VECTOR = {3, 2};

  /** Each function of a vector of two sizes, and the sizes of what it makes of 3 and 2. */
  private record Made(UnaryOperator<Tensor> f, long... sizes) {}

  private static Tensor at(Tensor v, int i) {
    return Ops.getItem(v, i);
  }

  private static Map<String, Made> all() {
    Map<String, Made> out = new LinkedHashMap<>();
    out.put("zeros", new Made(Ops::zeros, 3, 2));
    out.put("zeros of int32", new Made(v -> Ops.zeros(v, "int32"), 3, 2));
    out.put("zeros by one size", new Made(v -> Ops.zeros(at(v, 0)), 3));
    out.put("zeros by some sizes", new Made(v -> Ops.zeros(List.of(4, at(v, 1))), 4, 2));
    out.put("ones", new Made(Ops::ones, 3, 2));
    out.put("empty", new Made(Ops::empty, 3, 2));
    out.put("full", new Made(v -> Ops.full(v, 2.5), 3, 2));
    out.put("full of a row", new Made(v -> Ops.full(v, new int[][] {{5}}), 3, 2));
    out.put("eye", new Made(v -> Ops.eye(at(v, 0)), 3, 3));
    out.put("eye of two", new Made(v -> Ops.eye(at(v, 0), at(v, 1), -1, "int32"), 3, 2));
    out.put("eye of a number and a tensor", new Made(v -> Ops.eye(4, at(v, 1), 1, null), 4, 2));
    out.put("identity", new Made(v -> Ops.identity(at(v, 1)), 2, 2));
    out.put("tri", new Made(v -> Ops.tri(at(v, 0), at(v, 1), 0, null), 3, 2));
    out.put("arange", new Made(v -> Ops.arange(at(v, 0)), 3));
    out.put("arange from", new Made(v -> Ops.arange(at(v, 1), 9, at(v, 0)), 3));
    out.put("arange down", new Made(v -> Ops.arange(1.0, at(v, 0), -0.5), 0));
    out.put("broadcast_to", new Made(v -> Ops.broadcastTo(Ops.sum(v), v), 3, 2));
    out.put("reshape", new Made(v -> Ops.reshape(Ops.arange(6), v), 3, 2));
    out.put(
        "reshape of some", new Made(v -> Ops.reshape(Ops.arange(6), List.of(-1, at(v, 1))), 3, 2));
    out.put("tile", new Made(v -> Ops.tile(new int[] {7, 8, 9}, v), 3, 6));
    out.put(
        "tile of some axes",
        new Made(v -> Ops.tile(new int[][] {{7}, {8}}, List.of(2, at(v, 0), 1)), 2, 6, 1));
    out.put("tile of what was told", new Made(v -> Ops.tile(Ops.arange(at(v, 1)), at(v, 0)), 6));
    return out;
  }

  /** The same numbers must come whether sizes are known or told. */
  private static Map<String, Made> random() {
    Map<String, Made> out = new LinkedHashMap<>();
    out.put("uniform", new Made(v -> RandomOps.uniform(v, -1, 2, null, 5), 3, 2));
    out.put("normal", new Made(v -> RandomOps.normal(List.of(at(v, 0), 5), 0, 1, null, 5), 3, 5));
    out.put("normal of float64", new Made(v -> RandomOps.normal(v, 1, 2, "float64", 5), 3, 2));
    out.put("truncated_normal", new Made(v -> RandomOps.truncatedNormal(v, 0, 1, null, 5), 3, 2));
    out.put("randint", new Made(v -> RandomOps.randint(at(v, 0), 0, 9, null, 5), 3));
    out.put("randint of many", new Made(v -> RandomOps.randint(v, 0, 1L << 40, "int64", 5), 3, 2));
    out.put("gamma", new Made(v -> RandomOps.gamma(v, 0.7, null, 5), 3, 2));
    out.put("beta", new Made(v -> RandomOps.beta(v, 2, 3, null, 5), 3, 2));
    out.put("binomial", new Made(v -> RandomOps.binomial(v, 30, 0.5, null, 5), 3, 2));
    return out;
  }

  private static Map<String, Made> everything() {
    Map<String, Made> out = all();
    out.putAll(random());
    return out;
  }

  @Test
  void areTakenEagerlyAndCompiled() {
    everything().forEach((name, made) -> {
      try (TensorScope scope = new TensorScope()) {
        Tensor v = Ops.array(VECTOR);
        NDArray eager = made.f().apply(v).toNDArray();
        assertEquals(Shape.of(made.sizes()), eager.shape(), name);
        Jit jit = Jit.of(x -> made.f().apply((Tensor) x));
        assertEquals(eager, ((Tensor) jit.call(v)).toNDArray(), name);
        // other sizes of the same graph
        int[] other = {1, 6};
        assertEquals(
            made.f().apply(Ops.array(other)).toNDArray(),
            ((Tensor) jit.call(Ops.array(other))).toNDArray(),
            name);
      }
    });
  }

  @Test
  void areUnknownInSymbolicTensorsAndToldToModels() {
    everything().forEach((name, made) -> {
      KerasTensor v = new InputLayer(Shape.of(2)).dtype("int32").output();
      Tensor out = made.f().apply(v);
      Shape s = out.shape();
      assertEquals(made.sizes().length, s.rank(), name);
      assertTrue(Arrays.stream(s.toArray()).anyMatch(d -> d < 0), name + ": " + s);
      try (TensorScope scope = new TensorScope()) {
        Tensor got = new Functional(v, out).invoke(Ops.array(VECTOR));
        assertEquals(made.f().apply(Ops.array(VECTOR)).toNDArray(), got.toNDArray(), name);
      }
    });
  }

  @Test
  void constantsOfAGraphAreKnown() {
    try (TensorScope scope = new TensorScope()) {
      Jit jit = Jit.of(x -> {
        Tensor z = Ops.zeros(Ops.array(VECTOR));
        assertEquals(Shape.of(3, 2), z.shape());
        return Ops.add(z, x);
      });
      assertEquals(Shape.of(3, 2), ((Tensor) jit.call(Ops.array(1f))).shape());
    }
  }

  @Test
  void gradientsPassThroughThem() {
    try (TensorScope scope = new TensorScope()) {
      Jit jit = Jit.of(x -> {
        List<?> in = (List<?>) x;
        return Grad.valueAndGrad(
                f -> Ops.sum(Ops.full(in.get(0), Ops.square(f))), (Tensor) in.get(1))
            .grads()
            .get(0);
      });
      Tensor slope = (Tensor) jit.call(List.of(Ops.array(VECTOR), Ops.array(2f)));
      assertEquals(24, slope.item());
    }
  }

  @Test
  void whatIsNoSizeIsNamed() {
    for (Object wrong : List.of(new float[] {1, 2}, new int[][] {{1}})) {
      IllegalArgumentException e = assertThrows(
          IllegalArgumentException.class, () -> Jit.of(x -> Ops.zeros(x)).call(Ops.array(wrong)));
      assertTrue(e.getMessage().startsWith("ops.zeros: "), e.getMessage());
    }
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class,
        () -> Jit.of(x -> Ops.repeat(new float[] {1, 2}, x)).call(Ops.array(VECTOR)));
    assertTrue(
        e.getMessage().startsWith("ops.repeat: Expected integers that are known"), e.getMessage());
    assertThrows(
        RuntimeException.class,
        () -> Jit.of(x -> RandomOps.normal(x)).call(Ops.array(new int[] {2, -1})));
    assertThrows(RuntimeException.class, () -> Ops.zeros(Ops.array(new int[] {2, -1})));
    assertThrows(RuntimeException.class, () -> Ops.eye(-1));
    assertThrows(
        RuntimeException.class, () -> Jit.of(x -> Ops.zeros(x)).call(Ops.array(new int[] {2, -1})));
  }
}
