package org.keras4j.tck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.core.Dense;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.ops.types.ResultType;

/** Sums into variables, and what holds for the whole process or a scope: devices, sessions, limits. */
class VariableTest {
  @AfterEach
  void asBefore() {
    Keras.setMaxEpochs(null);
    Keras.setMaxStepsPerEpoch(null);
    Keras.clearSession();
  }

  private static Variable variable() {
    TensorSpec spec = new TensorSpec(Shape.of(2, 2), DType.FLOAT32);
    return new Variable("v", spec, true, () -> Ops.ones(new long[] {2, 2}));
  }

  @Test
  void whatIsAddedIsBroadcastAndConverted() {
    Variable v = variable();
    v.assignAdd(2);
    v.assignSub(new double[] {1, 3});
    v.assignAdd(Ops.ones(new long[] {2, 1}, "int32"));
    assertEquals(NDArray.of(new float[] {3, 1, 3, 1}, 2, 2), v.value().toNDArray());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> v.assignAdd(new float[3]));
    assertTrue(e.getMessage().contains("'v' has shape (2, 2)"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> v.assignAdd(new float[3][2][2]));
  }

  @Test
  void inAScopeTheValueOfTheScopeChanges() {
    Variable v = variable();
    try (StatelessScope scope = new StatelessScope(Map.of(v, Ops.zeros(new long[] {2, 2})))) {
      v.assignAdd(5);
      assertEquals(5f, scope.value(v).toNDArray().getFloat(0));
    }
    assertEquals(1f, v.value().toNDArray().getFloat(0));
  }

  @Test
  void devicesHoldWithinTheirScope() {
    String before = Keras.device();
    NDArray there = Keras.onDevice("CPU", () -> {
      assertEquals("cpu:0", Keras.device());
      return Ops.add(1, 2).toNDArray();
    });
    assertEquals(3, there.getInt(0));
    assertEquals(before, Keras.device());
    assertThrows(IllegalArgumentException.class, () -> Keras.onDevice("tpu:77", () -> 1));
  }

  @Test
  void aClearedSessionBeginsAnew() {
    new Dense(1);
    DTypePolicy.setGlobal("mixed_bfloat16");
    RandomOps.normal(Shape.of(2), 0, 1, null, null);
    Keras.clearSession();
    assertEquals("dense", new Dense(1).name());
    assertEquals("float32", DTypePolicy.global().name());
  }

  @Test
  void dtypesOfResults() {
    assertEquals(DType.FLOAT16, ResultType.of("int32", DType.FLOAT16));
    assertEquals(DType.FLOAT32, ResultType.of("int32", 1.5));
    assertEquals(DType.INT8, ResultType.of("int8", 1));
    assertEquals(Keras.floatx(), ResultType.of());
    assertEquals(List.of(DType.INT64), List.of(ResultType.of(DType.INT64)));
  }

  @Test
  void limitsAreNumbersAboveZero() {
    assertThrows(IllegalArgumentException.class, () -> Keras.setMaxEpochs(0));
    assertThrows(IllegalArgumentException.class, () -> Keras.setMaxStepsPerEpoch(-1));
    assertTrue(!Keras.version().isEmpty());
  }
}
