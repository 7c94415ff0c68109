package org.keras4j.tck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;

/** Java's arrays are arguments of compiled functions as {@link NDArray}s are: compiled once for a shape, not for each array. */
class JavaArraysInJitTest {
  @Test
  void newArraysDoNotCompileAnew() {
    AtomicInteger traces = new AtomicInteger();
    Jit jit = Jit.of(in -> {
      traces.incrementAndGet();
      Map<?, ?> m = (Map<?, ?>) in;
      List<?> l = (List<?>) m.get("l");
      return List.of(Ops.add(m.get("x"), l.get(0)), Ops.where(l.get(1), m.get("x"), 0f));
    });
    for (int i = 0; i < 3; i++) {
      List<?> out = (List<?>) jit.call(Map.of(
          "x", new float[][] {{i, 1}, {2, 3}}, "l", List.of(new int[] {10, 20}, new boolean[] {
            true, i == 1
          })));
      assertEquals(
          NDArray.of(new float[] {i + 10, 21, 12, 23}, 2, 2), ((Tensor) out.get(0)).toNDArray());
      assertEquals(
          NDArray.of(new float[] {i, i == 1 ? 1 : 0, 2, i == 1 ? 3 : 0}, 2, 2),
          ((Tensor) out.get(1)).toNDArray());
    }
    assertEquals(1, traces.get());
  }

  @Test
  void theyAreTensorsOfTheirTypeInTheFunction() {
    Object[] arrays = {
      new double[2], new long[2], new short[] {1, 2}, new byte[] {1, 2}, new float[0][3]
    };
    DType[] types = {DType.FLOAT64, DType.INT64, DType.INT16, DType.INT8, DType.FLOAT32};
    for (int i = 0; i < arrays.length; i++) {
      DType type = types[i];
      Shape shape = NDArray.from(arrays[i]).shape();
      Jit jit = Jit.of(x -> {
        assertTrue(x instanceof Tensor t && t.dtype() == type && t.shape().equals(shape), "" + x);
        return x;
      });
      assertEquals(
          NDArray.from(arrays[i]), ((Tensor) jit.call(arrays[i])).toNDArray(), type.toString());
    }
  }

  @Test
  void aPreparedCallIsIndependentOfLentArrays() {
    Jit jit = Jit.of(x -> Ops.multiply(x, 2));
    float[] lent = {1, 2};
    jit.call(lent);
    var ready = jit.prepare(lent, 1, true);
    lent[0] = 100;
    Tensor out = (Tensor) jit.call(ready, List.of()).get(0).output();
    assertEquals(NDArray.of(new float[] {2, 4}, 2), out.toNDArray());
  }
}
