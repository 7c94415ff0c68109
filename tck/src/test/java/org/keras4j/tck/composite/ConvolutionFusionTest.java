package org.keras4j.tck.composite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.Engine;

/**
 * What a compiled program may run by one kernel: convolution with bias, normalization, activation, pooling,
 * padding, and the gradients. Compiled it gives what it gives eagerly, call for call.
 */
class ConvolutionFusionTest {
  private final Random random = new Random(5);

  private Tensor normal(long... dims) {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, random.nextGaussian());
    }
    return Engine.constant(a);
  }

  private Tensor positive(long n) {
    return Ops.add(Ops.abs(normal(n)), 0.5);
  }

  private static Variable variable(Tensor start) {
    return new Variable("v", start.spec(), true, () -> Ops.add(start, 0));
  }

  private static void same(List<Tensor> expected, List<Tensor> got) {
    assertEquals(expected.size(), got.size());
    for (int k = 0; k < got.size(); k++) {
      NDArray e = expected.get(k).toNDArray();
      NDArray g = got.get(k).toNDArray();
      assertEquals(e.spec(), g.spec());
      double scale = 1;
      for (int i = 0; i < e.size(); i++) {
        scale = Math.max(scale, Math.abs(e.getDouble(i)));
      }
      for (int i = 0; i < e.size(); i++) {
        assertEquals(
            e.getDouble(i), g.getDouble(i), 2e-5 * scale, "result " + k + ", element " + i);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Function<List<Tensor>, List<Tensor>> compiled(
      Function<List<Tensor>, List<Tensor>> f) {
    Jit jit = Jit.of(x -> f.apply((List<Tensor>) x));
    return x -> (List<Tensor>) jit.call(x);
  }

  /** Loss and gradients of a network of one convolution, by input, kernel and bias. */
  private void checkGradients(Object padding, Object strides, boolean zeros, int groups) {
    Tensor x = normal(3, 9, 8, 4);
    Tensor k = normal(3, 3, 4 / groups, 6);
    Tensor b = normal(6);
    Function<List<Tensor>, List<Tensor>> step = in -> {
      var r = Grad.valueAndGrad(
          p -> {
            Tensor image =
                zeros ? Ops.pad(p.get(0), new int[][] {{0, 0}, {1, 1}, {1, 1}, {0, 0}}) : p.get(0);
            Tensor y = Ops.conv(image, p.get(1), strides, (String) padding);
            y = Ops.relu(Ops.add(y, Ops.reshape(p.get(2), 1, 1, 1, 6)));
            y = Ops.maxPool(y, 2, 2, "valid");
            return List.of(Ops.sum(Ops.square(y)));
          },
          in,
          List.of());
      List<Tensor> out = new ArrayList<>(List.of(r.value()));
      out.addAll(r.grads());
      return out;
    };
    List<Tensor> in = List.of(x, k, b);
    same(step.apply(in), compiled(step).apply(in));
  }

  @Test
  void gradientsOfAConvolutionWithBiasActivationAndPooling() {
    checkGradients("valid", 1, false, 1);
    checkGradients("same", 1, false, 1);
    checkGradients("same", 2, false, 1); // padded on one side only
    checkGradients("valid", 2, true, 1);
    checkGradients("valid", 1, false, 2);
  }

  /** Each window hands its cotangent to one element, so that the bias's gradient is a sum of cotangents. */
  @Test
  void gradientOfABiasBeforePooling() {
    for (String padding : new String[] {"valid", "same"}) {
      Function<List<Tensor>, List<Tensor>> step = in -> {
        var r = Grad.valueAndGrad(
            p -> {
              Tensor y = Ops.add(p.get(0), Ops.reshape(p.get(1), 1, 1, 1, 5));
              return List.of(Ops.sum(Ops.square(Ops.maxPool(y, 3, 2, padding))));
            },
            in,
            List.of());
        return r.grads();
      };
      List<Tensor> in = List.of(normal(3, 8, 6, 5), normal(5));
      same(step.apply(in), compiled(step).apply(in));
    }
  }

  @Test
  void aBiasThatIsUsedElsewhereToo() {
    Function<List<Tensor>, List<Tensor>> f = in -> {
      Tensor y = Ops.conv(in.get(0), in.get(1), 1, "valid");
      Tensor z = Ops.add(y, in.get(2));
      return List.of(z, Ops.multiply(in.get(2), 2), Ops.relu(z), Ops.maxPool(Ops.relu(z), 2));
    };
    List<Tensor> in = List.of(normal(2, 6, 6, 3), normal(3, 3, 3, 5), normal(5));
    same(f.apply(in), compiled(f).apply(in));
  }

  @Test
  void theLargestOfWhatIsBelowZeroIsZeroAfterTheActivation() {
    Function<List<Tensor>, List<Tensor>> f =
        in -> List.of(Ops.maxPool(Ops.relu(in.get(0)), 3, 2, "same"));
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(1, 5, 5, 1));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, i == 12 ? Double.NaN : -1 - i);
    }
    List<Tensor> in = List.of(Engine.constant(a));
    NDArray e = f.apply(in).get(0).toNDArray();
    NDArray g = compiled(f).apply(in).get(0).toNDArray();
    assertEquals(Arrays.toString(numbers(e)), Arrays.toString(numbers(g)));
  }

  private static double[] numbers(NDArray a) {
    double[] v = new double[Math.toIntExact(a.size())];
    for (int i = 0; i < v.length; i++) {
      v[i] = a.getDouble(i);
    }
    return v;
  }

  /** What is kept of weights between calls is made anew when any of them changes. */
  @Test
  void normalizationAfterAConvolutionFollowsItsVariables() {
    for (boolean bias : new boolean[] {true, false}) {
      List<Variable> v = new ArrayList<>();
      v.add(variable(normal(3, 3, 4, 6)));
      v.add(variable(normal(6)));
      v.add(variable(normal(6)));
      v.add(variable(positive(6)));
      v.add(variable(normal(6)));
      v.add(variable(normal(6)));
      Function<List<Tensor>, List<Tensor>> f = in -> {
        Tensor y = Ops.conv(in.get(0), v.get(0).value(), 1, "same");
        if (bias) {
          y = Ops.add(y, Ops.reshape(v.get(1).value(), 1, 1, 1, 6));
        }
        y = Ops.batchNormalization(
            y, v.get(2).value(), v.get(3).value(), 3, v.get(4).value(), v.get(5).value(), 1e-3);
        return List.of(Ops.relu(y));
      };
      List<Tensor> in = List.of(normal(2, 7, 7, 4));
      Function<List<Tensor>, List<Tensor>> program = compiled(f);
      same(f.apply(in), program.apply(in));
      same(f.apply(in), program.apply(in));
      for (int i = 0; i < v.size(); i++) {
        TensorSpec s = v.get(i).spec();
        v.get(i).assign(i == 3 ? positive(6) : normal(s.shape().toArray()));
        same(f.apply(in), program.apply(in));
        same(f.apply(in), program.apply(in));
      }
    }
  }
}
