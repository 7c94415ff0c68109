package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.StatelessProgram;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;

/** A model's stateless call, compiled, against the call itself. */
class StatelessProgramTest {
  private static Tensor rows(int n) {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(n, 3));
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.cos(3 * i));
    }
    return Ops.convertToTensor(x);
  }

  private static List<Tensor> values(List<Variable> variables, float factor) {
    List<Tensor> out = new ArrayList<>();
    for (Variable v : variables) {
      out.add(v.dtype().isFloat() ? Ops.multiply(v.value(), factor) : v.value());
    }
    return out;
  }

  private static Sequential model() {
    return new Sequential(
        new Input(3), new Dense(4).activation("tanh"), new BatchNormalization(), new Dense(2));
  }

  private static float[] numbers(Object t) {
    return ((Tensor) t).toNDArray().toFloatArray();
  }

  @Test
  void isTheCallAsOneProgram() {
    Sequential model = model();
    NDArray before = model.nonTrainableVariables().get(0).value().toNDArray();
    for (boolean training : new boolean[] {false, true}) {
      CallArgs arguments = CallArgs.training(training);
      StatelessProgram program = StatelessProgram.of(model, arguments);
      for (int n : new int[] {5, 2}) {
        for (float factor : new float[] {1, 0.5f}) {
          List<Tensor> weights = values(model.trainableVariables(), factor);
          List<Tensor> others = values(model.nonTrainableVariables(), 1);
          Layer.Stateless want = model.statelessCall(weights, others, rows(n), arguments);
          Layer.Stateless got = program.call(weights, others, rows(n));
          assertArrayEquals(numbers(want.outputs()), numbers(got.outputs()), 1e-5f);
          assertEquals(
              want.nonTrainableVariables().size(), got.nonTrainableVariables().size());
          for (int i = 0; i < others.size(); i++) {
            Tensor w = want.nonTrainableVariables().get(i);
            Tensor g = got.nonTrainableVariables().get(i);
            assertEquals(w.spec(), g.spec());
            assertArrayEquals(w.toNDArray().toDoubleArray(), g.toNDArray().toDoubleArray(), 1e-5);
          }
          if (training) {
            assertNotEquals(before, got.nonTrainableVariables().get(0).toNDArray());
          }
        }
      }
    }
    assertEquals(before, model.nonTrainableVariables().get(0).value().toNDArray());
  }

  @Test
  void runsInManyThreads() throws Exception {
    Sequential model = model();
    StatelessProgram program = StatelessProgram.of(model, CallArgs.training(false));
    List<Tensor> weights = values(model.trainableVariables(), 1);
    List<Tensor> others = values(model.nonTrainableVariables(), 1);
    float[] want = numbers(program.call(weights, others, rows(4)).outputs());
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[]>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        all.add(pool.submit(() -> numbers(program.call(weights, others, rows(4)).outputs())));
      }
      for (Future<float[]> f : all) {
        assertArrayEquals(want, f.get());
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThrows(
        IllegalStateException.class, () -> StatelessProgram.of(new Dense(2), CallArgs.of()));
    Sequential model = model();
    StatelessProgram program = StatelessProgram.of(model, CallArgs.training(false));
    List<Tensor> weights = values(model.trainableVariables(), 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> program.call(weights.subList(1, weights.size()), List.of(), rows(2)));
  }
}
