package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.attention.GroupQueryAttention;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;

/** Gradients of attention where masks leave a row nothing to look at, as Keras 3.15.1 on JAX has them. */
class MaskedRowsTest {
  /** Sums of magnitudes: of the gradients by query and value, then by each weight, without and with a gate. */
  private static final double[][] WANT = {
    {
      0.31166980,
      44.698231,
      0.74234366,
      0.29164618,
      0.89540422,
      0,
      120.78300,
      25.926649,
      74.608337,
      15
    },
    {
      19.713377,
      18.247992,
      0.17730120,
      0.068418384,
      0.11360196,
      0,
      30.444370,
      3.0659908,
      24.334463,
      3.2013168,
      53.834419,
      15
    }
  };

  private static NDArray waves(Shape s, double step) {
    NDArray out = NDArray.zeros(DType.FLOAT32, s);
    for (int i = 0; i < out.size(); i++) {
      out.setDouble(i, Math.sin(i * 0.7 * step + 0.3) * 0.5);
    }
    return out;
  }

  private static NDArray weights(Shape s) {
    NDArray out = NDArray.zeros(DType.FLOAT32, s);
    for (int i = 0; i < out.size(); i++) {
      out.setDouble(i, i % 7 - 3);
    }
    return out;
  }

  @Test
  void ofGroupedQueries() {
    for (int gate = 0; gate < 2; gate++) {
      try (TensorScope scope = new TensorScope()) {
        GroupQueryAttention layer = new GroupQueryAttention(4, 4, 2).useGate(gate == 1);
        List<Tensor> in = List.of(
            Ops.array(waves(Shape.of(2, 3, 8), 1)), Ops.array(waves(Shape.of(2, 4, 8), 1.3)));
        UnaryOperator<Object> call = x -> layer.invokeNested(
            ((List<?>) x).get(0),
            CallArgs.of(
                "value",
                ((List<?>) x).get(1),
                "query_mask",
                Ops.array(new boolean[][] {{true, false, true}, {false, false, false}}),
                "value_mask",
                Ops.array(
                    new boolean[][] {{true, true, false, false}, {false, false, false, false}})));
        assertNotNull(call.apply(in)); // which builds the layer
        List<NDArray> values = new ArrayList<>();
        for (Variable v : layer.weights()) {
          values.add(waves(v.shape(), 1 + 0.1 * values.size()));
        }
        layer.setWeights(values);
        UnaryOperator<Object> slopes = x -> Grad.valueAndGrad(
                (List<Tensor> of) -> {
                  Tensor y = (Tensor) call.apply(of);
                  return List.of(Ops.sum(Ops.multiply(y, weights(y.shape()))));
                },
                in,
                layer.trainableVariables())
            .grads();
        for (boolean compiled : new boolean[] {false, true}) {
          List<?> got = (List<?>) (compiled ? Jit.of(slopes).call(in) : slopes.apply(in));
          assertEquals(WANT[gate].length, got.size());
          for (int i = 0; i < got.size(); i++) {
            double want = WANT[gate][i];
            double sum = Ops.sum(Ops.abs((Tensor) got.get(i))).item();
            assertEquals(want, sum, 1e-5 * (1 + want), "gradient " + i + ", gate " + gate);
          }
        }
      }
    }
  }
}
